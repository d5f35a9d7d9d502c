"""Requests of our own, beside supabase-py's: for what it does not know, and for listings, where it makes a
model of every row, at three times the cost."""

from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from pydantic_core import from_json

from langassets import lazy
from langassets.storage.store import StoredObject
from langassets.storage.supabase.errors import Refusals
from langassets.storage.supabase.sending import Sender
from langassets.storage.versions import StoredVersion

if TYPE_CHECKING:
    from httpx import AsyncClient, Response

_Row = TypeVar("_Row", StoredObject, StoredVersion)
_PAGE = 1000  # the server's own most, whatever is asked
# An empty page does not end a listing, but so many in a row are a server that goes round in circles.
_EMPTY_PAGES = 20


class Asker:
    """Asks the server that `refusals` names, with its secret, by the open store's `client`.

    `ask` and `json` are for `sender` to call: they raise what supabase-py would, so that it is understood in
    one place, and what a parser raises.
    """

    def __init__(self, refusals: Refusals, sender: Sender, client: Callable[[], "AsyncClient"]) -> None:
        self.refusals = refusals
        self.sender = sender
        self.bucket = quote(refusals.bucket, safe="")
        self._client = client

    async def ask(self, method: str, path: str, body: object = None) -> "Response":
        """The answer to one request."""
        headers = {"authorization": f"Bearer {self.refusals.secret}", "apikey": self.refusals.secret}
        address = f"{self.refusals.address}/storage/v1/{path}"
        response = await self._client().request(method, address, headers=headers, json=body)
        try:
            response.raise_for_status()
        except lazy.httpx.HTTPStatusError as error:
            raise _refusal(response) from error
        return response

    async def json(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """The object that a request is answered with."""
        answer = await self.ask(method, path, body)
        found = from_json(answer.content, cache_strings="keys")
        if not isinstance(found, dict):
            raise self.refusals.garbled()
        return found

    async def pages(
        self, read: Callable[[dict[str, Any]], _Row | None], prefix: str, **more: object
    ) -> AsyncGenerator[list[_Row]]:
        """What `read` makes of the rows of a listing, page by page, each with some; one request a page."""
        cursor: str | None = None
        empty = 0
        while empty < _EMPTY_PAGES:
            rows, cursor = await self.sender.send(partial(self._page, read, prefix, cursor, **more))
            empty = 0 if rows else empty + 1
            # A server that takes '_' for a wildcard, as in SQL, finds more than was asked for.
            if found := [row for row in rows if row and row.key.startswith(prefix)]:
                yield found
            if cursor is None:
                return
        raise self.refusals.garbled()

    async def _page(
        self, read: Callable[[dict[str, Any]], _Row | None], prefix: str, cursor: str | None, **more: object
    ) -> tuple[list[_Row | None], str | None]:
        """The rows from `cursor` on, and where the next page begins (None: there is none)."""
        wanted: dict[str, object] = {"prefix": prefix, "limit": _PAGE, **more}
        if cursor is not None:
            wanted["cursor"] = cursor
        found = await self.json("POST", f"object/list-v2/{self.bucket}", wanted)
        onward = found.get("nextCursor") if found["hasNext"] else None
        if found["hasNext"] and onward in (None, "", cursor):  # it would go on for ever
            raise self.refusals.garbled()
        try:
            return [read(row) for row in found["objects"]], onward
        except AttributeError:  # of what is no row
            raise self.refusals.garbled() from None


def size_and_etag(row: dict[str, Any]) -> tuple[int, str]:
    """What a listing's row says of an object's body; nothing while an upload is under way."""
    metadata = row["metadata"] or {}
    return int(metadata.get("size") or 0), str(metadata.get("eTag") or "").removeprefix("W/").strip('"')


def _refusal(response: "Response") -> Exception:
    """As supabase-py puts it, so that it is understood in one place."""
    try:
        said = response.json()
        refused = said["message"], said["error"], said["statusCode"]
    except (ValueError, KeyError, TypeError):
        refused = f"Unable to parse error message: {response.text}", "InternalError", response.status_code
    return lazy.storage3_exceptions.StorageApiError(*refused)
