"""When a schedule was due, and how far apart it comes. Pure: moments are handed in."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

# A year has every month and both changes of the clocks; what comes yearly or less often is looked at for
# longer. What comes every minute is as far apart in a day as in any other.
_YEAR, _FEWEST, _MOST = timedelta(days=366), 5, 2000


def last_due(cron: str, timezone: str, now: datetime) -> datetime | None:
    """The latest moment at or before `now` that a pattern names, in `timezone`; None where it names none."""
    start = now.astimezone(ZoneInfo(timezone)) + timedelta(minutes=1)
    return next((due for due in CronSim(cron, start, reverse=True) if due <= now), None)


@lru_cache(maxsize=64)
def longest_gap(cron: str, timezone: str, day: date) -> timedelta:
    """The longest time between two moments of a pattern within a year from the start of `day` on, and between
    the next five in any case; a year where there are fewer than two."""
    start = datetime.combine(day, time(), ZoneInfo(timezone))
    moments = islice(CronSim(cron, start), _MOST)
    end = (start + _YEAR).timestamp()
    seen = enumerate(moment.timestamp() for moment in moments)
    within = [moment for _, moment in takewhile(lambda one: one[0] < _FEWEST or one[1] <= end, seen)]
    gaps = [after - before for before, after in pairwise(within)]
    return timedelta(seconds=max(gaps)) if gaps else _YEAR
