"""The segments of all lessons, with what stands in their place of protected parts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.content.lessons import Lesson, content_data, contents, lessons
from langassets.database.usage.lesson_names import lesson_names
from langassets.errors import InputError
from langassets.locales import is_language_code, tag_of
from langassets.translation.documents.document import Document, document
from langassets.translation.types import Segment
from langassets.wording import with_path


class LessonSegment(NamedTuple):
    """A segment of a lesson at its place in a content, from 0; the source language is a tag, `name` the
    lesson's title with the path of its file, or its number where it has none."""

    lesson: str
    name: str
    source_language: str
    segment: Segment
    content_type: str
    place: int

    @property
    def id(self) -> str:
        """What a person calls it by: `17/text/4`."""
        return f"{self.lesson}/{self.content_type}/{self.place}"


def segments_of_lessons(
    data: sa.Engine, only: Sequence[tuple[str, str]] | None = None
) -> Iterator[LessonSegment]:
    """Every segment of every active lesson, a few lessons at a time; of some contents (lesson, type) alone
    where they are given."""
    with reading(data) as connection:
        if only is None:
            only = [(one.lesson, one.content_type) for one in contents(connection)]
        for lesson, content_type, cut in documents_of_lessons(connection, only):
            name = with_path(lesson.title, lesson.path or lesson.id).strip()
            for place, segment in enumerate(cut.placed):
                yield LessonSegment(lesson.id, name, cut.source_language, segment, content_type, place)


def documents_of_lessons(
    connection: sa.Connection, wanted: Iterable[tuple[str, str]]
) -> Iterator[tuple[Lesson, str, Document]]:
    """Contents of active lessons (lesson, type), cut into segments. What cannot be read as a lesson is passed
    over, for the preload reports it."""
    by_id = {lesson.id: lesson for lesson in lessons(connection) if is_language_code(lesson.language)}
    wanted = [(lesson, content_type) for lesson, content_type in wanted if lesson in by_id]
    for number, content_type, content in content_data(connection, wanted):
        if not isinstance(content, dict):
            continue
        lesson = by_id[number]
        try:
            cut = document(content_type, content, tag_of(lesson.language))
        except InputError:
            continue
        yield lesson, content_type, cut


def segment_named(data: sa.Engine, name: str) -> LessonSegment:
    """The segment that `name` stands for: a lesson's number, path or file, its content type and the place,
    like `17/text/4`. Raises `InputError` where there is none."""
    called, content_type, place = ["", "", "", *name.rsplit("/", 2)][-3:]
    if not called or not place.isdecimal():
        raise InputError(
            f"{name!r} is no segment's name: expected lesson, content type and place, like 17/text/4, as "
            "`langassets review list` shows them."
        )
    with reading(data) as connection:
        number = lesson_names(connection).number_of(called)
    found = segments_of_lessons(data, [] if number is None else [(number, content_type)])
    segment = next((one for one in found if one.place == int(place)), None)
    if segment is None:
        raise InputError(
            f"There is no segment {name}: see `langassets review list LANG` for those there are, and "
            "`langassets lessons` for the lessons."
        )
    return segment
