"""The stores that the contract is held against, each with an empty bucket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from langassets.storage.local import LocalStore
from langassets.storage.store import ContentStore


@pytest.fixture(params=["local"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ContentStore]:
    """An open store with nothing in it."""
    async with LocalStore(tmp_path / "storage") as opened:
        yield opened
