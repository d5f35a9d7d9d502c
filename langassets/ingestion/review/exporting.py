"""What goes out for review: the models' translations that lessons use today, the least sure ones first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.translations.edits import Content, every_edit
from langassets.database.translations.judgements import Judged, judgements
from langassets.database.translations.memory import DatabaseMemory
from langassets.database.translations.place_reviews import Place, rejected_places
from langassets.database.translations.reviewing import doubted, unreviewed
from langassets.database.translations.reviews import Review
from langassets.database.translations.segments import reviewed_sources
from langassets.database.usage.lesson_usage import lesson_requests
from langassets.errors import InputError
from langassets.ingestion.review.confidence import confidence
from langassets.ingestion.review.lessons import LessonSegment, documents_of_lessons, segments_of_lessons
from langassets.ingestion.review.units import ReviewUnit
from langassets.locales import is_language_code, tag_of
from langassets.translation.checks import learn_bounds
from langassets.translation.documents.places import source_hash
from langassets.translation.edits.placing import Edit
from langassets.translation.edits.standing import outdated_beside
from langassets.translation.recipes import Recipes, text_hash

_NAMED = 3
_Made = dict[tuple[str, str], dict[str, str]]
"""Models' translations by recipe, for each source language and hash of a text."""


def to_review(
    data: sa.Engine, recipes: Recipes, language: str, since: datetime | None = None, source: str | None = None
) -> list[ReviewUnit]:
    """The translations into `language` (the application's code) that lessons use today, were made by a model
    at `since` or later and that no person spoke for, in memory or in every object that has them; of lessons
    written in `source` alone, where it is given.

    Those that a check doubts come first, then those that stand where a person had written something else, of
    an earlier text; then the least sure ones; of those as sure, those in which a judge found no error last,
    and the most requested lessons' first. Raises `InputError` for a code that is none.
    """
    for code in (language, source or "en"):
        if not is_language_code(code):
            raise InputError(f"{code!r} is not a language code; expected one like 'he' or 'pt-BR'.")
    target = tag_of(language)
    with reading(data) as connection:
        made, doubts = _made(connection, target, since)
        requests = lesson_requests(connection, language)
        done = reviewed_sources(connection, language)
        edits = every_edit(connection, target)
        outdated = _outdated(connection, edits)
        rejected = rejected_places(connection, target)
        judged = judgements(connection, target)
    spoken = {
        Place(content.lesson, content.content_type, edit.place): edit.source
        for content, found in edits.items()
        for edit in found
    }
    memory = DatabaseMemory(data)
    bounds = cache(lambda origin: learn_bounds(memory.pairs(origin, target)))
    ordered = []
    for (origin, text), places in _places(data, made, source and tag_of(source)).items():
        by_recipe = made[origin, text_hash(text)]
        used = [by_recipe[k.recipe] for k in recipes.keys(text, origin, target) if k.recipe in by_recipe]
        if not used or source_hash(text) in done:
            continue  # made by a model or under a glossary that is no longer in use; or edited in its objects
        places = [place for place in places if spoken.get(_at(place)) != source_hash(text)]
        against = [
            (place, said)
            for place in places
            if (said := rejected.get(_at(place))) and (said.text, said.translation) == (text, used[0])
        ]
        places = [*(place for place, _ in against), *places]
        if not places:
            continue
        segment = places[0].segment
        terms = recipes.glossary.terms_in([text], target)
        judgement = judged.get(Judged.of(origin, text, used[0]))
        errors = judgement and judgement.errors
        sure, reasons = confidence(segment, used[0], origin, target, terms, bounds(origin), errors)
        names = tuple(dict.fromkeys(place.name for place in places))[:_NAMED]
        segments = tuple(dict.fromkeys(place.id for place in places))[:_NAMED]
        asked = max(requests[p.lesson].requests if p.lesson in requests else 0 for p in places)
        beside = tuple(_rejected(place, said) for place, said in against)
        beside += tuple(map(_edit_in_words, outdated.get((origin, text), ())))
        rank = ((origin, text_hash(text)) not in doubts, not beside, sure, errors == (), -asked)
        unit = ReviewUnit(origin, target, segment, used[0], sure, (*beside, *reasons), names, segments, asked)
        ordered.append((rank, unit))
    return [unit for _, unit in sorted(ordered, key=lambda found: found[0])]


def _made(
    connection: sa.Connection, target: str, since: datetime | None
) -> tuple[_Made, set[tuple[str, str]]]:
    """What models made and nobody spoke for; and which of it is doubted, by source language and hash."""
    made: _Made = defaultdict(dict)
    for row in unreviewed(connection, target, since):
        made[row.source_language, row.text_hash][row.recipe] = row.translation
    doubts = set[tuple[str, str]]()
    for row in doubted(connection, target, since):
        made[row.source_language, row.text_hash].setdefault(row.recipe, row.translation)
        doubts.add((row.source_language, row.text_hash))
    return made, doubts


def _outdated(
    connection: sa.Connection, edits: Mapping[Content, Sequence[Edit]]
) -> Mapping[tuple[str, str], Sequence[Edit]]:
    """Edits that stand nowhere any more, since what they are of has changed, by what has taken the place of
    their segments: source language (a tag) and text."""
    found: dict[tuple[str, str], list[Edit]] = defaultdict(list)
    wanted = {(content.lesson, content.content_type): known for content, known in edits.items()}
    if wanted:
        for lesson, content_type, cut in documents_of_lessons(connection, wanted):
            for text, edit in outdated_beside(cut, wanted[lesson.id, content_type]):
                found[cut.source_language, text].append(edit)
    return found


def _edit_in_words(edit: Edit) -> str:
    """An edit as a reviewer reads it, with protected parts of the person's own in their places."""
    text = edit.wording.text
    for number, part in edit.wording.parts.items():
        text = text.replace(f"<x{number}/>", part)
    return f"a person's words for the earlier text {edit.source_text!r}: {text}"


def _at(one: LessonSegment) -> Place:
    return Place(one.lesson, one.content_type, one.place)


def _rejected(place: LessonSegment, said: Review) -> str:
    why = f" ({said.reason})" if said.reason else ""
    return f"{said.reviewer} rejected it at {place.id} alone{why}"


def _places(data: sa.Engine, made: _Made, source: str | None) -> dict[tuple[str, str], list[LessonSegment]]:
    """Where a model's texts stand, by source language (`source` alone, where it is given) and text."""
    found: dict[tuple[str, str], list[LessonSegment]] = defaultdict(list)
    for one in segments_of_lessons(data):
        if (
            source in (None, one.source_language)
            and (one.source_language, text_hash(one.segment.text)) in made
        ):
            found[one.source_language, one.segment.text].append(one)
    return found
