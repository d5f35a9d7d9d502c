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

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.body).hexdigest()}"'

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


class Objects(UserDict[str, StoredBody]):
    """Objects by key; tests may change it as any dict."""

    def __init__(self) -> None:
        super().__init__()
        self._sorted: list[str] | None = None

    def __setitem__(self, key: str, stored: StoredBody) -> None:
        if key not in self:
            self._sorted = None
        super().__setitem__(key, stored)

    def __delitem__(self, key: str) -> None:
        self._sorted = None
        super().__delitem__(key)

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
