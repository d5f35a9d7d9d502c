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
    return _Import(data, recipes, reviewed, reviewer, now or datetime.now(UTC)).run()


class _LeftOutError(Exception):
    """Why a unit is not taken in."""


class _Said(NamedTuple):
    """What somebody said of a translation, in which line, and whether it is a correction."""

    line: int
    word: Word
    changed: bool


class _Import:
    def __init__(
        self, data: sa.Engine, recipes: Recipes, reviewed: Sequence[Reviewed], reviewer: str, now: datetime
    ) -> None:
        self._data = data
        self._recipes = recipes
        self._reviewer, self._now = reviewer, now
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
        self._known = _known(data, named)
        self._recalled = self._memory.recall([key for one in named for key in self._keys(one)])
        self._bounds = cache(lambda *pair: learn_bounds(self._memory.pairs(*pair)))
        self._said: dict[tuple[Verdict, MemoryKey], _Said] = {}
        self._scoped: list[Scoped] = []
        self._problems: list[ReviewProblem] = []

    def run(self) -> ReviewReport:
        untouched = 0
        for one in self._reviewed:
            try:
                untouched += not self._take_in(one)
            except (_LeftOutError, InputError) as error:
                self._problems.append(ReviewProblem(one.line, str(error)))
        kept, alone = self._record()
        accepted = [one.changed for one in kept if one.word.verdict is Verdict.ACCEPTED]
        accepted += [one.changed for one in alone if not one.rejects]
        rejected = len(kept) + len(alone) - len(accepted)
        problems = tuple(sorted(self._problems))
        return ReviewReport(len(accepted), sum(accepted), untouched, problems, rejected)

    def _take_in(self, one: Reviewed) -> bool:
        """Take in what a unit says; whether anybody touched it."""
        if reason := one.problem or _no_language(one) or self._unknown(one):
            raise _LeftOutError(reason)
        changed = self._is_changed(one)
        accepted = changed or one.approved
        if is_scoped(one):
            if accepted and one.scope.casefold() != ALL:
                self._checked(one)
            if accepted or one.rejected:
                self._scoped += scoped(self._data, one, self._exported(one), self._reviewer, changed=changed)
            return accepted or one.rejected
        if one.rejected:
            if (held := self._exported(one)) is None:
                raise _LeftOutError("what is rejected is not in use any more: export again")
            self._say(one, Verdict.REJECTED, held)
        if accepted:
            self._say(one, Verdict.ACCEPTED, self._checked(one), changed=changed)
        return accepted or one.rejected

    def _say(self, one: Reviewed, verdict: Verdict, text: str, *, changed: bool = False) -> None:
        source, target = _tags(one)
        word = Word(verdict, source, target, one.source, text, self._reviewer, one.reason)
        key = MemoryKey(one.source, source, target, ANY_RECIPE)
        before = self._said.setdefault((verdict, key), _Said(one.line, word, changed))
        if before.word.translation != text:
            raise _LeftOutError(f"line {before.line} says otherwise of the same text: the first one holds")

    def _exported(self, one: Reviewed) -> str | None:
        """What went out, where it is still in use."""
        with reading(self._data) as connection:
            held = in_use(connection, self._memory, self._keys(one))
        return held if held is not None and fingerprint(held) == one.exported else None

    def _record(self) -> tuple[list[_Said], list[Scoped]]:
        """Keep what was taken in, but for what goes against somebody else's word; returns what was kept, and
        what of it is of a scope of its own."""
        with writing(self._data) as connection:
            one_after_the_other(connection)
            spoken = spoken_of(connection, [key for _, key in self._said])
            kept = [
                one
                for (_, key), one in self._said.items()
                if key not in spoken or self._holds(connection, one)
            ]
            for verdict in (Verdict.REJECTED, Verdict.ACCEPTED):
                words = (one.word for one in kept if one.word.verdict is verdict)
                record(connection, [word.review(word.translation, self._now) for word in words])
            return kept, [one for one in self._scoped if self._is_taken(connection, one)]

    def _is_taken(self, connection: sa.Connection, one: Scoped) -> bool:
        """Keep what is of a scope of its own, unless something is in the way; whether it is kept."""
        answers = one.subject.take(connection, self._recipes, self._memory, self._now).answers
        problems = in_the_way(answers) or [each for each in answers if each.outcome is Outcome.NOTHING]
        self._problems += [ReviewProblem(one.line, each.message) for each in problems[:1]]
        return not problems

    def _holds(self, connection: sa.Connection, one: _Said) -> bool:
        """Whether nobody else has said otherwise; who did is told."""
        word = one.word
        languages = (word.source_language, word.target_language)
        said = reviews_of(connection, *languages, word.text)
        held = in_use(connection, self._memory, self._recipes.keys(word.text, *languages))
        found = answer(word, held, said, lambda _: ())
        if found.outcome is Outcome.CONFLICT:
            self._problems.append(ReviewProblem(one.line, found.message))
        return found.outcome is not Outcome.CONFLICT

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
        if (source, one.source) in self._segments or (source, target, text_hash(one.source)) in self._known:
            return None
        return (
            f"its source is in no lesson and not in the memory: {one.source[:60]!r}. Was it changed, or were "
            "rows sorted column by column?"
        )

    def _is_changed(self, one: Reviewed) -> bool:
        # Both are asked: memory may have moved on since the export, and a fingerprint may have been lost or
        # sorted away from its row.
        held = [self._recalled.get(key) for key in self._keys(one)]
        return fingerprint(one.text) != one.exported and one.text not in held

    def _checked(self, one: Reviewed) -> str:
        """The translation as it is kept; `_LeftOutError` says what speaks against it that a person does not
        overrule."""
        held = (self._recalled.get(key) for key in self._keys(one))
        if any(has_old_rest(one.text, old) for old in held if old):
            raise _LeftOutError(
                "the rest of the old sentence, from its first tag on, stands behind the new one, as some "
                "tools leave it. Put the tags into the new sentence, in a tool that shows them or in a "
                "spreadsheet"
            )
        source, target = _tags(one)
        text = tidy(one.source, one.text, target)
        segment = self._segments.get((source, one.source))
        segment = segment or Segment(one.source, ("",) * len(TAG.findall(one.source)))
        terms = self._recipes.glossary.terms_in([one.source], target)
        bounds = self._bounds(source, target)
        findings = check(segment, text, source, target, terms=terms, bounds=bounds)
        # A person who stands for it has looked at what a check only doubts.
        if findings := [finding for finding in findings if not (finding.is_doubt and one.approved)]:
            found = "; ".join(f"{finding.name}: {finding.reason}" for finding in findings)
            doubted = all(each.is_doubt for each in findings)
            raise _LeftOutError(f"{found}. {_OVERRULE}" if doubted else found)
        return text


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


def _known(data: sa.Engine, reviewed: Iterable[Reviewed]) -> set[tuple[str, str, str]]:
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
