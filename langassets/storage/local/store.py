"""The embedded store: a folder, for a laptop and for trying things out. No service, no account."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeVar

from langassets.storage.local.folder import Folder
from langassets.storage.store import ContentStore, Page, StoredObject

_THREADS = 8
_T = TypeVar("_T")


class LocalStore(ContentStore):
    """A `ContentStore` in the folder `root`, which is made where it is missing.

    File work runs in threads of its own, never on the event loop; nothing is sent anywhere, so that
    `requests` and `retries` stay 0.
    """

    requests = 0
    retries = 0

    def __init__(self, root: Path) -> None:
        self.location = str(root.absolute())
        self._folder = Folder(root)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="local-store")

    async def __aenter__(self) -> Self:
        await self._run(self._folder.prepare)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._threads.shutdown()

    async def check(self) -> None:
        await self._run(self._folder.check)

    async def pages(self, prefix: str) -> AsyncGenerator[Page]:
        pages = self._folder.pages(prefix)
        try:
            while (page := await self._run(lambda: next(pages, None))) is not None:
                if page:
                    yield page
        finally:
            # Cancelled while a thread reads the next page: the generator ends with that thread's work.
            with suppress(ValueError):
                pages.close()

    async def read(self, key: str) -> bytes:
        return await self._run(lambda: self._folder.read(key))

    async def write(self, key: str, body: bytes) -> StoredObject:
        return await self._run(lambda: self._folder.write(key, body))

    async def delete(self, keys: Iterable[str]) -> set[str]:
        wanted = [*keys]
        return await self._run(lambda: self._folder.delete(wanted))

    async def move(self, source: str, target: str) -> None:
        await self._run(lambda: self._folder.move(source, target))

    async def _run(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
