"""Buckets that keep versions: what is deleted or replaced is kept beside what stands, and takes its space.

langassets never removes a version: that is for the bucket's own rules (`langassets.storage.lifecycle`).
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from langassets.storage.lifecycle import LifecycleRule


class Versioning(StrEnum):
    """What a bucket does with what is deleted or replaced, in the server's words."""

    DISABLED = "DISABLED"  # it is gone
    ENABLED = "ENABLED"  # it is kept as a version
    SUSPENDED = "SUSPENDED"  # kept, where it was stored while versions were enabled


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version that is not the current one any more; `size` and `etag` as `StoredObject`'s, `archived_at`
    (UTC) when it was deleted or replaced."""

    key: str
    id: str
    size: int
    etag: str
    archived_at: datetime


def versions_of(store: object) -> "Versions | None":
    """A store's `versions`; None for one that never keeps any."""
    found: Versions | None = getattr(store, "versions", None)
    return found


class Versions(Protocol):
    """A bucket's versions. Raises as `ContentStore` does."""

    async def versioning(self) -> Versioning:
        """What the bucket does; `DISABLED` where the server knows no versions. One request."""
        ...

    async def rules(self) -> list[LifecycleRule]:
        """The bucket's lifecycle rules; none where the server knows none. One request."""
        ...

    def noncurrent(self, prefix: str) -> AsyncIterator[StoredVersion]:
        """Versions below `prefix` that are not current, in order of key; one request for a thousand.

        Only where `versioning` is not `DISABLED`: a server that knows no versions lists what is current.
        """
        ...

    async def read(self, version: StoredVersion) -> bytes:
        """The version's body; `StoreError` where what came is another one."""
        ...
