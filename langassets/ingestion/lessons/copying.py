"""Copies in storage of the files that lessons link to: once for all languages, and only what is not there."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from langassets.errors import unusable
from langassets.services import Services
from langassets.storage.lesson_assets import ASSETS_PREFIX
from langassets.storage.store import ContentStore

# Each is held whole, and storage takes no more at once anyhow.
_AT_ONCE = 8


async def copy_assets(services: Services, folder: Path, copies: Mapping[str, str]) -> list[str]:
    """Copy files below `folder`, given by their keys, which change with their content; the paths of those
    that did not stand in storage yet.

    Raises `InputError` for a file that cannot be read, and what the store raises; the next import copies the
    rest.
    """
    places = asyncio.Semaphore(_AT_ONCE)

    async def copy(store: ContentStore, key: str, path: str) -> None:
        async with places:
            await store.write(key, await asyncio.to_thread(_read, folder / path))

    async with services.store() as store:
        standing = {found.key async for found in store.list(ASSETS_PREFIX)}
        new = {key: path for key, path in copies.items() if key not in standing}
        async with asyncio.TaskGroup() as group:
            for key, path in new.items():
                group.create_task(copy(store, key, path))
    return [*new.values()]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise unusable(file, error) from None
