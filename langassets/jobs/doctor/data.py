"""Is the database there, is usage counted, is there anything to translate?"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from langassets.database.connection import reading, writing
from langassets.database.names import language_keys
from langassets.database.usage import lesson_usage, statistics
from langassets.database.usage.statistics import UsageSnapshot
from langassets.errors import StatisticsError
from langassets.jobs.cleanup import clocks
from langassets.jobs.doctor.findings import Examined, Finding, failed, ok, warning
from langassets.jobs.evaluation import one_language
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.languages import plan_languages
from langassets.jobs.lessons import load_desired
from langassets.locales import tag_of
from langassets.tiering.statistics import check_statistics
from langassets.wording import counted

# Counters that stand still for so long are not counting, or nobody is asking.
_STILL = timedelta(days=2)
_NAMED = 5


async def database(examined: Examined) -> AsyncIterator[Finding]:
    """Reachable, at this version, and writable."""
    yield ok("database", await asyncio.to_thread(_use, examined))


async def counters(examined: Examined) -> AsyncIterator[Finding]:
    """There, believable, and growing."""
    now, last = await asyncio.to_thread(_readings, examined)
    try:
        check_statistics(now, last)
    except StatisticsError as error:
        yield failed("counters", "An evaluation would be refused.", str(error))
        return
    total = sum(one.requests for one in now.values())
    before = sum(one.requests for one in last.values())
    read_at = max((one.taken_at for one in last.values()), default=None)
    if read_at and total <= before and examined.services.clock() - read_at > _STILL:
        yield warning(
            "counters",
            f"They have not grown since {read_at:%Y-%m-%d}: {counted(total, 'request')} then and now.",
            "See that the application calls update_language_stats, or sends usage to POST /api/usage.",
        )
        return
    grown = f", {total - before:,} more than at the last evaluation" if last else ""
    yield ok("counters", f"{counted(total, 'request')} in {counted(len(now), 'language')}{grown}.")


async def lessons(examined: Examined) -> AsyncIterator[Finding]:
    """There, and all of a shape that can be stored."""
    desired, problems = await asyncio.to_thread(load_desired, examined.services.data)
    if not desired:
        yield failed(
            "lessons",
            "There is no active lesson with content.",
            "Add lessons to the application (topics with status active, and content for them), or import "
            "some with: langassets import-lessons DIR. To try things out: langassets demo",
        )
        return
    count = len({want.lesson for want in desired})
    if problems:
        yield warning(
            "lessons",
            f"{counted(len(problems), 'content')} cannot be stored in any language.",
            f"The first: lesson {problems[0].named}: {problems[0].reason}",
        )
        return
    yield ok("lessons", f"{counted(count, 'lesson')} with {counted(len(desired), 'content')}.")


async def usage(examined: Examined) -> AsyncIterator[Finding]:
    """Of lessons that there are."""
    unmatched, total = await asyncio.to_thread(_unmatched, examined)
    if unmatched:
        named = ", ".join(f"{name} ({requests:,})" for name, requests in list(unmatched.items())[:_NAMED])
        yield warning(
            "usage",
            f"{sum(unmatched.values()):,} of {counted(total, 'request')} can be matched to no lesson: "
            f"{named}.",
            "Name lessons by number, or by the file that they were imported from; `langassets lessons` lists "
            "them. What was recorded counts once there is a lesson of that name.",
        )
        return
    yield ok("usage", f"{counted(total, 'request')} for lessons, each of a lesson that is known.")


def _unmatched(examined: Examined) -> tuple[dict[str, int], int]:
    with reading(examined.services.data) as connection:
        unmatched = lesson_usage.unmatched_requests(connection)
        return unmatched, sum(lesson_usage.total_requests(connection).values())


async def refusals(examined: Examined) -> AsyncIterator[Finding]:
    """What no answer of a model satisfied, and when it is asked for again."""
    waiting = await asyncio.to_thread(_waiting, examined)
    if not waiting:
        yield ok("refusals", "No text waits until a model is asked for it again.")
        return
    named = ", ".join(f"{count:,} in {language}" for language, (count, _) in waiting.items())
    first = min(moment for _, moment in waiting.values())
    yield warning(
        "refusals",
        f"No answer satisfied for some texts ({named}): none is asked for before {first:%Y-%m-%d %H:%M} UTC.",
        "See why in the last preload, and say in the glossary what stays as it is; `langassets "
        "export-review` has those that are only doubted. To ask again at once: REFUSED_AGAIN_AFTER_DAYS=0.",
    )


def _waiting(examined: Examined) -> dict[str, tuple[int, datetime]]:
    """How many texts wait, and until when, by language."""
    services = examined.services
    frequent = frequent_languages(services.data, services.settings.predefined_languages).codes
    found = {code: services.refusals.waiting(tag_of(code)) for code in frequent}
    return {code: (count, moment) for code, (count, moment) in found.items() if moment}


async def languages(examined: Examined) -> AsyncIterator[Finding]:
    """Each under one code, in tables and in storage."""
    found = await plan_languages(examined.services)
    if seen := list(found.seen()):
        yield warning("languages", " ".join(seen), "\n".join(found.cures()))
        return
    yield ok("languages", "Each is kept under one code.")


def _use(examined: Examined) -> str:
    engine = examined.services.data  # migrates, as each start does
    with writing(engine) as connection:
        # Undone below: what counts is that it is allowed.
        connection.exec_driver_sql("CREATE TEMPORARY TABLE langassets_doctor (n integer)")
        connection.exec_driver_sql("DROP TABLE langassets_doctor")
    if engine.dialect.name != "postgresql":
        return f"SQLite at {engine.url.database}, at this version."
    examined.keep_time("the database", clocks.time_of_database(engine))
    host = engine.url.host or "a local socket"
    return f"PostgreSQL {engine.url.database} at {host}, at this version."


def _readings(examined: Examined) -> tuple[dict[str, UsageSnapshot], dict[str, UsageSnapshot]]:
    """What an evaluation would read now, and what the last one read."""
    at = examined.services.clock()
    with reading(examined.services.data) as connection:
        keys = language_keys.load(connection)
        rows = one_language.counters(statistics.language_rows(connection), keys)
        counted = one_language.requests(lesson_usage.total_requests(connection), keys)
        read = one_language.snapshots(statistics.snapshot(connection).values(), keys)
    now = {
        code: UsageSnapshot(
            at, code, rows[code].total_requests if code in rows else 0, counted.get(code, 0), 0.0, None
        )
        for code in sorted({*rows, *counted})
    }
    return now, {one.language: one for one in read}
