"""A person's word on translations, taken in: what it is about is found, decided, and kept."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.decisions import current_tier
from langassets.database.translations import reviews
from langassets.database.translations.memory import DatabaseMemory
from langassets.database.translations.place_reviews import Place
from langassets.database.translations.reviewing import in_use, languages_of, sources_of
from langassets.database.translations.reviews import Verdict
from langassets.errors import InputError
from langassets.ingestion.review.lessons import LessonSegment, segment_named, segments_of_lessons
from langassets.ingestion.review.one_place import OnePlace
from langassets.ingestion.review.verdicts import Answer, Outcome, Word, answer
from langassets.locales import is_language_code, tag_of
from langassets.translation.checks import CHECKS, DOUBTS, check, tidy
from langassets.translation.markdown.escaping import TAG
from langassets.translation.recipes import Recipes
from langassets.translation.types import Segment

ALL = "all"
"""In place of a language: every frequent one, and every other that the text was translated into."""

# What has the source's own letters is not in the language's.
_OF_LETTERS = frozenset({"script"})

MOST_CHARACTERS = 100
"""Characters of a reviewer's name."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a person says, as they say it: of a `segment` by its name, or else of a `text`.

    `language` is a code or `ALL`. Without a `translation` the one in use is meant; where one is accepted in
    all languages, the text as it is. What is said of a segment in one language is of that place alone, unless
    it is to hold `everywhere`: for its text, wherever it stands.
    """

    verdict: Verdict
    language: str
    reviewer: str
    segment: str | None = None
    text: str | None = None
    translation: str | None = None
    reason: str = ""
    instead: bool = False
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a request: an answer for each language, and the text that it was about.

    `glossary` is a line of the glossary that would say the same for every text with these words; '' where
    none would.
    """

    text: str
    answers: Sequence[Answer]
    glossary: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request is about: a segment, in some languages (tags), at one place or wherever it stands."""

    request: Request
    source: str
    segment: Segment
    words: Sequence[Word]
    place: OnePlace | None

    def take(
        self, connection: sa.Connection, recipes: Recipes, memory: DatabaseMemory, now: datetime
    ) -> Answered:
        """Take in what is said, in all of its languages or in none."""
        answers = [self._answer(connection, recipes, memory, word) for word in self.words]
        if not in_the_way(answers):
            said = [
                word.review(one.translation, now)
                for word, one in zip(self.words, answers, strict=True)
                if one.outcome is Outcome.TAKEN
            ]
            if self.place:
                for each in said:
                    self.place.record(connection, each)
            else:
                reviews.record(connection, said)
        return Answered(self.segment.text, answers, _glossary_line(self.request, self.words))

    def _answer(
        self, connection: sa.Connection, recipes: Recipes, memory: DatabaseMemory, word: Word
    ) -> Answer:
        target, place = word.target_language, self.place
        held = place.held(connection, target) if place else None
        held = held or in_use(connection, memory, recipes.keys(word.text, self.source, target))
        said = place.said(connection, target) if place else []
        said += reviews.reviews_of(connection, self.source, target, word.text)
        found = answer(word, held, said, partial(errors_of, recipes, self.segment, self.source, target))
        if place is None or found.outcome is not Outcome.TAKEN:
            return found
        alone = f"{found.message}, at {place.place.name} alone"
        return found._replace(message=alone + (_STANDS if word.verdict is Verdict.REJECTED else ""))


_STANDS = (
    ": it stands there, first in the list, until somebody accepts another for it. To have a model asked for "
    "another wherever the text stands, say it of the text everywhere (--everywhere, `everywhere` in the API)"
)


def speak(data: sa.Engine, recipes: Recipes, request: Request, now: datetime) -> Answered:
    """Take in a person's word, in all of its languages or, where another's word or an error is in the way in
    one of them, in none. Raises `InputError` where nobody knows what it is about."""
    subject = subject_of(data, request)
    memory = DatabaseMemory(data)
    with writing(data) as connection:
        reviews.one_after_the_other(connection)
        return subject.take(connection, recipes, memory, now)


def subject_of(data: sa.Engine, request: Request) -> Subject:
    """What a request is about; raises `InputError` where nobody knows."""
    source, segment, place = _named(data, request)
    targets = _targets(data, request, source, segment)
    words = [_word(request, source, segment.text, target) for target in targets]
    if not words:
        raise InputError("No language is frequent yet, and this was translated into none: name a language.")
    return Subject(request, source, segment, words, place)


def in_the_way(answers: Sequence[Answer]) -> list[Answer]:
    """Those answers for which nothing at all is taken in."""
    return [one for one in answers if one.outcome in (Outcome.CONFLICT, Outcome.REFUSED)]


def errors_of(recipes: Recipes, segment: Segment, source: str, target: str, translation: str) -> list[str]:
    """What is wrong with a translation, whatever a person thinks of it: doubts are theirs to overrule, and
    whether a text stays as it is."""
    terms = recipes.glossary.terms_in([segment.text], target)
    names = CHECKS.keys() - DOUBTS
    if translation.split() == segment.text.split():
        names -= _OF_LETTERS
    found = check(segment, translation, source, target, terms=terms, names=names)
    return [f"{finding.name}: {finding.reason}" for finding in found]


def _named(data: sa.Engine, request: Request) -> tuple[str, Segment, OnePlace | None]:
    """The language and the segment that a request is about, and its place where it is of that alone."""
    if request.segment is not None:
        placed = segment_named(data, request.segment)
        alone = request.language != ALL and not request.everywhere and not _asks_anew(data, request, placed)
        return placed.source_language, placed.segment, _one_place(data, placed) if alone else None
    text = request.text or ""
    for one in segments_of_lessons(data):
        if one.segment.text == text:
            return one.source_language, one.segment, None
    with reading(data) as connection:
        known = sources_of(connection, text)
    if len(known) != 1:
        raise InputError(
            f"No lesson has this text: {text[:60]!r}. Give the whole segment, as `langassets review list` "
            "shows it."
        )
    return known[0], Segment(text, ("",) * len(TAG.findall(text))), None


def _asks_anew(data: sa.Engine, request: Request, placed: LessonSegment) -> bool:
    """Whether what is rejected stands at this place alone as it is: then a model can be asked for another."""
    if request.verdict is not Verdict.REJECTED:
        return False
    with reading(data) as connection:
        if _one_place(data, placed).held(connection, tag_of(request.language)):
            return False
    same = (one for one in segments_of_lessons(data) if one.segment.text == placed.segment.text)
    return sum(1 for _ in same) == 1


def _one_place(data: sa.Engine, placed: LessonSegment) -> OnePlace:
    every = list(segments_of_lessons(data, [(placed.lesson, placed.content_type)]))
    return OnePlace(Place(placed.lesson, placed.content_type, placed.place), every)


def _targets(data: sa.Engine, request: Request, source: str, segment: Segment) -> list[str]:
    """The languages that a request is for, as tags."""
    if request.language != ALL:
        if not is_language_code(request.language):
            raise InputError(
                f"{request.language!r} is not a language code; expected one like 'he', 'pt-BR', or {ALL!r}."
            )
        return [tag_of(request.language)]
    with reading(data) as connection:
        tier = current_tier(connection)
        tags = {tag_of(code) for code in (tier.frequent if tier else ())}
        tags |= set(languages_of(connection, source, segment.text))
    return sorted(tags - {source})


def _word(request: Request, source: str, text: str, target: str) -> Word:
    translation = request.translation
    if translation is not None:
        translation = tidy(text, translation, target)
    elif request.language == ALL and request.verdict is Verdict.ACCEPTED:
        translation = text
    reviewer, reason = request.reviewer.strip()[:MOST_CHARACTERS], request.reason.strip()
    return Word(request.verdict, source, target, text, translation, reviewer, reason, request.instead)


def _glossary_line(request: Request, words: Sequence[Word]) -> str:
    """The line for 'it stays as it is'; a text with tags is no term."""
    text = words[0].text
    if request.verdict is Verdict.REJECTED or words[0].translation != text or TAG.search(text):
        return ""
    written = io.StringIO()
    language = "*" if request.language == ALL else request.language
    csv.writer(written, lineterminator="").writerow([text, language, ""])
    return written.getvalue()
