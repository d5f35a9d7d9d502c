"""Shares with their intervals, from what was drawn and read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from benchmarks.checks.blocks import Block
from benchmarks.checks.verdicts import verdict_on

_Z = 1.959964  # the normal distribution's quantile for 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, with the ends of its interval of 95 %, and how many were read for it."""

    value: float
    low: float
    high: float
    read: int

    def __str__(self) -> str:
        return f"{self.value:.2%} ({self.low:.2%} to {self.high:.2%}; {self.read:,} read)"


def wilson(count: int, of: int) -> Share:
    """The share of `count` in `of` with Wilson's interval; anything from 0 to 1 where nothing was read."""
    if not of:
        return Share(0.0, 0.0, 1.0, 0)
    share, weight = count / of, _Z * _Z / of
    middle = (share + weight / 2) / (1 + weight)
    room = _Z * sqrt(share * (1 - share) / of + weight / of / 4) / (1 + weight)
    return Share(share, max(0.0, middle - room), min(1.0, middle + room), of)


@dataclass(frozen=True)
class Read:
    """Blocks of one kind: how many there are, and the verdicts on those that were drawn and read."""

    number: int
    verdicts: Sequence[str]

    def share(self, words: Collection[str]) -> Share:
        """How large a part of the pairs has one of these verdicts."""
        pairs = [word for word in self.verdicts if word != "apart"]
        return wilson(sum(word in words for word in pairs), len(pairs))


def read(every: Sequence[Block], sample: Sequence[Block], known: Mapping[tuple[str, str], str]) -> Read:
    """The verdicts on a sample of blocks; one that nobody has read yet has none."""
    return Read(len(every), [told for block in sample if (told := verdict_on(block, known))])


def part(here: Read, elsewhere: Read, words: Collection[str]) -> Share:
    """Of all blocks with one of these verdicts, the part that lies `here`: passed, say, and not refused.

    The interval is of the share `here`: it is by far the less certain of the two.
    """
    share, others = here.share(words), elsewhere.number * elsewhere.share(words).value
    value, low, high = (
        here.number * one / max(here.number * one + others, 1) for one in (share.value, share.low, share.high)
    )
    return Share(value, low, high, share.read)
