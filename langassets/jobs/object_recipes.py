"""By what each object of a language would be made today, and which were made before something that their
content holds was mended: what tells whether a change concerns an object."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.content.content_texts import ContentTexts, kept_texts
from langassets.database.content.lessons import content_data
from langassets.database.translations.wording import Worded, worded_by_people
from langassets.jobs.lessons import DesiredContent, documents
from langassets.locales import tag_of
from langassets.services import Services
from langassets.translation.documents.mendings import is_outdated, mendings_held, mendings_in_force
from langassets.translation.object_recipe import (
    ObjectRecipe,
    packed,
    short_hash,
    terms_digest,
    unpacked,
    worded_digest,
)
from langassets.translation.recipes import text_hash

MadeBy = Mapping[DesiredContent, ObjectRecipe]
"""By what the object of each content was made, as the manifest has it."""

_Read = tuple[str, int]
# By database, lesson and type: what was read (the content's hash, and how many mendings there were), and the
# mendings that it holds. Lessons are the same for every language, and are read in full once after an update.
_KNOWN: WeakKeyDictionary[sa.Engine, dict[tuple[str, str], tuple[_Read, frozenset[int]]]] = (
    WeakKeyDictionary()
)
_NOTHING: tuple[_Read, frozenset[int]] = ("", 0), frozenset()


def todays_recipes(
    services: Services, language: str, today: ObjectRecipe, known: MadeBy
) -> tuple[dict[DesiredContent, ObjectRecipe], list[ContentTexts]]:
    """Today's recipe for each content's object in a language, of which `today` is the part that all share;
    what has no content that can be used is left out. And the texts of contents that had to be read.

    The lessons themselves are read only where the glossary has changed, or where it is not known of which
    texts they consist.
    """
    if not known:
        return {}, []
    target = tag_of(language)
    worded = worded_by_people(services.data, services.recipes, {target})[target]
    found, read = _from_kept_texts(services.data, today, known, worded), []
    for want, content in documents(services.data, [want for want in known if want not in found]):
        read.append(content_texts(want, content.texts))
        said = worded.get(content.source_language, {})
        found[want] = recipe_of(services, target, today, content.texts, said)
    return found, read


def _from_kept_texts(
    data: sa.Engine, today: ObjectRecipe, known: MadeBy, worded: Worded
) -> dict[DesiredContent, ObjectRecipe]:
    """As far as it is known without reading a text which of the glossary's terms it has."""
    wanted = {
        want.place: want
        for want, before in known.items()
        if not today.glossary or (before.is_whole and before.glossary == today.glossary)
    }
    found: dict[DesiredContent, ObjectRecipe] = {}
    if not wanted:
        return found
    with reading(data) as connection:
        for kept in kept_texts(connection):
            want = wanted.get((kept.lesson, kept.content_type))
            if want and want.source_hash == kept.source_hash:
                said = worded.get(tag_of(want.source_language), {})
                digest = worded_digest(unpacked(kept.texts), said) if said else ""
                terms = known[want].terms if today.glossary else ""
                found[want] = today._replace(terms=terms, worded=digest)
    return found


def recipe_of(
    services: Services, target: str, today: ObjectRecipe, texts: Sequence[str], worded: Mapping[str, str]
) -> ObjectRecipe:
    """Today's recipe of an object in `target` (a tag), with the parts for its `texts`."""
    return today._replace(
        terms=terms_digest(services.glossary.terms_in(texts, target)),
        worded=worded_digest(_short(texts), worded) if worded else "",
    )


def content_texts(want: DesiredContent, texts: Sequence[str]) -> ContentTexts:
    """The texts of a content, to be kept."""
    return ContentTexts(*want.place, want.source_hash, packed(_short(texts)))


def _short(texts: Iterable[str]) -> list[str]:
    return [short_hash(text_hash(text)) for text in texts]


def outdated(data: sa.Engine, made: MadeBy, today: str) -> Collection[DesiredContent]:
    """Those of the contents that hold what was mended since their objects were `made`; `today` is that part
    of today's recipes."""
    known, mendings = _KNOWN.setdefault(data, {}), mendings_in_force(today)
    before = {want: recipe.mended for want, recipe in made.items() if recipe.mended != today}
    wanted = {
        want.place: read
        for want in before
        if known.get(want.place, _NOTHING)[0] != (read := (want.source_hash, mendings))
    }
    if wanted:
        with reading(data) as connection:
            for lesson, content_type, found in content_data(connection, wanted):
                held = mendings_held(content_type, found) if isinstance(found, dict) else frozenset()
                known[lesson, content_type] = wanted[lesson, content_type], held
    return {
        want
        for want, mended in before.items()
        if is_outdated(mended, today, known.get(want.place, _NOTHING)[1])
    }
