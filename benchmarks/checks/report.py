"""What is printed of the checks: refusals by language and check, and what reading says of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from benchmarks.checks.blocks import Block
from benchmarks.checks.figures import Read, part, read
from benchmarks.checks.verdicts import VERDICTS, drawn

HEAD = [
    "| languages | blocks | refused | false alarms, of sound | misses, of unchanged | misses, of all |",
    "| --- | --- | --- | --- | --- | --- |",
]


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
        """What was told of each kind."""
        return {kind: read(found, self.samples[kind], self.known) for kind, found in self.kinds.items()}

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
