"""Cron patterns: what the settings accept, and what is said of it, is what Dagster's daemon does."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dagster._utils.schedules import is_valid_cron_schedule, schedule_execution_time_iterator

from langassets.defs.runs.due import last_due, longest_gap
from langassets.errors import SettingsError
from langassets.settings import load_settings

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = sorted(available_timezones() - {"Pacific/Chatham", "NZ-CHAT"})
# Where clocks change at midnight, or by half an hour; elsewhere it is between one and four.
UNUSUAL = [
    "Africa/Cairo",
    "America/Havana",
    "America/Santiago",
    "Asia/Beirut",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Pacific/Easter",
]


def fired(cron: str, zone: str, start: float) -> Iterator[float]:
    """When the daemon would fire, from `start` on: it asks anew after each time (`dagster._scheduler`)."""
    while True:
        moment = upcoming(cron, zone, start)
        yield moment
        start = moment + 1


def upcoming(cron: str, zone: str, start: float) -> float:
    """What the daemon waits for, asked at `start`; it asks each hour too."""
    return next(schedule_execution_time_iterator(start, cron, zone)).timestamp()


@cache
def changes(zone: str) -> list[datetime]:
    """The hours in which a zone's clocks change, over some years."""
    name = ZoneInfo(zone)
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + number * DAY for number in range(800)]
    return [
        next(first + number * HOUR for number in range(1, 25) if _differ(name, first, first + number * HOUR))
        for first, second in pairwise(hours)
        if _differ(name, first, second)
    ]


def _differ(zone: ZoneInfo, first: datetime, second: datetime) -> bool:
    return first.astimezone(zone).utcoffset() != second.astimezone(zone).utcoffset()


def drawn(random: Random, change: datetime) -> str:
    """A pattern, many of them at about the hour and on the day of a change of the clocks."""

    def field(low: int, high: int, *likely: int) -> str:
        number = random.randint
        return random.choice(
            [
                "*",
                f"*/{number(1, high)}",
                f"{number(low, high)}-{number(low, high)}",
                f"{number(low, high)}/{number(1, 9)}",
                f"{number(low, high // 2)}-{number(high // 2, high)}/{number(1, 9)}",
                ",".join(str(number(low, high)) for _ in range(3)),
                *(str(one) for one in likely),
                *(str(one) for one in likely),
            ]
        )

    minute, hour = (
        field(0, 59, 0, 15, 30, 45),
        field(0, 23, *((change.hour + more) % 24 for more in (-1, 0, 1))),
    )
    day = random.choice(["*", "*", "*", "L", "?", field(1, 31, 1, 15, 28, 29, 30, 31, change.day)])
    month = random.choice(["*", "*", "*", field(1, 12, change.month), "FEB,MAR", "nov-feb"])
    weekday = random.choice(["*", "*", "L5", "5#2", "FRI-MON", "1,L3", field(0, 7, change.isoweekday())])
    return f"{minute} {hour} {day} {month} {weekday}"


def in_force(cron: str, zone: str) -> str | None:
    """The pattern as Dagster is given it; None where the settings refuse it."""
    try:
        return load_settings({"PRELOAD_CRON": cron, "JOBS_TIMEZONE": zone}).preload_cron
    except SettingsError:
        return None


def compared(seed: str, pairs: int) -> Iterator[str]:
    """Where our word differs from what the daemon does, over so many pairs of a pattern and a moment."""
    random, seen = Random(seed), 0
    while seen < pairs:
        zone = random.choice([random.choice(ZONES), random.choice(UNUSUAL)])
        change = random.choice(changes(zone) or [datetime(2028, 3, 1, tzinfo=UTC)])
        cron = in_force(drawn(random, change.astimezone(ZoneInfo(zone))), zone)
        if cron is None:
            continue
        assert is_valid_cron_schedule(cron), cron
        start = change - random.choice([30 * HOUR, 2 * HOUR, HOUR / 2])
        moments = [moment for _, moment in zip(range(16), fired(cron, zone, start.timestamp()), strict=False)]
        for before, after in pairwise(moments):
            near = int(change.timestamp()) + random.randrange(-3600, 3600)
            for now in (before, after - 1, min(max(near, before), after - 1)):
                seen += 1
                said = last_due(cron, zone, datetime.fromtimestamp(now, UTC)).timestamp()
                if (said, upcoming(cron, zone, now + 1)) != (before, after):
                    yield f"{cron} in {zone}, at {now:.0f}, between {before:.0f} and {after:.0f}: {said}"


def test_last_due_is_when_the_daemon_fired() -> None:
    assert not list(compared("always the same", 2_000))


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_last_due_is_when_the_daemon_fired_whatever_is_drawn() -> None:
    seed = os.environ.get("CHAOS_SEED", "0")
    assert not list(compared(seed, 20_000)), f"CHAOS_SEED={seed}"


def _first(cron: str, zone: str, start: datetime, count: int = 4) -> list[str]:
    """The first moments that the daemon fires at, by the clock on the wall; ours are the same."""
    accepted = in_force(cron, zone)
    assert accepted is not None
    found = [
        moment for _, moment in zip(range(count), fired(accepted, zone, start.timestamp()), strict=False)
    ]
    for moment in found:
        assert last_due(accepted, zone, datetime.fromtimestamp(moment + 30, UTC)).timestamp() == moment
    return [datetime.fromtimestamp(moment, ZoneInfo(zone)).strftime("%a %d %b %H:%M %z") for moment in found]


@pytest.mark.parametrize(
    ("cron", "fired_at"),
    [
        # Where both are named, either the day or the weekday will do, also with a step.
        ("0 2 */2 * 1", ["Sun 01", "Mon 02", "Tue 03", "Thu 05"]),
        ("0 2 * * 1/2", ["Mon 02", "Wed 04", "Fri 06", "Mon 09"]),
        ("0 2 * * L5", ["Fri 27 Nov 02", "Fri 25 Dec 02", "Fri 29 Jan 02", "Fri 26 Feb 02"]),
        ("0 2 * * FRI-MON", ["Sun 01", "Mon 02", "Fri 06", "Sat 07"]),
        ("0 22-2 * * *", ["Sun 01 Nov 00", "Sun 01 Nov 01", "Sun 01 Nov 02", "Sun 01 Nov 22"]),
        ("@daily", ["Sun 01 Nov 00", "Mon 02 Nov 00", "Tue 03 Nov 00", "Wed 04 Nov 00"]),
        ("0 0 29 2 *", ["Tue 29 Feb", "Sun 29 Feb", "Fri 29 Feb", "Wed 29 Feb"]),
    ],
)
def test_what_a_pattern_means(cron: str, fired_at: list[str]) -> None:
    found = _first(cron, "UTC", datetime(2026, 11, 1, tzinfo=UTC))
    assert [full.startswith(part) for full, part in zip(found, fired_at, strict=True)] == [True] * 4, found


@pytest.mark.parametrize(
    ("zone", "cron", "day", "at"),
    [
        # On these days there is no 00:30.
        ("Africa/Cairo", "30 0 * * *", date(2026, 4, 24), ["01:30 +0300"]),
        ("Asia/Beirut", "30 0 * * *", date(2026, 3, 29), ["01:30 +0300"]),
        ("America/Havana", "30 0,9 * * *", date(2027, 3, 14), ["01:30 -0400", "09:30 -0400"]),
        # The second of two, for a job of the day; each of them for one of the hour.
        ("America/New_York", "30 1 * * *", date(2026, 11, 1), ["01:30 -0500"]),
        ("America/New_York", "30 1-2 * * *", date(2026, 11, 1), ["01:30 -0500", "02:30 -0500"]),
        ("America/New_York", "30 * * * *", date(2026, 11, 1), ["00:30 -0400", "01:30 -0400", "01:30 -0500"]),
    ],
)
def test_on_the_day_when_clocks_change(zone: str, cron: str, day: date, at: list[str]) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    assert _first(cron, zone, midnight, len(at)) == [f"{day:%a %d %b} {one}" for one in at]


REFUSED = [
    ("0 2 LW * *", "UTC", "its day of the month cannot be read"),
    ("0 2 * * 5L", "UTC", "is like 5#2, fri#2 or L5"),
    ("0 2 1 * 5#2", "UTC", "takes no day of the month beside it"),
    ("0 2 * * 1,5#2", "UTC", "none without them beside it"),
    ("0 2 31 4,6 *", "UTC", "no such day in these months"),
    ("0 2 30,31 2 1", "UTC", "no such day in these months"),
    ("0 2 29 * *", "UTC", "write L for the month's last day"),
    ("0 2 15,29 1-3 1", "UTC", "write L for the month's last day"),
    ("R 2 * * *", "UTC", "its minute cannot be read"),
    ("*/90 2 * * *", "UTC", "the step of its minute"),
    ("*/0 2 * * *", "UTC", "the step of its minute"),
    ("0 3-3 * * *", "UTC", "write the number alone"),
    ("0 3-03 * * *", "UTC", "write the number alone"),
    ("59/5 * * * *", "UTC", "write the number alone"),
    ("0 22-2/2 * * *", "UTC", "list the numbers"),
    ("0 24 * * *", "UTC", "its hour lies beyond 0 to 23"),
    ("0 2 * FEBRUARY *", "UTC", "its month cannot be read"),
    ("0 2 * * DAY", "UTC", "a name that there is not"),
    ("\u0665 2 * * *", "UTC", "its minute cannot be read"),
    ("0 2 * * * 0", "UTC", "five fields: minute, hour"),
    ("30 23 * * *", "Africa/Cairo", "comes twice in JOBS_TIMEZONE about 29 October"),
    ("30 0 * * 0", "America/Havana", "comes twice in JOBS_TIMEZONE"),
]


@pytest.mark.parametrize(("cron", "zone", "words"), REFUSED)
def test_what_dagster_would_not_do_is_refused_in_words(cron: str, zone: str, words: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings({"PRELOAD_CRON": cron, "JOBS_TIMEZONE": zone})
    [line] = [line for line in str(raised.value).splitlines() if words in line]
    assert line.strip().startswith("PRELOAD_CRON: ")
    assert cron not in line


def test_a_zone_whose_clocks_change_within_an_hour_is_refused() -> None:
    with pytest.raises(SettingsError, match="JOBS_TIMEZONE.*Pacific/Auckland"):
        load_settings({"JOBS_TIMEZONE": "Pacific/Chatham"})
    for zone in ZONES:
        wall = {change.astimezone(ZoneInfo(zone)).strftime("%M") for change in changes(zone)}
        assert wall <= {"00", "30"}, zone  # 30 is Lord Howe's half an hour


def test_the_longest_gap_is_the_daemons() -> None:
    random, seen = Random("gaps"), 0
    while seen < 25:
        zone = random.choice([random.choice(ZONES), random.choice(UNUSUAL)])
        day = date(2026, 1, 1) + random.randrange(700) * DAY
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        cron = in_force(drawn(random, start), zone)
        if cron is None:
            continue
        moments = list[datetime]()
        for moment in schedule_execution_time_iterator(last_due(cron, zone, start).timestamp(), cron, zone):
            moments.append(moment.astimezone(UTC))
            if moment > start + 1800 * DAY or len(moments) > 2000:
                break
        if len(moments) > 2000:
            continue
        seen += 1
        gaps = [(before, after - before) for before, after in pairwise(moments)]
        least = max(gap for before, gap in gaps if before <= start + 366 * DAY)
        assert least <= longest_gap(cron, zone, day) <= max(gap for _, gap in gaps) + 4 * HOUR, (cron, zone)
