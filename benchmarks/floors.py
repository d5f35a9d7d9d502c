"""What nobody can go below: the requests that the servers' limits leave, sent by bare clients that throw the
answers away; the query alone; the library alone."""

import asyncio
import os
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from benchmarks.course import keys_of

PAGE = 1000  # objects that a listing shows, and keys that a removal takes
AT_ONCE = 8  # more are no faster
ANSWER_TOKENS = 16_384  # the most that the smaller models write in one answer
PER_MINUTE = 500  # requests that a model's provider lets through
_OBJECT = 600  # bytes, about as many as those of these lessons


def pages(objects: int) -> int:
    """Requests that it takes to list or remove so many objects."""
    return max(1, -(-objects // PAGE))


def model_seconds(calls: int, answer_time: float) -> float:
    """How long so many calls take if all are sent at once, as far as the provider lets them through."""
    return answer_time + 60 * ((calls - 1) // PER_MINUTE) if calls else 0.0


def storage(
    listings: Sequence[tuple[str, int]],
    removed: tuple[Sequence[str], int, Sequence[str]] = ((), 0, ()),
    uploads: int = 0,
) -> int:
    """The requests to storage: so many pages of each prefix, removals by the thousand, uploads one by one.

    `removed` are languages, a number of lessons, and types.
    """
    from httpx import AsyncClient, Limits

    base = f"{os.environ['SUPABASE_URL']}/storage/v1/object"
    headers = {"authorization": f"Bearer {os.environ['SUPABASE_SERVICE_ROLE_KEY']}"}

    async def run() -> int:
        async with AsyncClient(limits=Limits(max_connections=AT_ONCE), headers=headers, timeout=60) as http:
            places = asyncio.Semaphore(AT_ONCE)

            async def listing(prefix: str, count: int) -> None:
                cursor: dict[str, str] = {}
                for _ in range(count):
                    async with places:
                        body = {"prefix": prefix, "limit": PAGE, **cursor}
                        answer = await http.post(f"{base}/list-v2/media", json=body)
                    cursor = _cursor(answer.content)

            async def send(method: str, path: str, **body: Any) -> None:
                async with places:
                    await http.request(method, f"{base}/{path}", **body)

            await asyncio.gather(*(listing(prefix, count) for prefix, count in listings))
            keys = keys_of(*removed)
            chunks = [keys[start : start + PAGE] for start in range(0, len(keys), PAGE)]
            await asyncio.gather(*(send("DELETE", "media", json={"prefixes": chunk}) for chunk in chunks))
            files = {"file": ("f", b"x" * _OBJECT, "application/json")}
            sent = (send("POST", f"media/floor/{n}", files=files) for n in range(uploads))
            await asyncio.gather(*sent)
            return sum(count for _, count in listings) + len(chunks) + uploads

    return asyncio.run(run())


def _cursor(page: bytes) -> dict[str, str]:
    """The cursor of the next page, found without reading the whole."""
    _, found, rest = page[:400].partition(b'"nextCursor": "')
    return {"cursor": rest.partition(b'"')[0].decode()} if found else {}


def evaluation() -> int:
    """The one query that has to read every row."""
    url = sa.make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg2")
    query = "SELECT language, day, sum(requests) FROM langassets.lesson_usage GROUP BY 1, 2"
    with sa.create_engine(url).begin() as connection:
        return len(connection.exec_driver_sql(query).all())


def usage_import(path: str) -> int:
    """The file as it is, by COPY, into a table without a key."""
    import psycopg2

    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bare (language text, lesson text, day date)")
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            cursor.copy_expert("COPY bare FROM STDIN WITH (FORMAT csv, HEADER)", file)
        return int(cursor.rowcount)


def definitions() -> int:
    """Dagster itself."""
    import dagster

    return len(dagster.__name__)
