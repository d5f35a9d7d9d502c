"""What comes back from review: checked as a model's answer is, then kept for good."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.translations.memory import DatabaseMemory
from langassets.database.translations.reviewing import in_use, remembered_texts
from langassets.database.translations.reviews import (
    Review,
    Verdict,
    one_after_the_other,
    record,
    reviews_of,
    spoken_of,
)
from langassets.errors import InputError
from langassets.ingestion.review.lessons import segments_of_lessons
from langassets.ingestion.review.old_rest import has_old_rest
from langassets.ingestion.review.scoped import Scoped, is_scoped, scoped
from langassets.ingestion.review.speaking import ALL, in_the_way
from langassets.ingestion.review.units import Reviewed, fingerprint
from langassets.ingestion.review.verdicts import Outcome, Word, answer
from langassets.locales import is_language_code, tag_of
from langassets.translation.checks import check, learn_bounds, tidy
from langassets.translation.markdown.escaping import TAG
from langassets.translation.recipes import ANY_RECIPE, Recipes, text_hash
from langassets.translation.types import MemoryKey, Segment

_OVERRULE = "Where it is right all the same, approve it as well"


class ReviewProblem(NamedTuple):
    """A unit that was left out: its line in the file, counted from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """What an import came to: translations that now stand as approved, and of these those that were
    `corrected`; those left as they were, since nobody touched them; what was left out; and translations that
    are never used again."""

    approved: int
    corrected: int
    untouched: int
    problems: tuple[ReviewProblem, ...]
    rejected: int = 0


def import_reviewed(
    data: sa.Engine,
    recipes: Recipes,
    reviewed: Sequence[Reviewed],
    reviewer: str = "",
    now: datetime | None = None,
) -> ReviewReport:
    """Keep what reviewers changed, approved or rejected, all of it in one transaction, as the word of
    `reviewer` at `now` (this moment); what fails a check, or goes against somebody else's word, is left out
    and reported, and what nobody touched stays as it is."""
    return _Import(data, recipes, reviewed).run(reviewer, now or datetime.now(UTC))


class _Import:
    def __init__(self, data: sa.Engine, recipes: Recipes, reviewed: Sequence[Reviewed]) -> None:
        self._data = data
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
        self._taken: dict[MemoryKey, _Taken] = {}
        self._rejected: dict[MemoryKey, _Taken] = {}
        self._scoped: list[Scoped] = []
        self._problems: list[ReviewProblem] = []

    def run(self, reviewer: str, now: datetime) -> ReviewReport:
        untouched = 0
        for one in self._reviewed:
            changed = False
            if reason := one.problem or _no_language(one) or self._unknown(one):
                self._problems.append(ReviewProblem(one.line, reason))
            elif not (changed := self._is_changed(one)) and not one.approved and not one.rejected:
                untouched += 1
            elif is_scoped(one):
                self._take_scoped(one, reviewer, changed=changed)
            elif reason := self._said(one, changed=changed):
                self._problems.append(ReviewProblem(one.line, reason))
        rejected, accepted, scoped = self._record(reviewer, now)
        alone = [one for one in scoped if not one.rejects]
        corrected = sum(one.changed for one in accepted) + sum(one.changed for one in alone)
        against = len(rejected) + sum(one.rejects for one in scoped)
        return ReviewReport(
            len(accepted) + len(alone), corrected, untouched, tuple(sorted(self._problems)), against
        )

    def _take_scoped(self, one: Reviewed, reviewer: str, *, changed: bool) -> None:
        """Take in what a unit says of one place, or of every language."""
        reason = None
        if (changed or one.approved) and one.scope.casefold() != ALL:
            text = tidy(one.source, one.text, _tags(one)[1])
            reason = self._half_replaced(one) or self._against(one, text)
        if reason is None:
            try:
                self._scoped += scoped(self._data, one, self._exported(one), reviewer, changed=changed)
            except InputError as error:
                reason = str(error)
        if reason is not None:
            self._problems.append(ReviewProblem(one.line, reason))

    def _exported(self, one: Reviewed) -> str | None:
        """What went out, where it is still in use."""
        with reading(self._data) as connection:
            held = in_use(connection, self._memory, self._keys(one))
        return held if held is not None and fingerprint(held) == one.exported else None

    def _said(self, one: Reviewed, *, changed: bool) -> str | None:
        """Take in what a unit says, or say why not."""
        reason = self._reject(one) if one.rejected else None
        if reason is None and (changed or one.approved):
            reason = self._half_replaced(one) or self._take(one, changed=changed)
        return reason

    def _record(self, reviewer: str, now: datetime) -> tuple[list["_Taken"], list["_Taken"], list[Scoped]]:
        """Keep what was taken, but for what goes against somebody else's word; returns what was rejected,
        what accepted, and what is of a scope of its own."""
        with writing(self._data) as connection:
            one_after_the_other(connection)
            spoken = spoken_of(connection, [*self._rejected, *self._taken])
            kept = [
                [
                    one
                    for key, one in found.items()
                    if key not in spoken or self._holds(connection, verdict, reviewer, key, one)
                ]
                for verdict, found in ((Verdict.REJECTED, self._rejected), (Verdict.ACCEPTED, self._taken))
            ]
            for verdict, found in zip((Verdict.REJECTED, Verdict.ACCEPTED), kept, strict=True):
                record(connection, [one.review(verdict, reviewer, now) for one in found])
            alone = [one for one in self._scoped if self._is_taken(connection, one, now)]
        return kept[0], kept[1], alone

    def _is_taken(self, connection: sa.Connection, one: Scoped, now: datetime) -> bool:
        """Keep what is of a scope of its own, unless something is in the way; whether it is kept."""
        answers = one.subject.take(connection, self._recipes, self._memory, now).answers
        problems = in_the_way(answers) or [each for each in answers if each.outcome is Outcome.NOTHING]
        self._problems += [ReviewProblem(one.line, each.message) for each in problems[:1]]
        return not problems

    def _holds(
        self, connection: sa.Connection, verdict: Verdict, reviewer: str, key: MemoryKey, one: "_Taken"
    ) -> bool:
        """Whether nobody else has said otherwise; who did is told."""
        languages = (key.source_language, key.target_language)
        said = reviews_of(connection, *languages, key.text)
        word = Word(verdict, *languages, key.text, one.text, reviewer, one.reason)
        keys = self._recipes.keys(key.text, *languages)
        held = in_use(connection, self._memory, keys)
        found = answer(word, held, said, lambda _: ())
        if found.outcome is Outcome.CONFLICT:
            self._problems.append(ReviewProblem(one.line, found.message))
        return found.outcome is not Outcome.CONFLICT

    def _reject(self, one: Reviewed) -> str | None:
        """Take in that what went out is never to be used again, or say why not."""
        held = self._exported(one)
        if held is None:
            return "what is rejected is not in use any more: export again"
        key = MemoryKey(one.source, *_tags(one), ANY_RECIPE)
        self._rejected.setdefault(key, _Taken(one.line, key, held, one.reason))
        return None

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

    def _take(self, one: Reviewed, *, changed: bool) -> str | None:
        """Take in one unit, or say why not."""
        source, target = _tags(one)
        text = tidy(one.source, one.text, target)
        if reason := self._against(one, text):
            return reason
        key = MemoryKey(one.source, source, target, ANY_RECIPE)
        before = self._taken.setdefault(key, _Taken(one.line, key, text, one.reason, changed))
        if before.text == text:
            return None
        return f"line {before.line} says otherwise of the same text: the first one holds"

    def _against(self, one: Reviewed, text: str) -> str | None:
        """What the checks say against a translation that a person does not overrule."""
        source, target = _tags(one)
        segment = self._segments.get((source, one.source))
        segment = segment or Segment(one.source, ("",) * len(TAG.findall(one.source)))
        terms = self._recipes.glossary.terms_in([one.source], target)
        bounds = self._bounds(source, target)
        findings = check(segment, text, source, target, terms=terms, bounds=bounds)
        # A person who stands for it has looked at what a check only doubts.
        if findings := [finding for finding in findings if not (finding.is_doubt and one.approved)]:
            found = "; ".join(f"{finding.name}: {finding.reason}" for finding in findings)
            return f"{found}. {_OVERRULE}" if all(each.is_doubt for each in findings) else found
        return None


class _Taken(NamedTuple):
    """A translation that somebody spoke for or against, in which line, and whether it is a correction."""

    line: int
    key: MemoryKey
    text: str
    reason: str
    changed: bool = False

    def review(self, verdict: Verdict, reviewer: str, now: datetime) -> Review:
        """The word to keep."""
        key = self.key
        languages = (key.source_language, key.target_language)
        return Review(*languages, key.text, self.text, verdict, reviewer, self.reason, now)


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
