"""Which objects were made before something that their content holds was mended."""

from collections.abc import Collection, Mapping
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.content.lessons import content_data
from langassets.jobs.lessons import DesiredContent
from langassets.translation.documents.mendings import is_outdated, mendings_held, mendings_in_force
from langassets.translation.object_recipe import ObjectRecipe

_Place = tuple[str, str]
_Read = tuple[str, int]
# By database, lesson and type: what was read (the content's hash, and how many mendings there were), and the
# mendings that it holds. Lessons are the same for every language, and are read in full once after an update.
_KNOWN: WeakKeyDictionary[sa.Engine, dict[_Place, tuple[_Read, frozenset[int]]]] = WeakKeyDictionary()
_NOTHING: tuple[_Read, frozenset[int]] = ("", 0), frozenset()


def outdated(
    data: sa.Engine, made: Mapping[DesiredContent, ObjectRecipe], today: str
) -> Collection[DesiredContent]:
    """Those of the contents that hold what was mended since their objects were `made`; `today` is that part
    of today's recipes."""
    known, mendings = _KNOWN.setdefault(data, {}), mendings_in_force(today)
    before = {want: recipe.mended for want, recipe in made.items() if recipe.mended != today}
    wanted = {
        _place(want): (want.source_hash, mendings)
        for want in before
        if known.get(_place(want), _NOTHING)[0] != (want.source_hash, mendings)
    }
    if wanted:
        with reading(data) as connection:
            for lesson, content_type, found in content_data(connection, wanted):
                held = mendings_held(content_type, found) if isinstance(found, dict) else frozenset()
                known[lesson, content_type] = wanted[lesson, content_type], held
    return {
        want
        for want, mended in before.items()
        if is_outdated(mended, today, known.get(_place(want), _NOTHING)[1])
    }


def _place(want: DesiredContent) -> _Place:
    return want.lesson, want.content_type
