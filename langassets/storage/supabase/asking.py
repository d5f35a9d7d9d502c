"""Requests of our own, beside supabase-py's: for what it does not know, and for listings, where it makes a
model of every row, at three times the cost."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic_core import from_json

from langassets import lazy
from langassets.storage.supabase.errors import Refusals

if TYPE_CHECKING:
    from httpx import AsyncClient, Response

_Row = TypeVar("_Row")
_PAGE = 1000  # the server's own most, whatever is asked


class Asker:
    """Asks the server that `refusals` names, with its secret, by the open store's `client`.

    Raises what supabase-py would, so that it is understood in one place, and what a parser raises.
    """

    def __init__(self, refusals: Refusals, client: Callable[[], "AsyncClient"]) -> None:
        self._refusals = refusals
        self._client = client

    async def ask(self, method: str, path: str, body: object = None) -> "Response":
        """The answer to one request."""
        headers = {"authorization": f"Bearer {self._refusals.secret}", "apikey": self._refusals.secret}
        address = f"{self._refusals.address}/storage/v1/{path}"
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
            raise self._refusals.garbled()
        return found

    async def page(
        self,
        bucket: str,
        read: Callable[[dict[str, Any]], _Row],
        prefix: str,
        cursor: str | None,
        **more: object,
    ) -> tuple[list[_Row], str | None]:
        """One page of a listing from `cursor` on, each row as `read` takes it, and where the next page begins
        (None: there is none)."""
        wanted: dict[str, object] = {"prefix": prefix, "limit": _PAGE, **more}
        if cursor is not None:
            wanted["cursor"] = cursor
        found = await self.json("POST", f"object/list-v2/{bucket}", wanted)
        onward = found.get("nextCursor") if found["hasNext"] else None
        if found["hasNext"] and onward in (None, "", cursor):  # it would go on for ever
            raise self._refusals.garbled()
        try:
            return [*map(read, found["objects"])], onward
        except AttributeError:  # of what is no row
            raise self._refusals.garbled() from None


def _refusal(response: "Response") -> Exception:
    """As supabase-py puts it, so that it is understood in one place."""
    try:
        said = response.json()
        refused = said["message"], said["error"], said["statusCode"]
    except (ValueError, KeyError, TypeError):
        refused = f"Unable to parse error message: {response.text}", "InternalError", response.status_code
    return lazy.storage3_exceptions.StorageApiError(*refused)
