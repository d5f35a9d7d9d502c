"""The segments of all lessons, with what stands in their place of protected parts."""

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.content.lessons import content_data, contents, lessons
from langassets.errors import InputError
from langassets.locales import is_language_code, tag_of
from langassets.translation.documents.document import document
from langassets.translation.types import Segment
from langassets.wording import with_path


class LessonSegment(NamedTuple):
    """A segment of a lesson; the source language is a tag, `name` the lesson's title with the path of its
    file, or its number where it has none."""

    lesson: str
    name: str
    source_language: str
    segment: Segment


def segments_of_lessons(data: sa.Engine) -> Iterator[LessonSegment]:
    """Every segment of every active lesson, a few lessons at a time; what cannot be read as a lesson is
    passed over, for the preload reports it."""
    with reading(data) as connection:
        by_id = {lesson.id: lesson for lesson in lessons(connection) if is_language_code(lesson.language)}
        wanted = [(one.lesson, one.content_type) for one in contents(connection) if one.lesson in by_id]
        for number, content_type, content in content_data(connection, wanted):
            lesson = by_id[number]
            source = tag_of(lesson.language)
            try:
                found = document(content_type, content, source).segments if isinstance(content, dict) else ()
            except InputError:
                continue
            name = with_path(lesson.title, lesson.path or lesson.id).strip()
            for segment in found:
                yield LessonSegment(lesson.id, name, source, segment)
