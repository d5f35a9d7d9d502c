"""What the test server stores: buckets of objects, sorted by key, described as the real server does."""

import hashlib
import uuid
from bisect import bisect_left, bisect_right
from collections import UserDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(slots=True)
class StoredBody:
    """One object: its bytes, and what the server keeps about it."""

    body: bytes
    content_type: str = "application/json"
    cache_control: str = "max-age=3600"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    unfinished: bool = False
    version: str = field(default_factory=lambda: str(uuid.uuid4()))
    is_versioned: bool = False
    etag_shown: str = ""

    @property
    def etag(self) -> str:
        return self.etag_shown or f'"{hashlib.md5(self.body).hexdigest()}"'

    def row(self, name: str) -> dict[str, Any]:
        """The object as listings and deletions show it; without metadata while its upload is under way."""
        metadata = {
            "eTag": self.etag,
            "size": len(self.body),
            "mimetype": self.content_type,
            "cacheControl": self.cache_control,
            "lastModified": _iso(self.updated_at),
            "contentLength": len(self.body),
            "httpStatusCode": 200,
        }
        return {
            "id": self.id,
            "name": name,
            "created_at": _iso(self.created_at),
            "updated_at": _iso(self.updated_at),
            "last_accessed_at": _iso(self.created_at),
            "metadata": None if self.unfinished else metadata,
        }


@dataclass(slots=True)
class History:
    """A bucket's versions, as pull requests 1346 and 1347 of supabase/storage say; delete markers left out.

    `status` is DISABLED, ENABLED or SUSPENDED; `rules` are the lifecycle rules, which nobody carries out.
    """

    status: str = "DISABLED"
    rules: list[dict[str, Any]] = field(default_factory=list)
    noncurrent: list[tuple[str, StoredBody, datetime]] = field(default_factory=list)

    def keep(self, key: str, stored: StoredBody) -> None:
        """Keep what is about to be replaced or deleted, as far as the bucket keeps any."""
        if self.status == "ENABLED" or (self.status == "SUSPENDED" and stored.is_versioned):
            self.noncurrent.append((key, stored, datetime.now(UTC)))

    def find(self, key: str, version: str) -> StoredBody | None:
        """One version that is not current."""
        found = (stored for name, stored, _ in self.noncurrent if name == key and stored.version == version)
        return next(found, None)

    def rows(self, prefix: str) -> list[dict[str, Any]]:
        """What a listing of versions that are not current shows."""
        below = sorted((one for one in self.noncurrent if one[0].startswith(prefix)), key=lambda one: one[0])
        return [
            stored.row(key)
            | {"version": stored.version, "is_versioned": stored.is_versioned, "is_delete_marker": False}
            | {"archived_at": _iso(at)}
            for key, stored, at in below
        ]


class Objects(UserDict[str, StoredBody]):
    """Objects by key; tests may change it as any dict. What a change puts aside goes to the `history`."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History()
        self._sorted: list[str] | None = None

    def __setitem__(self, key: str, stored: StoredBody) -> None:
        if key in self:
            self.history.keep(key, self[key])
        else:
            self._sorted = None
        stored.is_versioned = self.history.status == "ENABLED"
        super().__setitem__(key, stored)

    def __delitem__(self, key: str) -> None:
        self.history.keep(key, self[key])
        self._sorted = None
        super().__delitem__(key)

    def rename(self, source: str, target: str) -> None:
        """Move an object; whether a version stays behind, no word is known: here none does."""
        stored = self.data.pop(source)
        self._sorted = None
        self[target] = StoredBody(
            stored.body, stored.content_type, stored.cache_control, stored.id, stored.created_at
        )

    def put(self, key: str, body: bytes) -> None:
        """Store an object without a request, as the application would."""
        self[key] = StoredBody(body)

    def starting_with(self, prefix: str, after: str, most: int) -> list[str]:
        """Up to `most` keys that start with `prefix` and sort behind `after`, in order."""
        if self._sorted is None:
            self._sorted = sorted(self)
        keys = self._sorted
        start = max(bisect_left(keys, prefix), bisect_right(keys, after) if after else 0)
        found = keys[start : start + most]
        return found[: bisect_right(found, prefix + "\U0010ffff")]


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
