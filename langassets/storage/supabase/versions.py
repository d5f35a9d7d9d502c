"""Versions and lifecycle rules on Supabase, in requests of our own: supabase-py 2.34 knows of neither.

What they say is from supabase/storage's pull requests 1338, 1346 and 1347, and from supabase-js 2.119: no
server that has them could be had. A server of before (tried: 1.70.6) knows no route to the rules, says
nothing of versions in a bucket, and passes over every word about versions in a request without an error: it
would list what is current, and give the current body. So nothing is asked before the bucket has said that it
has versions, and what comes is compared with what was listed.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from langassets import lazy
from langassets.errors import ObjectMissingError, StoreError
from langassets.storage.etags import etag_of
from langassets.storage.keys import check_prefix
from langassets.storage.lifecycle import LifecycleRule, rule_of
from langassets.storage.supabase.asking import Asker, size_and_etag
from langassets.storage.versions import StoredVersion, Versioning, Versions

# No rules, no lifecycle on this project, and no such route on a server of before.
_NO_RULES = {"NoSuchLifecycleConfiguration", "FeatureNotEnabled"}


class SupabaseVersions(Versions):
    """The `Versions` of one bucket."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._send = asker.sender.send

    async def versioning(self) -> Versioning:
        try:
            found = await self._send(lambda: self._asker.json("GET", f"bucket/{self._asker.bucket}"))
        except ObjectMissingError:
            raise self._asker.refusals.missing_bucket() from None
        said = found.get("versioning_status") or Versioning.DISABLED
        # A state that is not known here may keep versions: nothing is to be called free on its account.
        return Versioning(said) if said in {*Versioning} else Versioning.ENABLED

    async def rules(self) -> list[LifecycleRule]:
        async def ask() -> list[LifecycleRule]:
            try:
                found = await self._asker.json("GET", f"bucket/{self._asker.bucket}/lifecycle")
            except lazy.storage3_exceptions.StorageApiError as error:
                if error.code in _NO_RULES or str(error.status) == "404":
                    return []
                raise
            try:
                return [rule_of(rule) for rule in found["rules"]]
            except AttributeError:
                raise self._asker.refusals.garbled() from None

        return await self._send(ask)

    async def noncurrent(self, prefix: str) -> AsyncIterator[StoredVersion]:
        pages = self._asker.pages(_version, check_prefix(prefix), noncurrentVersions="only")
        async for versions in pages:
            for version in versions:
                yield version

    async def read(self, version: StoredVersion) -> bytes:
        path = f"object/{self._asker.bucket}/{quote(version.key)}?versionId={quote(version.id, safe='')}"
        body: bytes = (await self._send(lambda: self._asker.ask("GET", path))).content
        if etag_of(body) != version.etag:
            raise StoreError(
                f"Supabase gave another body of {version.key!r} than its version {version.id} has: nothing is"
                " put back from it"
            )
        return body


def _version(row: dict[str, Any]) -> StoredVersion | None:
    """A row of the listing, None for a delete marker."""
    if not row.get("archived_at") or row.get("is_delete_marker"):
        return None
    archived_at = datetime.fromisoformat(row["archived_at"]).astimezone(UTC)
    return StoredVersion(row["name"], row["version"], *size_and_etag(row), archived_at)
