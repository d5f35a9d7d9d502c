"""What people word otherwise than the model in force: those approved and imported translations by which an
object differs from what the model alone would have made."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.rows import rows_among
from langassets.database.schema import translation_memory
from langassets.database.translations import rejections
from langassets.database.translations.stored import same_text
from langassets.translation.object_recipe import short_hash
from langassets.translation.recipes import ANY_RECIPE, Recipes, text_hash

_PERSON = translation_memory.alias("person")

Worded = dict[str, dict[str, str]]
"""By source language and `short_hash` of a text: the MD5 of its translation, or what was rejected of it."""


def worded_by_people(
    data: sa.Engine, recipes: Recipes, languages: Collection[str], texts: Iterable[str] | None = None
) -> dict[str, Worded]:
    """What people word otherwise than today's model, for each of some languages (tags); of some `texts` alone
    where those are given. What they approved word for word as the model has it is not among it; what they
    rejected is, by all that they rejected: what was made before is made again."""
    hashes = None if texts is None else sorted({text_hash(text) for text in texts})
    found: dict[str, Worded] = {target: {} for target in languages}
    with reading(data) as connection:
        for (source, target, hashed), said in rejections.digests(connection, languages, hashes).items():
            found[target].setdefault(source, {})[short_hash(hashed)] = said
        every = rows_among(connection, _query(languages), _PERSON.c.text_hash, hashes)
        for _, rows in groupby(every, key=attrgetter("target_language", "text_hash", "source_language")):
            group = list(rows)
            first = group[0]
            if _by_model(group, recipes) != first.said:
                of_source = found[first.target_language].setdefault(first.source_language, {})
                of_source[short_hash(first.text_hash)] = first.said
    return found


def _by_model(rows: Sequence[Any], recipes: Recipes) -> str | None:
    """What would stand had nobody spoken (its MD5): the preferred provider's translation goes first."""
    made = {row.recipe: row.made for row in rows if row.recipe is not None}
    if not made:
        return None
    keys = recipes.keys(rows[0].text, rows[0].source_language, rows[0].target_language)
    return next((made[key.recipe] for key in keys if key.recipe in made), None)


def _query(languages: Collection[str]) -> sa.Select[Any]:
    """For each text that a person spoke for, one row for each recipe by which a model made it."""
    person, model = _PERSON, translation_memory.alias("model")
    made = sa.and_(same_text(model, person), model.c.recipe != ANY_RECIPE)
    return (
        sa.select(
            person.c.source_language,
            person.c.target_language,
            person.c.text_hash,
            sa.func.md5(person.c.translation).label("said"),
            model.c.recipe,
            sa.func.md5(model.c.translation).label("made"),
            # Long, and of use only beside a model's translation.
            sa.case((model.c.recipe.is_not(None), person.c.text)).label("text"),
        )
        .select_from(person.outerjoin(model, made))
        .where(person.c.target_language.in_(languages), person.c.recipe == ANY_RECIPE)
        .order_by(person.c.target_language, person.c.text_hash, person.c.source_language)
        .execution_options(yield_per=1000)
    )
