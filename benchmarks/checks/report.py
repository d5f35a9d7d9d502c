"""What is printed of the checks: refusals by language and check, and what reading says of them, as shares
with their intervals."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

from benchmarks.checks.blocks import Block
from benchmarks.checks.verdicts import VERDICTS, drawn, verdict_on

_Z = 1.959964  # the normal distribution's quantile for 95 %
HEAD = [
    "| languages | blocks | refused | false alarms, of sound | misses, of unchanged | misses, of all |",
    "| --- | --- | --- | --- | --- | --- |",
]


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


def part(here: Read, elsewhere: Read, words: Collection[str]) -> Share:
    """Of all blocks with one of these verdicts, the part that lies `here`: passed, say, and not refused.

    The interval is of the share `here`: it is by far the less certain of the two.
    """
    share, others = here.share(words), elsewhere.number * elsewhere.share(words).value
    value, low, high = (
        here.number * one / max(here.number * one + others, 1) for one in (share.value, share.low, share.high)
    )
    return Share(value, low, high, share.read)


@dataclass(frozen=True)
class Judged:
    """Blocks, what was drawn of each kind, and the verdicts on it."""

    name: str
    blocks: Sequence[Block]
    known: Mapping[tuple[str, str], str]
    number: int = 300
    seed: str = "1"

    @cached_property
    def kinds(self) -> dict[str, list[Block]]:
        """Refused or passed, and of these the unchanged ones."""
        refused = [one for one in self.blocks if one.refused_by]
        passed = [one for one in self.blocks if not one.refused_by]
        unchanged = {
            f"{name}, unchanged": [one for one in found if one.unchanged]
            for name, found in (("refused", refused), ("passed", passed))
        }
        return {"refused": refused, "passed": passed, **unchanged}

    @cached_property
    def samples(self) -> dict[str, list[Block]]:
        """What is to be read of each kind: so many at random; all of the unchanged, for they are few texts,
        each in many languages."""
        return {
            kind: found if "unchanged" in kind else drawn(found, self.number, self.seed)
            for kind, found in self.kinds.items()
        }

    @cached_property
    def read(self) -> dict[str, Read]:
        """What was told of each kind; a block that nobody has read yet has no verdict."""
        told = {
            kind: [verdict for block in sample if (verdict := verdict_on(block, self.known))]
            for kind, sample in self.samples.items()
        }
        return {kind: Read(len(self.kinds[kind]), verdicts) for kind, verdicts in told.items()}

    def lines(self) -> list[str]:
        """The verdicts by kind, a line each."""
        return [
            f"{kind}: {one.number} blocks, {len(one.verdicts)} of {len(self.samples[kind])} drawn read: "
            + ", ".join(f"{Counter(one.verdicts)[word]} {word}" for word in VERDICTS)
            for kind, one in self.read.items()
        ]

    def row(self) -> str:
        """The figures, a row of a table under `HEAD`."""
        refused, passed, unchanged_refused, unchanged_passed = self.read.values()
        shares = (
            part(refused, passed, ["sound"]),
            part(unchanged_passed, unchanged_refused, ["untranslated"]),
            part(passed, refused, ["untranslated", "wrong"]),
        )
        cells = [self.name, f"{len(self.blocks):,}", f"{refused.number:,}", *map(str, shares)]
        return f"| {' | '.join(cells)} |"


def refusals(every: Mapping[str, Sequence[Block]]) -> list[str]:
    """A table: of each language's blocks, how many are unchanged, refused, and refused by which check."""
    by = {
        language: Counter(name for one in found for name in one.refused_by)
        for language, found in every.items()
    }
    names = sorted(set().union(*by.values()))
    rows = [["language", "blocks", "unchanged", "refused", *names]]
    for language, found in every.items():
        counts = [len(found), sum(one.unchanged for one in found), sum(bool(one.refused_by) for one in found)]
        rows.append([language, *map(str, [*counts, *(by[language][name] for name in names)])])
    return ["| " + " | ".join(row) + " |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]]]
