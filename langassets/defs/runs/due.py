"""When a schedule is due, and how far apart it comes, by the iterator that Dagster's daemon fires it by.

The iterator is no part of Dagster's interface, but nothing else reads a pattern as it does on a day on which
clocks change, and each difference would be a false alarm, or none that was due. What is relied upon here is
held by `langassets_tests/defs/test_due.py`.
"""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from dagster._utils.schedules import CroniterShim, schedule_execution_time_iterator

from langassets.services import Services

# A year has every month and both changes of the clocks; what comes more rarely is looked at for longer.
_YEAR, _FEWEST = timedelta(days=366), 5
_DAY = timedelta(days=1)
# 29 February is eight years apart where a century lies between.
_BACK = (timedelta(hours=2), timedelta(days=2), timedelta(days=40), timedelta(days=400), timedelta(days=2930))


def last_due(cron: str, timezone: str, now: datetime) -> datetime:
    """The latest moment at or before `now` that a pattern names, in `timezone`.

    Looked for from further and further back, as the daemon goes: where clocks change, the iterator's way back
    names other moments than its way forward, or fails.
    """
    for back in _BACK:
        due = _moments(cron, timezone, now - back)
        if fired := deque(takewhile(lambda moment: moment.timestamp() <= now.timestamp(), due), maxlen=1):
            return fired[0]
    raise ValueError(f"{cron!r} named no moment in {_BACK[-1].days} days")


def next_due(cron: str, timezone: str, now: datetime) -> datetime:
    """The first moment after `now` that a pattern names, in `timezone`."""
    return next(moment for moment in _moments(cron, timezone, now) if moment.timestamp() > now.timestamp())


def due_by(services: Services) -> datetime:
    """When the next preload is, by which what users do not wait for is to stand."""
    settings = services.settings
    return next_due(settings.preload_cron, settings.jobs_timezone, services.clock())


@lru_cache(maxsize=64)
def longest_gap(cron: str, timezone: str, day: date) -> timedelta:
    """The longest time between two moments of a pattern that touches the year from `day` on; and as much more
    as the clocks are set back there. What comes more rarely is looked at for five of its days.

    Days are alike: one moment of each says which they are, and the pattern's hours say the rest.
    """
    minutes, hours = _numbers(cron)
    times = [timedelta(hours=hour, minutes=minute) for hour in hours for minute in minutes]
    apart = max(after - before for before, after in pairwise(_days(cron, day)))
    gaps = [after - before for before, after in pairwise([*times, times[0] + apart])]
    return max(gaps) + _changes(timezone, day)


def _numbers(cron: str) -> tuple[list[int], list[int]]:
    """The minutes and the hours that a pattern names."""
    (minutes, hours, *_), *_ = CroniterShim.expand(cron)
    return [*range(60)] if "*" in minutes else minutes, [*range(24)] if "*" in hours else hours


def _days(cron: str, day: date) -> list[datetime]:
    """Noon of the pattern's days, in a zone without changes: from the last one before `day` on."""
    noon = f"0 12 {' '.join(cron.split()[2:])}"
    start = datetime.combine(day, time(), UTC)
    days = list[datetime]()
    for one in _moments(noon, "UTC", last_due(noon, "UTC", start)):
        days.append(one)
        if one > start + _YEAR and len(days) >= _FEWEST:
            break
    return days


def _changes(timezone: str, day: date) -> timedelta:
    """How far apart the offsets of a zone are within a year."""
    noons = (datetime.combine(day, time(12), UTC) + number * _DAY for number in range(_YEAR.days))
    offsets = {noon.astimezone(ZoneInfo(timezone)).utcoffset() or timedelta() for noon in noons}
    return max(offsets) - min(offsets)


def _moments(cron: str, timezone: str, start: datetime) -> Iterator[datetime]:
    """The moments of a pattern from `start` on."""
    return schedule_execution_time_iterator(start.timestamp(), cron, timezone)
