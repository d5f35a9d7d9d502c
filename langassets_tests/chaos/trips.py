"""A process that dies, or is refused something, at a chosen one of its operations."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Self

from langassets.errors import StoreUnavailableError
from langassets.storage.store import ContentStore, Page, StoredObject


class Killed(BaseException):
    """Stands for the end of the process: once raised, it is raised by everything that is tried."""


class Trip:
    """Lets so many operations through; then one fails, or all of them as if the process were dead."""

    def __init__(self) -> None:
        self.kill_in: int | None = None
        self.fail_in: int | None = None

    def step(self, *, may_fail: bool = False) -> bool:
        """Count an operation; whether it is to fail. Raises `Killed` from the fatal one on."""
        if self.kill_in is not None:
            self.kill_in -= 1
            if self.kill_in <= 0:
                raise Killed
        if self.fail_in is not None and may_fail:
            self.fail_in -= 1
            return self.fail_in == 0
        return False

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Nothing goes wrong for whoever is at work meanwhile: it is another process."""
        before = self.kill_in, self.fail_in
        self.kill_in = self.fail_in = None
        yield
        self.kill_in, self.fail_in = before


class TrippingStore:
    """A store with trouble before or after what is done; `dated` gives what is listed other times."""

    def __init__(
        self,
        inner: ContentStore,
        trip: Trip,
        dated: Callable[[StoredObject], StoredObject] = lambda found: found,
    ) -> None:
        self._inner, self._trip, self._dated = inner, trip, dated
        self.location = inner.location

    @property
    def requests(self) -> int:
        return self._inner.requests

    @property
    def retries(self) -> int:
        return self._inner.retries

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._inner.__aexit__(*_)

    async def check(self) -> None:
        await self._inner.check()

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        self._before()
        async for found in self._inner.list(prefix):
            yield self._dated(found)

    async def pages(self, prefix: str) -> AsyncGenerator[Page]:
        self._before()
        async for page in self._inner.pages(prefix):
            yield [self._dated(found) for found in page]

    async def read(self, key: str) -> bytes:
        self._before()
        return await self._inner.read(key)

    async def write(self, key: str, body: bytes) -> StoredObject:
        self._before()
        found = await self._inner.write(key, body)
        self._trip.step()
        return found

    async def delete(self, keys: Iterable[str]) -> set[str]:
        self._before()
        gone = await self._inner.delete(keys)
        self._trip.step()
        return gone

    async def move(self, source: str, target: str) -> None:
        self._before()
        await self._inner.move(source, target)
        self._trip.step()

    def _before(self) -> None:
        if self._trip.step(may_fail=True):
            raise StoreUnavailableError("the storage of a test is away")
