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
from langassets.storage.supabase.asking import Asker
from langassets.storage.supabase.errors import Refusals
from langassets.storage.supabase.paging import every_page
from langassets.storage.supabase.sending import Sender
from langassets.storage.versions import StoredVersion, Versioning

# No rules, no lifecycle on this project, and no such route on a server of before.
_NO_RULES = {"NoSuchLifecycleConfiguration", "FeatureNotEnabled"}


class SupabaseVersions:
    """The `Versions` of one bucket."""

    def __init__(self, sender: Sender, refusals: Refusals, asker: Asker) -> None:
        self._sender = sender
        self._refusals = refusals
        self._asker = asker
        self._bucket = quote(refusals.bucket, safe="")

    async def versioning(self) -> Versioning:
        """What the bucket does; `DISABLED` where the server says nothing of it."""
        try:
            found = await self._sender.send(lambda: self._asker.json("GET", f"bucket/{self._bucket}"))
        except ObjectMissingError:
            raise self._refusals.missing_bucket() from None
        said = found.get("versioning_status") or Versioning.DISABLED
        # A state that is not known here may keep versions: nothing is to be called free on its account.
        return Versioning(said) if said in {*Versioning} else Versioning.ENABLED

    async def rules(self) -> list[LifecycleRule]:
        """The bucket's rules."""

        async def ask() -> list[LifecycleRule]:
            try:
                found = await self._asker.json("GET", f"bucket/{self._bucket}/lifecycle")
            except lazy.storage3_exceptions.StorageApiError as error:
                if error.code in _NO_RULES or str(error.status) == "404":
                    return []
                raise
            try:
                return [rule_of(rule) for rule in found["rules"]]
            except AttributeError:
                raise self._refusals.garbled() from None

        return await self._sender.send(ask)

    async def noncurrent(self, prefix: str) -> AsyncIterator[StoredVersion]:
        """Versions below `prefix`, delete markers left out."""
        check_prefix(prefix)

        async def page(cursor: str | None) -> tuple[list[StoredVersion | None], str | None]:
            asked = {"noncurrentVersions": "only"}
            return await self._asker.page(self._bucket, _version, prefix, cursor, **asked)

        pages = every_page(lambda cursor: self._sender.send(lambda: page(cursor)), self._refusals.garbled)
        async for versions in pages:
            for version in versions:
                if version and version.key.startswith(prefix):
                    yield version

    async def read(self, version: StoredVersion) -> bytes:
        """The version's body, compared with its ETag."""
        path = f"object/{self._bucket}/{quote(version.key)}?versionId={quote(version.id, safe='')}"
        body: bytes = (await self._sender.send(lambda: self._asker.ask("GET", path))).content
        if etag_of(body) != version.etag:
            raise StoreError(
                f"Supabase gave another body of {version.key!r} than its version {version.id} has: nothing is"
                " put back from it"
            )
        return body


def _version(row: dict[str, Any]) -> StoredVersion | None:
    if not row.get("archived_at") or row.get("is_delete_marker"):
        return None
    metadata = row["metadata"] or {}
    return StoredVersion(
        row["name"],
        row["version"],
        int(metadata.get("size") or 0),
        str(metadata.get("eTag") or "").removeprefix("W/").strip('"'),
        datetime.fromisoformat(row["archived_at"]).astimezone(UTC),
    )
