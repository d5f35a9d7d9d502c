"""Evaluation: usage is read and weighed, then each language is decided on."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.decisions import Tier, current_tier, record_tier
from langassets.database.names import language_keys
from langassets.database.usage import lesson_usage, statistics
from langassets.database.usage.statistics import LanguageRow, UsageSnapshot
from langassets.errors import StatisticsError
from langassets.jobs.evaluation import one_language
from langassets.locales import is_language_code
from langassets.settings import Settings
from langassets.tiering.language_keys import LanguageKeys
from langassets.tiering.policy import LanguageRecord, TierDecision, TierPolicy, decide
from langassets.tiering.statistics import check_statistics
from langassets.tiering.weights import CounterReading, DatedRequests, dated_requests, on_day, weigh

_log = logging.getLogger("langassets.evaluation")


@dataclass(frozen=True, slots=True)
class UsageReading:
    """What was read: one snapshot a language, the names that the application gives, codes in the statistics
    that are none (`ignored`), and how many rows the database sent: counters, days and earlier readings."""

    taken_at: datetime
    snapshots: tuple[UsageSnapshot, ...]
    names: dict[str, str]
    ignored: tuple[str, ...]
    rows_read: int


def read_usage(
    data: sa.Engine, half_life_days: float, now: datetime, *, accept_reset: bool = False
) -> UsageReading:
    """Read the counters and the lesson usage, weigh them, and keep the reading.

    Raises `StatisticsError` where there is nothing, or less than there was at the last reading, unless
    `accept_reset` says that this is meant.
    """
    with writing(data) as connection:
        keys = language_keys.record(connection, now, lesson_usage.spellings(connection))
        taken = _read(connection, keys, half_life_days, _after(statistics.last_read(connection), now))
        if not accept_reset:
            newest = one_language.snapshot(connection, keys)
            check_statistics({s.language: s for s in taken.snapshots}, newest)
        statistics.record_snapshot(connection, taken.snapshots)
    return taken


def _read(
    connection: sa.Connection, keys: LanguageKeys, half_life_days: float, now: datetime
) -> UsageReading:
    rows = statistics.language_rows(connection)
    days = lesson_usage.daily_requests(connection)
    lessons = Counter[str]()  # added up here: another sum in the database would read the whole table again
    for day in days:
        lessons[day.language] += day.requests
    history = statistics.snapshots(connection)
    ignored = {code for code in [r.language for r in rows] + list(lessons) if not is_language_code(code)}
    counters, requests = one_language.counters(rows, keys), one_language.requests(lessons, keys)
    dated = dated_usage(
        counters.values(), one_language.snapshots(history, keys), one_language.days(days, keys), now
    )
    taken = one_language.standing(now, counters, requests, weigh(dated, now, half_life_days))
    names = {code: row.name for code, row in counters.items() if row.name}
    return UsageReading(now, taken, names, tuple(sorted(ignored)), len(rows) + len(days) + len(history))


def dated_usage(
    counters: Iterable[LanguageRow],
    history: Iterable[UsageSnapshot],
    days: Iterable[lesson_usage.DailyRequests],
    now: datetime,
) -> list[DatedRequests]:
    """All requests with their times: the counters as they stand now, earlier readings and lesson usage."""
    rows = list(counters)
    readings = [CounterReading(s.language, s.taken_at, s.total_requests, s.last_used) for s in history]
    readings += [CounterReading(row.language, now, row.total_requests, row.last_used) for row in rows]
    return dated_requests(
        readings,
        [on_day(day.language, day.day, day.requests) for day in days if is_language_code(day.language)],
        {row.language: row.created_at for row in rows if row.created_at},
    )


def evaluate(
    data: sa.Engine,
    settings: Settings,
    now: datetime,
    run_id: str,
    price_of: Callable[[str], str] | None = None,
) -> Tier:
    """Decide on each language by the newest reading, and put the decisions into force.

    `price_of` says in words what it takes to translate everything into a language; with it, every
    promotion says so. Raises `StatisticsError` where no reading was ever kept.
    """
    with writing(data) as connection:
        keys = language_keys.record(connection, now, settings.predefined_languages)
        newest = one_language.snapshot(connection, keys)
        if not newest:
            raise StatisticsError(
                "Usage was never read, so there is nothing to decide on: materialize language_usage_stats "
                "first, or run `langassets run evaluation`, which does both."
            )
        last = current_tier(connection)
        now = _after(last.evaluated_at if last else None, now)
        read_at = next(iter(newest.values())).taken_at
        decisions = _decisions(connection, settings, keys, newest)
        if price_of:
            decisions = tuple(
                replace(d, reason=f"{d.reason}; {price_of(d.language)}") if d.change == "promoted" else d
                for d in decisions
            )
        tier = Tier(now, read_at, decisions)
        record_tier(connection, tier, run_id)
    return tier


def foresee(data: sa.Engine, settings: Settings, now: datetime) -> tuple[TierDecision, ...]:
    """What an evaluation would decide now, by the usage as it stands; nothing is written."""
    with reading(data) as connection:
        keys = language_keys.load(connection)
        taken = _read(connection, keys, settings.tier_half_life_days, now)
        usage_now = {snapshot.language: snapshot for snapshot in taken.snapshots}
        return _decisions(connection, settings, keys, usage_now)


def _decisions(
    connection: sa.Connection, settings: Settings, keys: LanguageKeys, newest: Mapping[str, UsageSnapshot]
) -> tuple[TierDecision, ...]:
    """What is decided on each language that usage was read of."""
    last = current_tier(connection)
    before = one_language.snapshot(connection, keys, last.usage_read_at) if last else {}
    own = statistics.language_rows(connection)
    rows = one_language.counters(own, keys)
    decided = {keys.of(code) for code in last.frequent} if last else set()
    spelled = keys.spellings([*(row.language for row in own), *lesson_usage.spellings(connection)])
    records = [
        LanguageRecord(
            code,
            was_frequent=rows[code].is_frequent if code in rows else code in decided,
            predefined=code in rows and rows[code].is_predefined,
            weighted=snapshot.weighted_requests,
            total_requests=snapshot.requests,
            evidence=_grown(snapshot, before.get(code)),
            spellings=spelled.get(code, ()),
        )
        for code, snapshot in newest.items()
    ]
    predefined = tuple(map(keys.of, settings.predefined_languages))
    policy = TierPolicy(settings.promote_share, settings.demote_share, settings.tier_min_requests, predefined)
    return decide(records, policy)


def _after(last: datetime | None, now: datetime) -> datetime:
    """`now`, or the moment after `last` where the clock has been set back: the newest is what counts, and it
    must be this one, or nothing would be decided until the clock has caught up."""
    if last is None or now > last:
        return now
    _log.warning(
        "The clock says %s, and stood at %s before: what is read now is dated after that.", now, last
    )
    return last + timedelta(milliseconds=1)


def _grown(now: UsageSnapshot, before: UsageSnapshot | None) -> int:
    """Requests since an earlier reading; a counter that was set back has grown by nothing."""
    if before is None:
        return now.requests
    return max(0, now.total_requests - before.total_requests, now.lesson_requests - before.lesson_requests)
