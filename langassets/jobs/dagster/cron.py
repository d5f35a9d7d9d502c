"""When a schedule was due, and how far apart it comes. Pure: moments are handed in."""

from datetime import datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from cronsim import CronSim

# Enough to see February of a leap year in what comes monthly, and a week in what comes every minute.
_LOOKED_AT = 2000


def last_due(cron: str, timezone: str, now: datetime) -> datetime | None:
    """The latest moment at or before `now` that a pattern names, in `timezone`; None where it names none."""
    start = now.astimezone(ZoneInfo(timezone)) + timedelta(minutes=1)
    return next((due for due in CronSim(cron, start, reverse=True) if due <= now), None)


def longest_gap(cron: str, timezone: str, start: datetime) -> timedelta:
    """The longest time between two moments of a pattern, of the next ones from `start` on; a year where there
    are fewer than two."""
    moments = islice(CronSim(cron, start.astimezone(ZoneInfo(timezone))), _LOOKED_AT)
    in_utc = [moment.timestamp() for moment in moments]
    gaps = [after - before for before, after in pairwise(in_utc)]
    return timedelta(seconds=max(gaps)) if gaps else timedelta(days=366)
