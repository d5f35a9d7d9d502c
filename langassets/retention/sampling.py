"""How many of a cleanup's deletions are tried before they are believed. Pure."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, lgamma, log
from random import Random
from typing import TypeVar

CONFIDENCE = 0.95
"""How sure a sample is to show one that is bad, where more than the accepted share is."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class DrillPolicy:
    """Up to `all_up_to` every one is tried; of more a sample, by the share (0 to 1) of bad ones that may stay
    unseen."""

    all_up_to: int = 10_000
    accepted_share: float = 0.001

    def sample(self, every: Sequence[_T], random: Random) -> list[_T]:
        """Those to try first, in their order: each is as likely to be chosen as any other."""
        size = len(every)
        if size > self.all_up_to:
            size = sample_size(size, self.accepted_share)
        return [every[index] for index in sorted(random.sample(range(len(every)), size))]


def sample_size(population: int, accepted_share: float) -> int:
    """The fewest that have to be tried, all of them good, to say with 95 % confidence that no more than the
    accepted share of the population is bad; of a share of 0 all.

    Without replacement, so the hypergeometric distribution: of N with K bad ones, n show none with the
    probability C(N-K, n) / C(N, n) (Cochran, Sampling Techniques, 3rd edition 1977, chapter 3); K is the
    smallest number above the share. Where N is large that comes to 3 / share, the rule of three (Hanley and
    Lippman-Hand, 'If nothing goes wrong, is everything all right?', JAMA 1983; 249: 1743-1745).
    """
    if not accepted_share:
        return population
    bad = floor(population * accepted_share) + 1
    if bad > population:
        return 0
    unseen = log(1 - CONFIDENCE)
    tries = range(1, population - bad + 1)
    return 1 + bisect_left(tries, True, key=lambda tried: _log_unseen(population, bad, tried) <= unseen)


def _log_unseen(population: int, bad: int, tried: int) -> float:
    """The logarithm of the probability that none of the bad ones is among those tried."""
    good = population - bad
    return (
        lgamma(good + 1) - lgamma(good - tried + 1) - lgamma(population + 1) + lgamma(population - tried + 1)
    )
