"""How `simulate` came by its rule: four ways to choose a setting, tried on the first half of a history alone.

    .venv/bin/python benchmarks/tier_rules.py ../shared/usage/topics-weekly.csv

Rows of the second half are dropped before anything is computed. What is left is cut into seven parts, and
at the end of each but the last every way chooses on all parts so far, and is scored on the next: against
today's default, in requests met, and in what they are worth less DEMOTE_SHARE for each language held.
"""

import csv
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from langassets.jobs.simulation.simulate import SimulationRequest
from langassets.tiering.backtest import BacktestResult, TierSetting, UsageHistory, replay
from langassets.tiering.policy import TierPolicy
from langassets.tiering.recommendation import is_better, worth
from langassets.tiering.weights import on_day

FORTNIGHT, FOLDS = 14, 7
DEFAULT = TierSetting(TierPolicy(0.05, 0.03, 0), 28)
PRICE = DEFAULT.policy.demote_share
Way = Callable[[BacktestResult, Sequence[BacktestResult], int], BacktestResult | None]


def first_half(file: Path, without: str = "") -> list[tuple[str, date, int]]:
    """The rows from which the first half of all scored fortnights is made."""
    with file.open(newline="", encoding="utf-8") as lines:
        rows = [(r["language"], date.fromisoformat(r["day"]), int(r["count"])) for r in csv.DictReader(lines)]
    first, last = min(day for _, day, _ in rows), max(day for _, day, _ in rows)
    scored = (last - first).days // FORTNIGHT
    end = first + timedelta(days=FORTNIGHT * (1 + scored // 2))
    return [row for row in rows if row[1] < end and row[0] != without]


def tried() -> list[TierSetting]:
    plain = SimulationRequest()
    every = product(plain.half_lives, plain.promote_shares, plain.demote_shares)
    return [TierSetting(TierPolicy(enter, leave, 0), days) for days, enter, leave in every if leave <= enter]


def cut(result: BacktestResult, folds: int = FOLDS) -> list[BacktestResult]:
    edges = [round(number * len(result.periods) / folds) for number in range(folds + 1)]
    return [replace(result, periods=result.periods[start:end]) for start, end in pairwise(edges)]


def best(key: Callable[[BacktestResult, int], Any]) -> Way:
    """Of those that are better than today's, the one with the highest `key`, which is told how many parts."""

    def way(today: BacktestResult, others: Sequence[BacktestResult], folds: int) -> BacktestResult | None:
        better = [one for one in others if is_better(one, today, PRICE)]
        return max(better, key=lambda one: key(one, folds), default=None)

    return way


most_worth = best(lambda one, _: (worth(one, PRICE), -one.promotions))


def surest(today: BacktestResult, others: Sequence[BacktestResult], folds: int) -> BacktestResult | None:
    """By the mean gain of all parts less its standard error."""
    if folds < 2:
        return most_worth(today, others, folds)

    def gain(one: BacktestResult) -> float:
        pairs = zip(cut(one, folds), cut(today, folds), strict=True)
        gains = [worth(part, PRICE) - worth(todays, PRICE) for part, todays in pairs]
        return mean(gains) - stdev(gains) / float(folds**0.5)

    better = [one for one in others if one.flaps <= today.flaps and gain(one) > 0]
    return max(better, key=gain, default=None)


WAYS: dict[str, Way] = {
    "most requests met": best(lambda one, _: (one.coverage, -one.mean_size, -one.promotions)),
    "most worth": most_worth,
    "most worth, mean of the parts": best(
        lambda one, folds: mean(worth(part, PRICE) for part in cut(one, folds))
    ),
    "most worth, less a standard error": surest,
}


def forward(way: Way, results: Sequence[BacktestResult]) -> tuple[float, float]:
    """Mean gain in requests met, and in worth, of what was chosen on the parts before."""
    met, worths = [], []
    for folds in range(1, FOLDS):
        known = [
            replace(one, periods=tuple(p for part in cut(one)[:folds] for p in part.periods))
            for one in results
        ]
        chosen = way(known[0], known[1:], folds)
        number = known.index(chosen) if chosen else 0
        then, todays = cut(results[number])[folds], cut(results[0])[folds]
        met.append(then.coverage - todays.coverage)
        worths.append(worth(then, PRICE) - worth(todays, PRICE))
    return mean(met), mean(worths)


def main() -> None:
    file = Path(sys.argv[1])
    print(f"{'':38}{'':26} met      worth    (mean gain over the default, in points)")
    for name, way in WAYS.items():
        for label, step, without in (
            ("by fortnight", FORTNIGHT, ""),
            ("by day", 1, ""),
            ("without en", FORTNIGHT, "en"),
        ):
            history = UsageHistory.from_dated([on_day(*row) for row in first_half(file, without)], step)
            results = replay(history, [DEFAULT, *tried()], FORTNIGHT, settled_past=step == FORTNIGHT)
            met, worths = forward(way, results)
            print(f"{name:38}{label:26}{100 * met:+.2f}    {100 * worths:+.2f}")


if __name__ == "__main__":
    main()
