"""Which of many settings to recommend: chosen on the first half of a history, tried on the second.

Among enough settings one is always best by chance. What was chosen for the first half is only worth
anything if it is better on the second half too, which had no say in choosing it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from langassets.tiering.backtest import BacktestResult

FEWEST_PERIODS = 8
"""Periods that a history needs for a recommendation: four to choose on and four to try it on."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The setting that was best on the first half, and whether it is better than today's on the second."""

    chosen: BacktestResult
    holds: bool


def halves(result: BacktestResult) -> tuple[BacktestResult, BacktestResult]:
    """A result over the first and over the second half of its periods; decisions run on across the middle."""
    middle = len(result.periods) // 2
    return (
        replace(result, periods=result.periods[:middle]),
        replace(result, periods=result.periods[middle:]),
    )


def is_better(one: BacktestResult, today: BacktestResult) -> bool:
    """Whether one setting would have been better than today's over the same periods.

    It meets more requests; each language that it holds more, on average, brings at least the share of
    requests for which today's policy keeps a language (`demote_share`); and no more languages come and go.
    """
    gain = one.coverage - today.coverage
    worth = today.setting.policy.demote_share
    return gain > 0 and gain >= worth * (one.mean_size - today.mean_size) and one.flaps <= today.flaps


def recommend(today: BacktestResult, others: Sequence[BacktestResult]) -> Recommendation | None:
    """The setting that meets most requests of those better than today's on the first half; None for none.

    Of several that meet as many, the one with the fewest languages and then the fewest promotions. None,
    too, where the history is shorter than `FEWEST_PERIODS`.
    """
    if len(today.periods) < FEWEST_PERIODS:
        return None
    before, after = halves(today)
    better = [other for other in others if is_better(halves(other)[0], before)]
    if not better:
        return None
    chosen = max(better, key=_merit)
    later = halves(chosen)[1]
    return Recommendation(chosen, is_better(later, after))


def _merit(result: BacktestResult) -> tuple[float, float, int]:
    first, _ = halves(result)
    return first.coverage, -first.mean_size, -first.promotions
