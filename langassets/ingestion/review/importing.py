"""What comes back from review: checked as a model's answer is, then kept for good."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.translations.memory import APPROVED, DatabaseMemory
from langassets.database.translations.reviewing import remembered_texts
from langassets.ingestion.review.lessons import segments_of_lessons
from langassets.ingestion.review.old_rest import has_old_rest
from langassets.ingestion.review.units import Reviewed, fingerprint
from langassets.locales import is_language_code, tag_of
from langassets.translation.checks import check, learn_bounds, tidy
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


def import_reviewed(data: sa.Engine, recipes: Recipes, reviewed: Sequence[Reviewed]) -> ReviewReport:
    """Keep what reviewers changed or approved, all of it in one transaction; what fails a check is left out
    and reported, and what nobody touched stays as it is."""
    return _Import(data, recipes, reviewed).run()


class _Import:
    def __init__(self, data: sa.Engine, recipes: Recipes, reviewed: Sequence[Reviewed]) -> None:
        self._recipes = recipes
        self._memory = DatabaseMemory(data)
        wanted = {_words(one.source) for one in reviewed}
        self._segments = {
            (placed.source_language, placed.segment.text): placed.segment
            for placed in segments_of_lessons(data)
            if _words(placed.segment.text) in wanted
        }
        self._by_words = {(language, _words(text)): text for language, text in self._segments}
        self._reviewed = [self._without_indents(one) for one in reviewed]
        named = [one for one in self._reviewed if not _no_language(one)]
        self._held = _held(data, named)
        self._now = self._memory.recall([key for one in named for key in self._keys(one)])
        self._bounds = cache(lambda *pair: learn_bounds(self._memory.pairs(*pair)))
        self._taken: dict[MemoryKey, tuple[int, str]] = {}

    def run(self) -> ReviewReport:
        problems, corrected, untouched = [], 0, 0
        for one in self._reviewed:
            if reason := one.problem or _no_language(one) or self._unknown(one):
                problems.append(ReviewProblem(one.line, reason))
            elif not (changed := self._is_changed(one)) and not one.approved:
                untouched += 1
            elif reason := self._half_replaced(one) or self._take(one):
                problems.append(ReviewProblem(one.line, reason))
            else:
                corrected += changed
        self._memory.remember(
            Remembered(key, text, PROVIDER, "", APPROVED) for key, (_, text) in self._taken.items()
        )
        return ReviewReport(len(self._taken), corrected, untouched, tuple(problems))

    def _without_indents(self, one: Reviewed) -> Reviewed:
        """The unit as it was before a tool set each tag on a line of its own (npm's xliff 6 does)."""
        if _no_language(one):
            return one
        language = tag_of(one.source_language)
        source = self._by_words.get((language, _words(one.source)), one.source)
        return one if source == one.source else replace(one, source=source, text=_words(one.text))

    def _keys(self, one: Reviewed) -> Sequence[MemoryKey]:
        return self._recipes.keys(one.source, *_tags(one))

    def _unknown(self, one: Reviewed) -> str | None:
        source, target = _tags(one)
        if (source, one.source) in self._segments or (source, target, text_hash(one.source)) in self._held:
            return None
        return (
            f"its source is in no lesson and not in the memory: {one.source[:60]!r}. Was it changed, or were "
            "rows sorted column by column?"
        )

    def _is_changed(self, one: Reviewed) -> bool:
        # Both are asked: memory may have moved on since the export, and a fingerprint may have been lost or
        # sorted away from its row.
        held = [self._now.get(key) for key in self._keys(one)]
        return fingerprint(one.text) != one.exported and one.text not in held

    def _half_replaced(self, one: Reviewed) -> str | None:
        held = (self._now.get(key) for key in self._keys(one))
        if not any(has_old_rest(one.text, old) for old in held if old):
            return None
        return (
            "the rest of the old sentence, from its first tag on, stands behind the new one, as some tools "
            "leave it. Put the tags into the new sentence, in a tool that shows them or in a spreadsheet"
        )

    def _take(self, one: Reviewed) -> str | None:
        """Take in one unit, or say why not."""
        source, target = _tags(one)
        segment = self._segments.get((source, one.source))
        segment = segment or Segment(one.source, ("",) * len(TAG.findall(one.source)))
        text = tidy(one.source, one.text, target)
        terms = self._recipes.glossary.terms_in([one.source], target)
        bounds = self._bounds(source, target)
        findings = check(segment, text, source, target, terms=terms, bounds=bounds)
        # A person who stands for it has looked at what a check only doubts.
        if findings := [finding for finding in findings if not (finding.is_doubt and one.approved)]:
            return "; ".join(f"{finding.name}: {finding.reason}" for finding in findings)
        key = MemoryKey(one.source, source, target, ANY_RECIPE)
        line, before = self._taken.setdefault(key, (one.line, text))
        return None if before == text else f"line {line} says otherwise of the same text: the first one holds"


def _words(text: str) -> str:
    return " ".join(text.split())


def _no_language(one: Reviewed) -> str | None:
    """Which of its languages is none, in words."""
    for code in (one.source_language, one.target_language):
        if not is_language_code(code):
            return f"{code!r} is not a language code"
    return None


def _tags(one: Reviewed) -> tuple[str, str]:
    return tag_of(one.source_language), tag_of(one.target_language)


def _held(data: sa.Engine, reviewed: Iterable[Reviewed]) -> set[tuple[str, str, str]]:
    """Which texts the memory holds, by source language, target language and hash."""
    hashes: dict[str, set[str]] = defaultdict(set)
    for one in reviewed:
        hashes[tag_of(one.target_language)].add(text_hash(one.source))
    with reading(data) as connection:
        return {
            (source, target, hashed)
            for target, wanted in hashes.items()
            for source, hashed in remembered_texts(connection, target, wanted)
        }
