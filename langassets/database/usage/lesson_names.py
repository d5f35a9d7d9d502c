"""What people call a lesson: its number, the path of its file, or its file's name alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import normalize

import sqlalchemy as sa

from langassets.database.application import topics
from langassets.database.schema import imported_lessons


@dataclass(frozen=True, slots=True)
class LessonNames:
    """The lessons that there are, active or not: their numbers, and the other names that they go by."""

    numbers: frozenset[str]
    by_name: Mapping[str, str]
    """The number by every name that means one lesson alone."""

    @classmethod
    def of(cls, numbers: Iterable[str], files: Iterable[tuple[str, str]]) -> "LessonNames":
        """The names of lessons by number, of which `files` have (path below its folder, number).

        A file `unit-1/cells.md` is `unit-1/cells.md`, `unit-1/cells`, `cells.md` and `cells`; a name that two
        lessons share is nobody's. Letters with marks are the same however a system writes them (Unicode's NFC
        and NFD).
        """
        meant: dict[str, set[str]] = {}
        for written, number in files:
            path = normalize("NFC", written)
            file = path.rpartition("/")[2]
            for name in (path, path.rpartition(".")[0], file, file.rpartition(".")[0]):
                meant.setdefault(name, set()).add(number)
        return cls(
            frozenset(numbers), {name: min(lessons) for name, lessons in meant.items() if len(lessons) == 1}
        )

    def number_of(self, name: str) -> str | None:
        """The number of the lesson that is meant; None where there is none, or more than one."""
        if name in self.numbers:
            return name
        plain = normalize("NFC", name).strip().removeprefix("./").strip("/")
        return plain if plain in self.numbers else self.by_name.get(plain)

    def nearest(self, name: str) -> str | None:
        """A name that looks like one that means no lesson."""
        return next(iter(get_close_matches(name, self.by_name, n=1)), None)


def lesson_names(connection: sa.Connection) -> LessonNames:
    """The names of all lessons, whatever their status."""
    numbers = (str(number) for number in connection.scalars(sa.select(topics.c.topic_id)))
    files = connection.execute(sa.select(imported_lessons.c.path, imported_lessons.c.topic_id))
    return LessonNames.of(numbers, ((path, str(number)) for path, number in files))
