"""From requests to what they weigh: recent ones more.

A request weighs one half after each half-life. Two sources tell of requests, and both count the same
ones: counters that only grow (`language_stats`), dated by the readings that each evaluation keeps, and
lesson usage, dated by day. The larger of the two counts, never their sum.
"""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DatedRequests:
    """So many requests for a language, spread evenly from `start` to `end` (aware; a moment where equal)."""

    language: str
    start: datetime
    end: datetime
    requests: float

    def between(self, since: datetime | None, until: datetime | None) -> float:
        """How many of the requests fall after `since` and not after `until`; None sets no bound."""
        if self.end <= self.start:
            inside = (since is None or self.end > since) and (until is None or self.end <= until)
            return self.requests if inside else 0.0
        start = self.start if since is None else max(self.start, since)
        end = self.end if until is None else min(self.end, until)
        if (start, end) == (self.start, self.end):
            return self.requests
        return self.requests * max(0.0, (end - start) / (self.end - self.start))


@dataclass(frozen=True, slots=True)
class CounterReading:
    """What the counter of a language stood at when an evaluation read it.

    `last_used` is when the language had been requested last, as the application said at that reading.
    """

    language: str
    taken_at: datetime
    total_requests: int
    last_used: datetime | None = None


def on_day(language: str, day: date, requests: float) -> DatedRequests:
    """The requests of one day, in UTC."""
    start = datetime.combine(day, time(), UTC)
    return DatedRequests(language, start, start + _DAY, requests)


def weigh(dated: Iterable[DatedRequests], at: datetime, half_life_days: float) -> dict[str, float]:
    """For each language, the weight of its requests at the moment `at`.

    The weight of `requests` that lie evenly between two ages is the integral of 0.5^(age/half-life)
    over them, in closed form. A half-life of 0 means that all weigh 1 for ever; what lies after `at`
    weighs 1 too, so that the day that is not over counts in full.
    """
    weights = defaultdict[str, list[float]](list)
    for piece in dated:
        newest, oldest = (max(0.0, (at - moment) / _DAY) for moment in (piece.end, piece.start))
        weights[piece.language].append(piece.requests * mean_weight(newest, oldest, half_life_days))
    return {language: math.fsum(parts) for language, parts in weights.items()}


def mean_weight(newest: float, oldest: float, half_life_days: float) -> float:
    """The mean of 0.5^(age/half-life) over the ages from `newest` to `oldest`, in days; 1 for half-life 0."""
    if half_life_days == 0:
        return 1.0
    decay = math.log(2) * (oldest - newest) / half_life_days
    # expm1 keeps its digits where the time is short against the half-life.
    mean = -math.expm1(-decay) / decay if decay else 1.0
    return float(0.5 ** (newest / half_life_days)) * mean


def dated_requests(
    readings: Iterable[CounterReading],
    days: Iterable[DatedRequests],
    created: Mapping[str, datetime] | None = None,
) -> list[DatedRequests]:
    """Both sources as one: for each language and time between two readings, the larger of the two counts.

    `readings` end with the one that was taken just now. `days` (lesson usage, see `on_day`) are taken
    as they are, for they are the better dated; to them comes what a counter counted beyond them between
    two readings, spread over that time. A day that a reading cuts in two counts in proportion on either side.

    What a counter held at its first reading lies between `created` (when its row was made) and the
    language's last use, for nothing more is known of it; without its own row in `created`, from the
    earliest of all rows, since no language was counted before the first was; and without any, at the
    end, which treats all languages alike. So a language that was popular until two years ago is dated
    to that time on the very first evaluation.

    Before the first reading nothing says when a counter grew, so lesson usage is believed for the time
    that it covers: what the counter held beyond it lies before its first day (of any language). So a
    language that was popular until lesson usage began, and has hardly been requested since, shows as one.

    A counter that stands lower than it did was set back on purpose (`check_statistics` made sure of
    that): earlier readings then count for no more than what it says now, so that no request is counted
    that the counter no longer claims.
    """
    by_language = defaultdict[str, list[DatedRequests]](list)
    for piece in days:
        by_language[piece.language].append(piece)
    combined = [piece for pieces in by_language.values() for piece in pieces]
    recorded_since = min((piece.start for piece in combined), default=None)
    for language, growths in _growths(readings, created or {}, recorded_since).items():
        bounds = [until for until, _ in growths[:-1]]
        known = _count_in(bounds, by_language.get(language, []))
        for (_, growth), requests in zip(growths, known, strict=True):
            if growth.requests > requests:
                combined.append(replace(growth, requests=growth.requests - requests))
    return combined


_Growth = tuple[datetime, DatedRequests]
"""What a counter grew by until a reading, dated to when it can have done so."""


def _growths(
    readings: Iterable[CounterReading], created: Mapping[str, datetime], recorded_since: datetime | None
) -> dict[str, list[_Growth]]:
    by_language = defaultdict[str, list[CounterReading]](list)
    for reading in sorted(readings, key=lambda reading: reading.taken_at):
        by_language[reading.language].append(reading)
    times = sorted({reading.taken_at for own in by_language.values() for reading in own})
    previous = dict(zip(times[1:], times, strict=False))
    earliest = min(created.values(), default=None)
    result = {}
    for language, own in by_language.items():
        # A language that no earlier evaluation saw cannot have been requested before that evaluation.
        known = [created.get(language, earliest), previous.get(own[0].taken_at)]
        begin = max((moment for moment in known if moment is not None), default=None)
        result[language] = list(_grow(own, begin, recorded_since))
    return result


def _grow(
    own: list[CounterReading], begin: datetime | None, recorded_since: datetime | None
) -> Iterator[_Growth]:
    """What comes of one language's readings, in order; `begin` is the earliest that it was counted."""
    totals = [reading.total_requests for reading in own]
    totals = list(accumulate(reversed(totals), min))[::-1]  # a counter that was set back
    before = 0
    limit = recorded_since
    for reading, total in zip(own, totals, strict=True):
        earlier = [m for m in (reading.last_used, limit) if m is not None and (begin is None or m > begin)]
        end = min([reading.taken_at, *earlier])
        start = end if begin is None else min(begin, end)
        yield reading.taken_at, DatedRequests(reading.language, start, end, total - before)
        before, begin, limit = total, reading.taken_at, None


def _count_in(bounds: list[datetime], pieces: Iterable[DatedRequests]) -> list[float]:
    """How many requests of `pieces` lie before, between and behind these moments."""
    edges = [None, *bounds, None]
    counts: list[list[float]] = [[] for _ in edges[1:]]
    for piece in pieces:
        last = bisect_left(bounds, piece.end)
        for index in range(min(bisect_right(bounds, piece.start), last), last + 1):
            counts[index].append(piece.between(edges[index], edges[index + 1]))
    return [math.fsum(parts) for parts in counts]
