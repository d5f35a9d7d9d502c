"""What langassets asks of object storage, wherever it lies.

One contract suite (`langassets_tests/storage/`) holds every side of this protocol to what is said here.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from datetime import datetime
from typing import NamedTuple, Protocol, Self


class StoredObject(NamedTuple):
    """One object as a listing shows it.

    `etag` is without quotes and, for what langassets writes, the MD5 of the body in hexadecimal;
    `size` is in bytes; `updated_at` is in UTC and carries its zone.
    """

    key: str
    size: int
    etag: str
    updated_at: datetime

    @property
    def stamp(self) -> str:
        """Tells this object from all that is written under its key before and after it."""
        return f"{self.etag} {self.updated_at.isoformat()}"


Page = list[StoredObject]
"""Up to a thousand, in order of key: as many as Supabase lists, and one query looks up, at once."""


class ContentStore(Protocol):
    """A bucket. Used as an async context manager; one event loop for its whole life.

    Every method raises `StoreError` where the store refused, and `StoreUnavailableError` where it
    could not be had after the store's own retries; neither ever holds a secret. Any number of calls
    may be under way: each side bounds what it sends at once by itself.
    """

    location: str
    """Where the objects lie, for people: a folder, or an address with the bucket."""

    @property
    def requests(self) -> int:
        """Requests sent so far, retries included."""
        ...

    @property
    def retries(self) -> int:
        """How many of them were sent again because of a passing fault."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    async def check(self) -> None:
        """Make sure that the bucket is there and may be read; `list` does before it ends empty."""

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        """Every object whose key starts with `prefix`, in order of key.

        `prefix` is empty or ends with `/`. A listing that fails midway raises: it never just ends. An empty
        one is true: where the bucket is missing or the key may not see it, it raises.
        """
        async with aclosing(self.pages(prefix)) as pages:
            async for page in pages:
                for stored in page:
                    yield stored

    def pages(self, prefix: str) -> AsyncGenerator[Page]:
        """The same as it is read: up to a thousand together, and no page without any."""
        ...

    async def read(self, key: str) -> bytes:
        """The body of one object; `ObjectMissingError` where there is none."""
        ...

    async def write(self, key: str, body: bytes) -> StoredObject:
        """Store `body` under `key`, whose ending says of what type it is (`.json`: JSON, UTF-8), replacing
        what was there, whole or not at all."""
        ...

    async def delete(self, keys: Iterable[str]) -> set[str]:
        """Remove objects and say which keys are gone: those that the store confirmed, or that a fresh
        listing no longer shows. The rest still stands. In bulk: a request for a thousand keys. For ever,
        save where the bucket keeps versions (`langassets.storage.versions`)."""
        ...

    async def move(self, source: str, target: str) -> None:
        """Give an object another key.

        `ObjectMissingError` where `source` is not there, `ObjectExistsError` where `target` is.
        """
