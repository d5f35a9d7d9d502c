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


def worth(result: BacktestResult, price: float) -> float:
    """Requests met, as a share, less `price` for each language that the tier held on average.

    `price` is the share of requests that a language must bring to be worth holding.
    """
    return result.coverage - price * result.mean_size


def is_better(one: BacktestResult, today: BacktestResult, price: float) -> bool:
    """Whether one setting would have been better than today's over the same periods.

    It meets more requests, is worth no less at the price of a language (see `worth`), and no more languages
    come back after they had left.
    """
    return (
        one.coverage > today.coverage
        and worth(one, price) >= worth(today, price)
        and one.flaps <= today.flaps
    )


def recommend(
    today: BacktestResult, others: Sequence[BacktestResult], price: float | None = None
) -> Recommendation | None:
    """The setting that is worth most of those better than today's on the first half; None for none.

    `price` (see `worth`) None stands for the share at which today's policy lets a language go. Of several
    worth as much, the one with the fewest promotions. None, too, where the history is shorter than
    `FEWEST_PERIODS`.
    """
    if len(today.periods) < FEWEST_PERIODS:
        return None
    before, after = halves(today)
    price = today.setting.policy.demote_share if price is None else price
    better = [(first, other) for other in others if is_better(first := halves(other)[0], before, price)]
    if not better:
        return None
    _, chosen = max(better, key=lambda pair: (worth(pair[0], price), -pair[0].promotions))
    return Recommendation(chosen, is_better(halves(chosen)[1], after, price))
