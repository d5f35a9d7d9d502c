"""Supabase Storage, through supabase-py's async client.

How the server really answers, measured, is behind most lines here: a listing is believed only after the
bucket was seen, goes flat by cursor and unsorted (by time it would skip rows), and ends where the
server says so and not where a page is empty.
"""

import asyncio
import mimetypes
import os.path
from collections.abc import AsyncGenerator, Collection, Iterable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from langassets import lazy
from langassets.errors import ObjectExistsError, ObjectMissingError, StoreError
from langassets.storage.etags import etag_of
from langassets.storage.keys import check_key, check_prefix
from langassets.storage.store import ContentStore, Page, StoredObject
from langassets.storage.supabase.asking import Asker, size_and_etag
from langassets.storage.supabase.deletion import BulkDeletion
from langassets.storage.supabase.errors import Refusals, role_of
from langassets.storage.supabase.sending import Sender
from langassets.storage.supabase.versions import SupabaseVersions

if TYPE_CHECKING:
    from httpx import AsyncClient as HttpClient
    from httpx import Request, Response
    from storage3._async.file_api import AsyncBucketProxy
    from storage3.types import FileOptions
    from supabase import AsyncClient

# So many keys are looked up one by one; more, by listing all that lies between them.
_LOOKED_UP_SINGLY = 20


class SupabaseStore(ContentStore):
    """A `ContentStore` in the bucket `bucket` of the Supabase project at `url`.

    `key` is the service role key, `concurrency` the most requests under way at once, `cache_seconds`
    how long browsers and CDNs may keep what is written, `timeout` the seconds to wait for an answer,
    `attempts` how often a request is sent in all, `backoff` the seconds that the first pause lasts at most.
    `first_answer_within` is how many seconds its first answer may take, all tries together.
    """

    def __init__(
        self,
        url: str,
        key: str,
        bucket: str,
        *,
        concurrency: int = 8,
        cache_seconds: int = 3600,
        timeout: float = 20.0,
        attempts: int = 5,
        backoff: float = 0.5,
        first_answer_within: float | None = None,
    ) -> None:
        self._url = _checked_address(url)
        self._key = _checked_key(key)
        self._name = bucket
        self._timeout = timeout
        self._concurrency = concurrency
        self._cache_seconds = cache_seconds
        self.location = f"{self._url}/storage/v1/object/{bucket}"
        self._refusals = Refusals(self._url, bucket, self._key)
        self._sender = Sender(
            self._refusals,
            concurrency=concurrency,
            attempts=attempts,
            backoff=backoff,
            first_answer_within=first_answer_within,
        )
        self._asker = Asker(self._refusals, self._sender, self._open)
        self.versions = SupabaseVersions(self._asker)
        self._believed = False  # whether an empty listing can be: the bucket is there, and the key sees it
        self._http: HttpClient | None = None
        self._client: AsyncClient | None = None

    def __repr__(self) -> str:
        return f"SupabaseStore({self.location!r})"

    @property
    def requests(self) -> int:
        return self._sender.requests

    @property
    def retries(self) -> int:
        return self._sender.retries

    async def __aenter__(self) -> Self:
        # One pool for all, and HTTP/1.1: over HTTP/2 the hpack library logs every header, the key among them.
        self._http = lazy.httpx.AsyncClient(
            timeout=lazy.httpx.Timeout(self._timeout, pool=None),
            limits=lazy.httpx.Limits(max_connections=self._concurrency),
            event_hooks={"request": [_in_one_piece], "response": [self._refuse_pages]},
        )
        options = lazy.supabase.AsyncClientOptions(httpx_client=self._http)
        self._client = await lazy.supabase.acreate_client(self._url, self._key, options)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http is not None:
            await self._http.aclose()
        self._http = self._client = None

    async def check(self) -> None:
        # Without this no empty listing means anything: a bucket that does not exist lists as empty, and so
        # does every bucket for a key without rights.
        self._refuse_role()
        try:
            await self._sender.send(lambda: self._storage.get_bucket(self._name))
        except ObjectMissingError:
            raise self._refusals.missing_bucket() from None
        self._believed = True

    def _refuse_role(self) -> None:
        role = role_of(self._key)
        if role in ("anon", "authenticated"):
            raise self._refusals.wrong_key(f"it is the {role} key, which sees an empty bucket")

    async def pages(self, prefix: str) -> AsyncGenerator[Page]:
        """The server's pages, one request each. The first listing that comes out empty costs one more."""
        self._refuse_role()
        async with aclosing(self._asker.pages(_stored, check_prefix(prefix))) as pages:
            async for page in pages:
                self._believed = True
                yield page
        if not self._believed:
            await self.check()

    async def read(self, key: str) -> bytes:
        check_key(key)
        try:
            return await self._sender.send(lambda: self._bucket.download(key))
        except ObjectMissingError:
            raise self._missing(key) from None

    async def write(self, key: str, body: bytes) -> StoredObject:
        check_key(key)
        options: FileOptions = {
            "content-type": mimetypes.guess_type(key, strict=False)[0] or "application/octet-stream",
            "cache-control": str(self._cache_seconds),
            "upsert": "true",
        }
        await self._sender.send(lambda: self._bucket.upload(key, body, options))
        # The server does not say in its answer when it stored the object.
        return StoredObject(key, len(body), etag_of(body), datetime.now(UTC))

    async def delete(self, keys: Iterable[str]) -> set[str]:
        """Where the server fails midway, what is known to be gone is returned and the rest logged."""
        return await BulkDeletion(self._remove, self._standing).run([check_key(key) for key in keys])

    async def move(self, source: str, target: str) -> None:
        check_key(source)
        check_key(target)
        if source == target:  # which the server takes for success
            raise self._taken(target) if await self._is_there(source) else self._missing(source)
        tries = 0

        async def move() -> None:
            nonlocal tries
            tries += 1
            await self._bucket.move(source, target)

        try:
            await self._sender.send(move)
        except ObjectExistsError:
            raise self._taken(target) from None
        except ObjectMissingError:
            # An earlier try may have moved it, and its answer been lost on the way.
            if tries == 1 or not await self._is_there(target):
                raise self._missing(source) from None

    async def _refuse_pages(self, response: "Response") -> None:
        """A proxy's page of HTML behind a 200 would otherwise pass for the body of an object."""
        if response.is_success and response.headers.get("content-type", "").startswith("text/html"):
            raise self._refusals.garbled()

    def _open(self) -> "HttpClient":
        if self._http is None:
            raise RuntimeError("the store is not open: use it in `async with`")
        return self._http

    @property
    def _storage(self) -> Any:
        self._open()
        return self._client.storage if self._client else None

    @property
    def _bucket(self) -> "AsyncBucketProxy":
        proxy: AsyncBucketProxy = self._storage.from_(self._name)
        return proxy

    async def _is_there(self, key: str) -> bool:
        async with aclosing(self._asker.pages(_stored, key)) as found:
            async for page in found:
                return page[0].key == key  # which comes before all keys that it is the beginning of
        return False

    async def _remove(self, keys: Sequence[str]) -> Collection[str]:
        async def remove() -> set[str]:
            return {row["name"] for row in await self._bucket.remove([*keys])}

        return await self._sender.send(remove)

    async def _standing(self, keys: Collection[str]) -> Collection[str]:
        await self.check()
        if len(keys) <= _LOOKED_UP_SINGLY:
            found = await asyncio.gather(*(self._is_there(key) for key in keys))
            return {key for key, there in zip(keys, found, strict=True) if there}
        wanted, last, standing = set(keys), max(keys), set()
        start = os.path.commonprefix([min(keys), last])  # noqa: RUF071  (the server takes any string)
        async with aclosing(self._asker.pages(_stored, start)) as found_between:
            async for page in found_between:
                standing |= {stored.key for stored in page if stored.key in wanted}
                if page[-1].key >= last:
                    break
        return standing

    def _missing(self, key: str) -> ObjectMissingError:
        return ObjectMissingError(f"There is no object {key!r} in {self.location}")

    def _taken(self, key: str) -> ObjectExistsError:
        return ObjectExistsError(f"There is already an object {key!r} in {self.location}")


async def _in_one_piece(request: "Request") -> None:
    """Have a form sent as a whole, not its nine parts one by one, each a call of the system."""
    await request.aread()


def _stored(row: dict[str, Any]) -> StoredObject:
    size, etag = size_and_etag(row)
    key, updated_at = row["name"], datetime.fromisoformat(row["updated_at"])
    if not isinstance(key, str):
        raise TypeError("a key that is no text")
    if updated_at.tzinfo is not UTC:
        updated_at = updated_at.astimezone(UTC)
    return StoredObject(key, size, etag, updated_at)


def _checked_address(url: str) -> str:
    parts = urlsplit(url.strip())
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise StoreError(
            "SUPABASE_URL must be the bare address of the project, like https://abc.supabase.co, without a"
            " user name, a password or anything behind a '?' or '#'"
        )
    return url.strip().rstrip("/")


def _checked_key(key: str) -> str:
    stripped = key.strip()
    if not stripped or not all("!" <= character <= "~" for character in stripped):
        raise StoreError(
            "SUPABASE_SERVICE_ROLE_KEY is empty, or holds a line break, a blank or a character that no key"
            " has: copy it again from the project's API settings"
        )
    return stripped
