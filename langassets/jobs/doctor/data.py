"""Is the database there, is usage counted, is there anything to translate?"""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import islice

from langassets.database.connection import reading, writing
from langassets.database.names import language_keys
from langassets.database.usage import lesson_usage, statistics
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


def database(examined: Examined) -> Iterator[Finding]:
    """Reachable, at this version, and writable."""
    engine = examined.services.data  # migrates, as each start does
    with writing(engine) as connection:
        # Undone below: what counts is that it is allowed.
        connection.exec_driver_sql("CREATE TEMPORARY TABLE langassets_doctor (n integer)")
        connection.exec_driver_sql("DROP TABLE langassets_doctor")
    examined.keep_time("the database", clocks.time_of_database(engine))
    name, host = engine.url.database, engine.url.host or "a local socket"
    where = f"PostgreSQL {name} at {host}" if engine.dialect.name == "postgresql" else f"SQLite at {name}"
    yield ok(f"{where}, at this version.")


def counters(examined: Examined) -> Iterator[Finding]:
    """There, believable, and growing: what an evaluation would read now, and what the last one read."""
    at = examined.services.clock()
    with reading(examined.services.data) as connection:
        keys = language_keys.load(connection)
        rows = one_language.counters(statistics.language_rows(connection), keys)
        recorded = one_language.requests(lesson_usage.total_requests(connection), keys)
        now = {one.language: one for one in one_language.standing(at, rows, recorded, {})}
        last = one_language.snapshot(connection, keys)
    try:
        check_statistics(now, last)
    except StatisticsError as error:
        yield failed("An evaluation would be refused.", str(error))
        return
    total = sum(one.requests for one in now.values())
    before = sum(one.requests for one in last.values())
    read_at = max((one.taken_at for one in last.values()), default=None)
    if read_at and total <= before and examined.services.clock() - read_at > _STILL:
        yield warning(
            f"They have not grown since {read_at:%Y-%m-%d}: {counted(total, 'request')} then and now.",
            "See that the application calls update_language_stats, or sends usage to POST /api/usage.",
        )
    else:
        grown = f", {total - before:,} more than at the last evaluation" if last else ""
        yield ok(f"{counted(total, 'request')} in {counted(len(now), 'language')}{grown}.")


def lessons(examined: Examined) -> Iterator[Finding]:
    """There, and all of a shape that can be stored."""
    desired, problems = load_desired(examined.services.data)
    if not desired:
        yield failed(
            "There is no active lesson with content.",
            "Add lessons to the application (topics with status active, and content for them), or import "
            "some with: langassets import-lessons DIR. To try things out: langassets demo",
        )
    elif problems:
        yield warning(
            f"{counted(len(problems), 'content')} cannot be stored in any language.",
            f"The first: lesson {problems[0].named}: {problems[0].reason}",
        )
    else:
        count = len({want.lesson for want in desired})
        yield ok(f"{counted(count, 'lesson')} with {counted(len(desired), 'content')}.")


def usage(examined: Examined) -> Iterator[Finding]:
    """Of lessons that there are."""
    with reading(examined.services.data) as connection:
        unmatched = lesson_usage.unmatched_requests(connection)
        total = sum(lesson_usage.total_requests(connection).values())
    if not unmatched:
        yield ok(f"{counted(total, 'request')} for lessons, each of a lesson that is known.")
        return
    named = ", ".join(f"{name} ({requests:,})" for name, requests in islice(unmatched.items(), _NAMED))
    yield warning(
        f"{sum(unmatched.values()):,} of {counted(total, 'request')} can be matched to no lesson: {named}.",
        "Name lessons by number, or by the file that they were imported from; `langassets lessons` lists "
        "them. What was recorded counts once there is a lesson of that name.",
    )


def refusals(examined: Examined) -> Iterator[Finding]:
    """What no answer of a model satisfied, and when it is asked for again."""
    services = examined.services
    frequent = frequent_languages(services.data, services.settings.predefined_languages).codes
    waiting = {code: services.refusals.waiting(tag_of(code)) for code in frequent}
    moments = [moment for _, moment in waiting.values() if moment]
    if not moments:
        yield ok("No text waits until a model is asked for it again.")
        return
    named = ", ".join(f"{count:,} in {code}" for code, (count, moment) in waiting.items() if moment)
    yield warning(
        f"No answer satisfied for some texts ({named}): none is asked for before "
        f"{min(moments):%Y-%m-%d %H:%M} UTC.",
        "See why in the last preload, and say in the glossary what stays as it is; `langassets "
        "export-review` has those that are only doubted. To ask again at once: REFUSED_AGAIN_AFTER_DAYS=0.",
    )


async def languages(examined: Examined) -> AsyncIterator[Finding]:
    """Each under one code, in tables and in storage."""
    found = await plan_languages(examined.services)
    seen = " ".join(found.seen())
    yield warning(seen, "\n".join(found.cures())) if seen else ok("Each is kept under one code.")
