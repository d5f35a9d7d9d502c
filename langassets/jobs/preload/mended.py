"""Which objects were made before something that their content holds was mended."""

from collections.abc import Collection, Mapping
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.content.lessons import content_data
from langassets.jobs.lessons import DesiredContent
from langassets.translation.documents.mendings import mended_today, newest_mending
from langassets.translation.object_recipe import ObjectRecipe

_Place = tuple[str, str]
_Read = tuple[str, str]
# By database, lesson and type: what was read (the content's hash, and how many mendings there were), and the
# newest mending of it. Lessons are the same for every language, and are read in full once after an update.
_KNOWN: WeakKeyDictionary[sa.Engine, dict[_Place, tuple[_Read, int]]] = WeakKeyDictionary()
_NOTHING: tuple[_Read, int] = ("", ""), 0


def outdated(data: sa.Engine, made: Mapping[DesiredContent, ObjectRecipe]) -> Collection[DesiredContent]:
    """Those of the contents that hold what was mended since their objects were `made`."""
    known, today = _KNOWN.setdefault(data, {}), mended_today()
    before = {want: recipe.mendings for want, recipe in made.items() if recipe.mended != today}
    wanted = {
        _place(want): (want.source_hash, today)
        for want in before
        if known.get(_place(want), _NOTHING)[0] != (want.source_hash, today)
    }
    if wanted:
        with reading(data) as connection:
            for lesson, content_type, found in content_data(connection, wanted):
                newest = newest_mending(content_type, found) if isinstance(found, dict) else 0
                known[lesson, content_type] = wanted[lesson, content_type], newest
    return {want for want, mendings in before.items() if known.get(_place(want), _NOTHING)[1] > mendings}


def _place(want: DesiredContent) -> _Place:
    return want.lesson, want.content_type
