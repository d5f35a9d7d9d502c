"""Cron patterns, checked without Dagster, which takes a second to load: what passes here, Dagster reads.

No moment is worked out here: Dagster's own iterator says when a job is due (`langassets.defs.runs.due`).
Refused is what Dagster refuses, what it fails over later, and what means something else there than elsewhere.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_ITEM = re.compile(
    r"(?:\*|(?P<low>[0-9]{1,2}|[a-z]{3})(?:-(?P<high>[0-9]{1,2}|[a-z]{3}))?)(?:/(?P<step>[0-9]{1,2}))?"
)
_NTH = re.compile(r"l(?P<last>[0-7])|(?P<day>[0-7]|[a-z]{3})#[1-5]")
_LAST = "l"
# By then the rules of every zone are those that go on for ever.
_KNOWN = datetime(2037, 1, 1)  # noqa: DTZ001 - by the clock on the wall
_LONGEST_MONTH = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def number(self, text: str) -> int:
        """The number of a value; Sunday is 0, also where it is written 7."""
        if not text.isdigit():
            if text not in self.names:
                raise ValueError(f"its {self.name} holds a name that there is not")
            return self.low + self.names.index(text)
        value = int(text)
        if value == 7 and self is _WEEKDAY:
            return 0
        if not self.low <= value <= self.high:
            raise ValueError(f"its {self.name} lies beyond {self.low} to {self.high}")
        return value


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY = _Field("weekday", 0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat"))
_DAY, _MONTH = _Field("day of the month", 1, 31), _Field("month", 1, 12, _MONTHS)
_FIELDS = (_Field("minute", 0, 59), _Field("hour", 0, 23), _DAY, _MONTH, _WEEKDAY)


def checked_pattern(value: str) -> str:
    """The pattern in five fields, as Dagster is given it; ValueError says what is wrong, and the cure."""
    fields = _NICKNAMES.get(value.strip().lower(), value).lower().split()
    if len(fields) != len(_FIELDS):
        raise ValueError("a cron pattern has five fields: minute, hour, day of the month, month, weekday")
    for field, text in zip(_FIELDS[:2], fields[:2], strict=True):
        _values(field, text)
    _check_days(*fields[2:])
    if fields[2:] == ["29", "2", "*"]:
        # Dagster reads these very words by a short cut, which fires nothing while its daemon is up.
        fields[4] = "?"
    return " ".join(fields)


def check_hour(pattern: str, timezone: str) -> None:
    """ValueError for a time of day that comes twice where a zone's clocks are set back: 23:30 or 00:30.

    Asked between the two, Dagster never finds the next day again. Of the hours 1 to 3 it knows.
    """
    minute, hour, *_ = pattern.split()
    if not (minute.isdigit() and hour.isdigit()) or int(minute) == 0 or int(hour) in {1, 2, 3}:
        return
    first = _KNOWN.replace(hour=int(hour), minute=int(minute), tzinfo=ZoneInfo(timezone))
    for day in range(366):
        once = first + timedelta(days=day)
        if once.replace(fold=1).timestamp() > once.timestamp():
            raise ValueError(
                f"its time of day comes twice in JOBS_TIMEZONE about {once:%d %B}, and Dagster's schedule "
                "stops there for good: take another hour, or minute 0"
            )


def _check_days(day: str, month: str, weekday: str) -> None:
    months = _values(_MONTH, month)
    any_day, any_weekday = day in {"*", "?"}, weekday in {"*", "?"}
    if not any_weekday and ("#" in weekday or "l" in weekday):
        _check_nth(weekday, any_day)
    elif not any_weekday:
        _values(_WEEKDAY, weekday)
    if any_day:
        return
    items = day.split(",")
    days = set(_values(_DAY, ",".join(rest))) if (rest := [one for one in items if one != _LAST]) else set()
    last = _LAST in items
    if not last and min(days) > max(_LONGEST_MONTH.get(one, 31) for one in months):
        raise ValueError("there is no such day in these months")
    # From 1 March of a leap year on, Dagster looks for the day before in vain, and never fires again.
    if 29 in days and not days & {1, 28} and not last and {2, 3} <= set(months):
        raise ValueError(
            "Dagster stops for good at day 29 in March of a leap year: write L for the month's last day, or "
            "a day up to 28"
        )


def _check_nth(weekday: str, any_day: bool) -> None:
    """Weekdays of a month: `5#2` is the second Friday, `L5` the last one."""
    if not any_day:
        raise ValueError("a weekday with # or L takes no day of the month beside it: write * there")
    for item in weekday.split(","):
        found = _NTH.fullmatch(item)
        if found is None:
            raise ValueError(
                "a weekday with # or L is like 5#2, fri#2 or L5, and has none without them beside it"
            )
        _WEEKDAY.number(found["last"] or found["day"])


def _values(field: _Field, text: str) -> list[int]:
    if text == "*":
        return list(range(field.low, field.high + 1))
    return [value for item in text.split(",") for value in _item(field, item)]


def _item(field: _Field, text: str) -> Iterable[int]:
    found = _ITEM.fullmatch(text)
    if found is None or text == "*":
        raise ValueError(f"its {field.name} cannot be read: write numbers, like 1,15 or 8-18 or */2")
    low = field.number(found["low"]) if found["low"] else field.low
    if found["low"] and not found["high"] and not found["step"]:
        return [low]
    high = field.number(found["high"]) if found["high"] else field.high
    step = int(found["step"] or 1)
    if low == high and text != "0-7":
        raise ValueError(f"a range of one {field.name} is taken for all of them: write the number alone")
    if found["high"] and low >= high:
        return _round_the_end(field, low, high, found["step"])
    if not 1 <= step <= high - low:
        raise ValueError(f"the step of its {field.name} must lie between 1 and its range's length")
    return range(low, high + 1, step)


def _round_the_end(field: _Field, low: int, high: int, step: str | None) -> list[int]:
    if step:
        raise ValueError(
            f"a range that runs round the end of its {field.name} takes no step: list the numbers"
        )
    # So is 0-7, from Sunday to Sunday.
    return [*range(low, field.high + 1), *range(field.low, high + 1)]
