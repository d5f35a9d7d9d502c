"""What other thresholds and half-lives would have done: decisions replayed over a history of usage.

Every period is decided on the past alone, exactly as `policy.decide` would over weights by
`weights.weigh`, and scored on the period that follows: which share of its requests met a language
that was frequent.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from langassets import lazy
from langassets.locales import tag_of
from langassets.tiering.policy import TierPolicy
from langassets.tiering.weights import DatedRequests, mean_weight
from langassets.wording import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Flags: TypeAlias = "NDArray[np.bool_]"


@dataclass(frozen=True, slots=True)
class UsageHistory:
    """Requests by time and language: a row for each step of `step_days` days, a column for each tag."""

    first_day: date
    step_days: int
    tags: tuple[str, ...]
    requests: Floats

    @classmethod
    def from_dated(cls, dated: Iterable[DatedRequests], step_days: int = 1) -> "UsageHistory":
        """A history in steps from the first request's day on, in UTC (see `weights.dated_requests`).

        Codes that mean the same language are one. Raises ValueError without any requests, and for a
        code that is none.
        """
        pieces = [piece for piece in dated if piece.requests]
        if not pieces:
            raise ValueError("a history needs at least one day with requests")
        tags = tuple(sorted({tag_of(piece.language) for piece in pieces}))
        column = {tag: number for number, tag in enumerate(tags)}
        first_day = min(piece.start for piece in pieces).astimezone(UTC).date()
        first, step = datetime.combine(first_day, time(), UTC), timedelta(days=step_days)
        cells: dict[tuple[int, int], float] = defaultdict(float)
        for piece in pieces:
            for row, requests in _by_step(piece, first, step):
                cells[row, column[tag_of(piece.language)]] += requests
        requested = lazy.numpy.zeros((max(row for row, _ in cells) + 1, len(tags)))
        for cell, requests in cells.items():
            requested[cell] = requests
        return cls(first_day, step_days, tags, requested)

    def periods(self, period_days: int) -> list[Floats]:
        """The steps of each period; the last may be shorter. ValueError where steps do not fill a period."""
        if period_days % self.step_days:
            raise ValueError(
                f"periods cannot be made of steps: {period_days} is no multiple of {self.step_days}"
            )
        steps = period_days // self.step_days
        return [self.requests[start : start + steps] for start in range(0, len(self.requests), steps)]


@dataclass(frozen=True, slots=True)
class TierSetting:
    """One combination to try out: the policy, and the half-life in days (0: all time)."""

    policy: TierPolicy
    half_life_days: float


@dataclass(frozen=True, slots=True)
class ScoredPeriod:
    """The tier that was decided before a period, what changed with it, and how it fared.

    `covered` are those of the period's `requested` that were for a frequent language.
    """

    frequent: frozenset[str]
    promoted: frozenset[str]
    demoted: frozenset[str]
    requested: float
    covered: float


@dataclass(frozen=True, slots=True)
class BacktestResult:
    """How one setting would have fared. Slice `periods` to look at a part of the history."""

    setting: TierSetting
    periods: tuple[ScoredPeriod, ...]

    @property
    def coverage(self) -> float:
        """Share of all requests whose language was frequent at the time; 0 where there were none."""
        requested = sum(period.requested for period in self.periods)
        return sum(period.covered for period in self.periods) / requested if requested else 0.0

    @property
    def promotions(self) -> int:
        """How often a language entered the tier."""
        return sum(len(period.promoted) for period in self.periods)

    @property
    def demotions(self) -> int:
        """How often a language left the tier."""
        return sum(len(period.demoted) for period in self.periods)

    @property
    def flaps(self) -> int:
        """How often a language came back that had left before."""
        left: set[str] = set()
        back = 0
        for period in self.periods:
            back += len(period.promoted & left)
            left |= period.demoted
        return back

    @property
    def mean_size(self) -> float:
        """How many languages were frequent, on average."""
        return sum(len(period.frequent) for period in self.periods) / len(self.periods)


def replay(
    history: UsageHistory,
    settings: Sequence[TierSetting],
    period_days: int = 14,
    *,
    settled_past: bool = False,
) -> tuple[BacktestResult, ...]:
    """Each setting's decisions at the end of every period but the last, scored on the period after.

    Nothing is frequent before the first decision but the predefined. `settled_past` takes the time
    before the history to have been like its first period for ever, as exponential smoothing does that
    starts at its first value; without it nothing came before. It makes no difference to a half-life
    of 0. Raises ValueError where the history has fewer than two periods.
    """
    periods = history.periods(period_days)
    if len(periods) < 2:
        raise ValueError(
            f"a history of less than two periods of {counted(period_days, 'day')} has nothing to score"
        )
    weights = {
        half_life: _weights(periods[:-1], history.step_days, half_life, settled_past)
        for half_life in {setting.half_life_days for setting in settings}
    }
    sums = [period.sum(axis=0) for period in periods]
    return tuple(
        BacktestResult(
            setting, _replay_one(history.tags, sums, weights[setting.half_life_days], setting.policy)
        )
        for setting in settings
    )


def best_in_hindsight(history: UsageHistory, mean_size: float, period_days: int = 14) -> float:
    """The coverage that no tier of this mean size can exceed: that of one who knew each period beforehand.

    It holds the languages and periods with the most requests, as many as the size allows, over the
    periods that `replay` scores.
    """
    scored = [period.sum(axis=0) for period in history.periods(period_days)[1:]]
    every = sorted((float(requests) for period in scored for requests in period), reverse=True)
    total = sum(every)
    return sum(every[: round(mean_size * len(scored))]) / total if total else 0.0


def _by_step(piece: DatedRequests, first: datetime, step: timedelta) -> Iterator[tuple[int, float]]:
    """How many of the requests fall into which step, counted from `first`."""
    if piece.end <= piece.start:
        yield (piece.start - first) // step, piece.requests
        return
    row = (piece.start - first) // step
    while first + row * step < piece.end:
        yield row, piece.between(first + row * step, first + (row + 1) * step)
        row += 1


def _weights(periods: list[Floats], step_days: int, half_life: float, settled_past: bool) -> list[Floats]:
    """What the requests of each language weigh at the end of each period."""
    fresh = mean_weight(0, step_days, half_life)
    decay = 0.5 ** (step_days / half_life) if half_life else 1.0
    weights: list[Floats] = []
    current: Any = 0.0
    for number, period in enumerate(periods):
        for step in period:
            current = current * decay + step * fresh
        if number == 0 and settled_past and half_life:
            current = current / (1 - decay ** len(period))
        weights.append(current)
    return weights


def _replay_one(
    tags: tuple[str, ...], sums: list[Floats], weights: list[Floats], policy: TierPolicy
) -> tuple[ScoredPeriod, ...]:
    always = lazy.numpy.isin(tags, [tag_of(code) for code in policy.predefined])
    outside = {tag_of(code) for code in policy.predefined} - set(tags)
    frequent = always
    ever = lazy.numpy.zeros(len(tags))
    scored = []
    for known, weight, following in zip(sums, weights, sums[1:], strict=False):
        before, ever = frequent, ever + known
        if known.sum() >= policy.min_requests and weight.sum() > 0:
            share = weight / weight.sum()
            decided = (share >= policy.enters_at) | (before & (share >= policy.leaves_below))
            frequent = always | lazy.numpy.where(ever > 0, decided, before)
        scored.append(
            ScoredPeriod(
                _named(tags, frequent) | outside,
                _named(tags, frequent & ~before),
                _named(tags, before & ~frequent),
                float(following.sum()),
                float(following[frequent].sum()),
            )
        )
    return tuple(scored)


def _named(tags: tuple[str, ...], flags: Flags) -> frozenset[str]:
    return frozenset(tag for tag, flag in zip(tags, flags, strict=True) if flag)
