"""What comes back from review: checked as a model's answer is, then kept for good."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.memory import APPROVED, DatabaseMemory
from langassets.database.reviewing import remembered_texts
from langassets.ingestion.review.lessons import segments_of_lessons
from langassets.ingestion.review.units import Reviewed, fingerprint
from langassets.locales import is_language_code, tag_of
from langassets.translation.checks import Bounds, check, learn_bounds, tidy
from langassets.translation.markdown.escaping import TAG
from langassets.translation.recipes import ANY_RECIPE, Recipes, text_hash
from langassets.translation.types import MemoryKey, Remembered, Segment

PROVIDER = "review"


class ReviewProblem(NamedTuple):
    """A unit that was left out: its line in the file, counted from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """What an import came to: translations that now stand as approved, and of these those that were
    `corrected`; those left as they were, since nobody touched them; and what was left out."""

    approved: int
    corrected: int
    untouched: int
    problems: tuple[ReviewProblem, ...]


def take_in(data: sa.Engine, recipes: Recipes, reviewed: Sequence[Reviewed]) -> ReviewReport:
    """Keep what reviewers changed or approved, all of it in one transaction; what fails a check is left out
    and reported, and what nobody touched stays as it is."""
    return _Import(data, recipes, reviewed).run()


class _Import:
    def __init__(self, data: sa.Engine, recipes: Recipes, reviewed: Sequence[Reviewed]) -> None:
        self._reviewed = reviewed
        self._recipes = recipes
        self._memory = DatabaseMemory(data)
        wanted = {one.source for one in reviewed}
        self._segments = {
            (placed.source_language, placed.segment.text): placed.segment
            for placed in segments_of_lessons(data)
            if placed.segment.text in wanted
        }
        self._held = _held(data, reviewed)
        named = [one for one in reviewed if _is_named(one)]
        self._now = self._memory.recall(
            [key for one in named for key in recipes.keys(one.source, *_pair(one))]
        )
        self._bounds: dict[tuple[str, str], Bounds | None] = {}
        self._taken: dict[MemoryKey, tuple[int, str]] = {}

    def run(self) -> ReviewReport:
        problems, corrected, untouched = [], 0, 0
        for one in self._reviewed:
            if reason := one.problem or self._unknown(one):
                problems.append(ReviewProblem(one.line, reason))
            elif not (changed := self._is_changed(one)) and not one.approved:
                untouched += 1
            elif reason := self._take(one):
                problems.append(ReviewProblem(one.line, reason))
            else:
                corrected += changed
        self._memory.remember(
            Remembered(key, text, PROVIDER, "", APPROVED) for key, (_, text) in self._taken.items()
        )
        return ReviewReport(len(self._taken), corrected, untouched, tuple(problems))

    def _unknown(self, one: Reviewed) -> str | None:
        for code in (one.source_language, one.target_language):
            if not is_language_code(code):
                return f"{code!r} is not a language code"
        key = _pair(one)
        if (key[0], one.source) in self._segments or (*key, text_hash(one.source)) in self._held:
            return None
        return (
            f"its source is in no lesson and not in the memory: {one.source[:60]!r}. Was it changed, or were "
            "rows sorted column by column?"
        )

    def _is_changed(self, one: Reviewed) -> bool:
        # Both are asked: memory may have moved on since the export, and a fingerprint may have been lost or
        # sorted away from its row.
        keys = self._recipes.keys(one.source, *_pair(one))
        return fingerprint(one.text) != one.exported and one.text not in [self._now.get(key) for key in keys]

    def _take(self, one: Reviewed) -> str | None:
        """Take in one unit, or say why not."""
        source, target = _pair(one)
        numbers = [int(number) for number in TAG.findall(one.source)]
        segment = self._segments.get((source, one.source)) or Segment(one.source, ("",) * len(numbers))
        text = tidy(one.source, one.text, target)
        findings = check(
            segment,
            text,
            source,
            target,
            terms=self._recipes.glossary.terms_in([one.source], target),
            bounds=self._bounds_of(source, target),
        )
        if findings:
            return "; ".join(f"{finding.name}: {finding.reason}" for finding in findings)
        key = MemoryKey(one.source, source, target, ANY_RECIPE)
        line, before = self._taken.setdefault(key, (one.line, text))
        return None if before == text else f"line {line} says otherwise of the same text: the first one holds"

    def _bounds_of(self, source: str, target: str) -> Bounds | None:
        if (source, target) not in self._bounds:
            self._bounds[source, target] = learn_bounds(self._memory.pairs(source, target))
        return self._bounds[source, target]


def _is_named(one: Reviewed) -> bool:
    return is_language_code(one.source_language) and is_language_code(one.target_language)


def _pair(one: Reviewed) -> tuple[str, str]:
    return tag_of(one.source_language), tag_of(one.target_language)


def _held(data: sa.Engine, reviewed: Iterable[Reviewed]) -> set[tuple[str, str, str]]:
    """Which texts the memory holds, by source language, target language and hash."""
    hashes: dict[str, set[str]] = {}
    for one in reviewed:
        if is_language_code(one.target_language):
            hashes.setdefault(tag_of(one.target_language), set()).add(text_hash(one.source))
    with reading(data) as connection:
        return {
            (source, target, hashed)
            for target, wanted in hashes.items()
            for source, hashed in remembered_texts(connection, target, wanted)
        }
