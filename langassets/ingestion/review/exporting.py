"""What goes out for review: the models' translations that lessons use today, the least sure ones first."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.memory import DatabaseMemory
from langassets.database.reviewing import unreviewed
from langassets.database.usage.lesson_usage import lesson_requests
from langassets.errors import InputError
from langassets.ingestion.review.confidence import confidence
from langassets.ingestion.review.lessons import PlacedSegment, segments_of_lessons
from langassets.ingestion.review.units import ReviewUnit
from langassets.locales import is_language_code, tag_of
from langassets.translation.checks import Bounds, learn_bounds
from langassets.translation.recipes import Recipes, text_hash

_TITLES = 3


def to_review(
    data: sa.Engine,
    recipes: Recipes,
    language: str,
    since: datetime | None = None,
    source: str | None = None,
) -> list[ReviewUnit]:
    """The translations into `language` (the application's code) that lessons use today, were made by a model
    at `since` or later and were never approved; of lessons written in `source` alone, where it is given.

    The least sure ones first; of those as sure, the most requested lessons'. Raises `InputError` for a code
    that is none.
    """
    for code in (language, source or "en"):
        if not is_language_code(code):
            raise InputError(f"{code!r} is not a language code; expected one like 'he' or 'pt-BR'.")
    target = tag_of(language)
    made: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    with reading(data) as connection:
        for row in unreviewed(connection, target, since):
            made[row.source_language, row.text_hash][row.recipe] = row.translation
        requests = lesson_requests(connection, language)
    found: dict[tuple[str, str], list[PlacedSegment]] = defaultdict(list)
    for placed in segments_of_lessons(data):
        if source is not None and placed.source_language != tag_of(source):
            continue
        if (placed.source_language, text_hash(placed.segment.text)) in made:
            found[placed.source_language, placed.segment.text].append(placed)
    units = list(_units(found, made, recipes, target, DatabaseMemory(data)))
    asked = {lesson: use.requests for lesson, use in requests.items()}
    units.sort(key=lambda pair: (pair[0].confidence, -max(asked.get(one.lesson, 0) for one in pair[1])))
    return [unit for unit, _ in units]


def _units(
    found: dict[tuple[str, str], list[PlacedSegment]],
    made: dict[tuple[str, str], dict[str, str]],
    recipes: Recipes,
    target: str,
    memory: DatabaseMemory,
) -> Iterator[tuple[ReviewUnit, list[PlacedSegment]]]:
    bounds: dict[str, Bounds | None] = {}
    for (source, text), places in found.items():
        if source not in bounds:
            bounds[source] = learn_bounds(memory.pairs(source, target))
        by_recipe = made[source, text_hash(text)]
        used = [by_recipe[k.recipe] for k in recipes.keys(text, source, target) if k.recipe in by_recipe]
        if not used:
            continue  # made by a model or under a glossary that is no longer in use
        segment = places[0].segment
        terms = recipes.glossary.terms_in([text], target)
        sure, reasons = confidence(segment, used[0], source, target, terms, bounds[source])
        titles = tuple(dict.fromkeys(one.title for one in places))[:_TITLES]
        yield ReviewUnit(source, target, segment, used[0], sure, reasons, titles), places
