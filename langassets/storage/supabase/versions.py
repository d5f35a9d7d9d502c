"""Versions and lifecycle rules on Supabase, in requests of our own: supabase-py 2.34 knows of neither.

What they say is from supabase/storage's pull requests 1338, 1346 and 1347, and from supabase-js 2.119: no
server that has them could be had. A server of before (tried: 1.70.6) knows no route to the rules, says
nothing of versions in a bucket, and passes over every word about versions in a request without an error: it
would list what is current, and give the current body. So nothing is asked before the bucket has said that it
has versions, and what comes is compared with what was listed.
"""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from langassets import lazy
from langassets.errors import ObjectMissingError, StoreError
from langassets.storage.etags import etag_of
from langassets.storage.keys import check_prefix
from langassets.storage.lifecycle import LifecycleRule, rule_of
from langassets.storage.supabase.errors import Refusals
from langassets.storage.supabase.paging import every_row
from langassets.storage.supabase.sending import Sender
from langassets.storage.versions import StoredVersion, Versioning

if TYPE_CHECKING:
    from httpx import AsyncClient, Response

_PAGE = 1000
# No rules, no lifecycle on this project, and no such route on a server of before.
_NO_RULES = {"NoSuchLifecycleConfiguration", "FeatureNotEnabled"}


class SupabaseVersions:
    """The `Versions` of one bucket; `client` gives the open store's, which sends with `refusals.secret`."""

    def __init__(self, sender: Sender, refusals: Refusals, client: Callable[[], "AsyncClient"]) -> None:
        self._sender = sender
        self._refusals = refusals
        self._client = client
        self._bucket = quote(refusals.bucket, safe="")

    async def versioning(self) -> Versioning:
        """What the bucket does; `DISABLED` where the server says nothing of it."""
        try:
            found = await self._sender.send(lambda: self._json("GET", f"bucket/{self._bucket}"))
        except ObjectMissingError:
            raise self._refusals.missing_bucket() from None
        said = found.get("versioning_status") or Versioning.DISABLED
        # A state that is not known here may keep versions: nothing is to be called free on its account.
        return Versioning(said) if said in {*Versioning} else Versioning.ENABLED

    async def rules(self) -> list[LifecycleRule]:
        """The bucket's rules."""

        async def ask() -> list[LifecycleRule]:
            try:
                found = await self._json("GET", f"bucket/{self._bucket}/lifecycle")
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

        async def page(cursor: str | None) -> tuple[list[dict[str, Any]], str | None]:
            wanted = {"prefix": prefix, "limit": _PAGE, "noncurrentVersions": "only"}
            found = await self._json("POST", f"object/list-v2/{self._bucket}", _from(wanted, cursor))
            onward = found.get("nextCursor") if found["hasNext"] else None
            if found["hasNext"] and onward in (None, "", cursor):
                raise self._refusals.garbled()
            return found["objects"], onward

        rows = every_row(lambda cursor: self._sender.send(lambda: page(cursor)), self._refusals.garbled)
        async for row in rows:
            if row["name"].startswith(prefix) and row.get("archived_at") and not row.get("is_delete_marker"):
                yield _version(row)

    async def read(self, version: StoredVersion) -> bytes:
        """The version's body, compared with its ETag."""
        path = f"object/{self._bucket}/{quote(version.key)}?versionId={quote(version.id, safe='')}"
        body: bytes = (await self._sender.send(lambda: self._ask("GET", path))).content
        if etag_of(body) != version.etag:
            raise StoreError(
                f"Supabase gave another body of {version.key!r} than its version {version.id} has: nothing is"
                " put back from it"
            )
        return body

    async def _json(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        found: dict[str, Any] = (await self._ask(method, path, body)).json()
        return found

    async def _ask(self, method: str, path: str, body: object = None) -> "Response":
        headers = {"authorization": f"Bearer {self._refusals.secret}", "apikey": self._refusals.secret}
        address = f"{self._refusals.address}/storage/v1/{path}"
        response = await self._client().request(method, address, headers=headers, json=body)
        try:
            response.raise_for_status()
        except lazy.httpx.HTTPStatusError as error:
            raise _refusal(response) from error
        return response


def _from(wanted: dict[str, Any], cursor: str | None) -> dict[str, Any]:
    return wanted if cursor is None else wanted | {"cursor": cursor}


def _refusal(response: "Response") -> Exception:
    """As supabase-py puts it, so that it is understood in one place."""
    try:
        said = response.json()
        refused = said["message"], said["error"], said["statusCode"]
    except (ValueError, KeyError, TypeError):
        refused = f"Unable to parse error message: {response.text}", "InternalError", response.status_code
    return lazy.storage3_exceptions.StorageApiError(*refused)


def _version(row: dict[str, Any]) -> StoredVersion:
    metadata = row["metadata"] or {}
    return StoredVersion(
        row["name"],
        row["version"],
        int(metadata.get("size") or 0),
        str(metadata.get("eTag") or "").removeprefix("W/").strip('"'),
        datetime.fromisoformat(row["archived_at"]).astimezone(UTC),
    )
