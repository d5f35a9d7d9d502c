"""A local store in a folder of its own, for what goes beyond the contract of all stores."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from langassets.storage.local.store import LocalStore

A, B = "he/lessons/1/text.json", "he/lessons/2/text.json"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "storage"


@pytest.fixture
async def store(root: Path) -> AsyncIterator[LocalStore]:
    async with LocalStore(root) as opened:
        yield opened


async def etags_in(store: LocalStore) -> dict[str, str]:
    return {stored.key: stored.etag async for stored in store.list("")}


def md5(body: bytes) -> str:
    return hashlib.md5(body).hexdigest()
