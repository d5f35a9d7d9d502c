"""The same work in the replaced system's way, with the same client libraries: one thing after the other."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa

from benchmarks.course import lesson_of

# As the replaced system names them; it looks for each of them in each lesson.
CONTENT_TYPES = ("text", "code", "presentation", "audio", "mind_map", "avatar_video")
PROMPT = (
    "You are a professional translator of educational material. Translate the following text from English "
    "to {language}. Keep the meaning, the tone and the formatting of the original. Do not translate code, "
    "names of variables or addresses. Return only the translated text, without any explanation, comment or "
    "quotation marks, and do not add anything that is not in the original text.\n\nText to translate:\n{text}"
)


@asynccontextmanager
async def _bucket() -> AsyncIterator[Any]:
    from httpx import AsyncClient
    from supabase import AsyncClientOptions, acreate_client

    url, key = os.environ["SUPABASE_URL"], os.environ["SUPABASE_SERVICE_ROLE_KEY"]
    async with AsyncClient() as http:
        client = await acreate_client(url, key, AsyncClientOptions(httpx_client=http))
        yield client.storage.from_("media")


def cleanup(languages: Sequence[str], lessons: int) -> int:
    """Lesson by lesson: list its folder, then ask for the removal of each content type."""

    async def run() -> int:
        removed = 0
        async with _bucket() as bucket:
            for language in languages:
                for lesson in range(lessons):
                    await bucket.list(f"{language}/lessons/{lesson}")
                    for name in CONTENT_TYPES:
                        removed += len(await bucket.remove([f"{language}/lessons/{lesson}/{name}.json"]))
        return removed

    return asyncio.run(run())


def preload(languages: Sequence[str], lessons: int, by_hand: Sequence[int] = ()) -> int:
    """Object by object: is it there? If not, translate it string by string, and store it. Lessons that were
    changed it would never look at again: those are first removed `by_hand`."""

    async def run() -> int:
        async with _bucket() as bucket:
            for lesson in by_hand:
                for language in languages:
                    await bucket.remove([f"{language}/lessons/{lesson}/mind_map.json"])
            for lesson in range(lessons):
                for language in languages:
                    if not await bucket.list(f"{language}/lessons/{lesson}"):
                        await _make(bucket, language, lesson)
        return lessons * len(languages)

    return asyncio.run(run())


async def _make(bucket: Any, language: str, lesson: int) -> None:
    from openai import AsyncOpenAI

    data = lesson_of(lesson)
    if language != "en":
        key, url = os.environ["OPENAI_API_KEY"], os.environ["OPENAI_BASE_URL"]
        async with AsyncOpenAI(api_key=key, base_url=url, max_retries=0) as client:
            for node in data["nodes"]:
                prompt = PROMPT.format(language=language, text=node["label"])
                answer = await client.chat.completions.create(
                    model="any", messages=[{"role": "user", "content": prompt}]
                )
                node["label"] = answer.choices[0].message.content
    await bucket.upload(
        f"{language}/lessons/{lesson}/mind_map.json", json.dumps(data).encode(), {"upsert": "true"}
    )


def _database() -> sa.Engine:
    url = sa.make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg2")
    return sa.create_engine(url)


def evaluation() -> int:
    """Every row of usage is fetched and added up here; then each language is written, one by one."""
    totals: dict[str, int] = {}
    data = _database()
    with data.begin() as connection:
        for language, requests in connection.exec_driver_sql(
            "SELECT language, requests FROM langassets.lesson_usage"
        ):
            totals[language] = totals.get(language, 0) + requests
    whole = sum(totals.values())
    for language, requests in totals.items():
        with data.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE language_stats SET is_frequent = is_predefined OR %s, updated_at = now() "
                "WHERE language_code = %s",
                (requests >= 0.05 * whole, language),
            )
    return len(totals)


def usage(requests: int, languages: Sequence[str]) -> int:
    """One statement a request, as the application calls `update_language_stats`."""
    data = _database()
    for number in range(requests):
        with data.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO language_stats (language_code, language_name, total_requests) "
                "VALUES (%s, %s, 1) ON CONFLICT (language_code) DO UPDATE "
                "SET total_requests = language_stats.total_requests + 1, last_used = now()",
                (languages[number % len(languages)],) * 2,
            )
    return requests


def definitions() -> int:
    """The same definitions, with every library imported where a module begins, as is usual."""
    import apprise  # noqa: F401
    import fastapi  # noqa: F401
    import openai  # noqa: F401
    import pandas  # noqa: F401
    import py3langid  # noqa: F401
    import supabase  # noqa: F401
    import uvicorn  # noqa: F401

    from langassets.definitions import defs

    return len(defs().resolve_asset_graph().get_all_asset_keys())
