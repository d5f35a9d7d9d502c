"""The lessons as every job sees them: what each frequent language is to have, and the texts in it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.content.lessons import LESSONS, content_data, contents, lesson_paths, lessons
from langassets.errors import InputError, InvalidKeyError
from langassets.locales import is_language_code, tag_of
from langassets.storage.keys import LessonKey
from langassets.translation import documents as of_contents
from langassets.translation.engine.batching import PlacedText
from langassets.translation.markdown.anchors.slugs import Slugs
from langassets.translation.types import Former
from langassets.wording import with_path

if TYPE_CHECKING:
    from langassets.translation.documents.document import Document


@dataclass(frozen=True, slots=True)
class DesiredContent:
    """One content of one lesson that every frequent language is to have."""

    lesson: str
    title: str
    source_language: str
    content_type: str
    source_hash: str
    usage_count: int
    path: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Its lesson and type."""
        return self.lesson, self.content_type


@dataclass(frozen=True, slots=True)
class Problem:
    """A content that cannot be had in a language ('' where in none), and why; `path` is that of the lesson's
    file, '' where it has none."""

    language: str
    lesson: str
    content_type: str
    reason: str
    path: str = ""

    @property
    def named(self) -> str:
        """The lesson for people: its number, and the path of its file."""
        return with_path(self.lesson, self.path)


def load_desired(
    data: sa.Engine, statuses: Collection[str] = LESSONS
) -> tuple[list[DesiredContent], list[Problem]]:
    """Every content of every lesson with one of these statuses, and what cannot be stored under any key."""
    with reading(data) as connection:
        by_id = {lesson.id: lesson for lesson in lessons(connection, statuses)}
        found = [content for content in contents(connection, statuses) if content.lesson in by_id]
    desired, problems = [], []
    for content in found:
        lesson = by_id[content.lesson]
        want = DesiredContent(
            lesson.id,
            lesson.title,
            lesson.language,
            content.content_type,
            content.source_hash,
            lesson.usage_count,
            lesson.path,
        )
        if reason := _problem(want):
            problems.append(Problem("", *want.place, reason, want.path))
        else:
            desired.append(want)
    return desired, problems


def paths_by_lesson(data: sa.Engine) -> dict[str, str]:
    """The paths of the files that lessons were imported from; for people, beside numbers and keys."""
    with reading(data) as connection:
        return lesson_paths(connection)


def _problem(want: DesiredContent) -> str | None:
    try:
        LessonKey("en", *want.place)
    except InvalidKeyError as error:
        return str(error)
    if not is_language_code(want.source_language):
        return f"the lesson's language is {want.source_language!r}, which is no language code"
    return None


def documents(
    data: sa.Engine,
    desired: Iterable[DesiredContent],
    statuses: Collection[str] = LESSONS,
    slugs: Slugs = Slugs.AUTO,
) -> Iterator[tuple[DesiredContent, "Document"]]:
    """The content of each as it is now, in no particular order; what has none that can be used is left out,
    for the preload reports it. `slugs` matter where they are put together again."""
    by_place = {want.place: want for want in desired}
    with reading(data) as connection:
        for lesson, content_type, found in content_data(connection, by_place, statuses):
            want = by_place[lesson, content_type]
            source = tag_of(want.source_language)
            with suppress(InputError):
                if isinstance(found, dict):
                    yield want, of_contents.document.document(content_type, found, source, slugs)


def distinct_texts(
    found: Iterable[tuple[DesiredContent, "Document"]],
    former: Callable[[DesiredContent], Mapping[str, Former]] = lambda _: {},
) -> dict[str, Sequence[PlacedText]]:
    """The texts to translate, each once, by the tag of their language; `former` has what they were before."""
    texts = defaultdict[str, dict[str, PlacedText]](dict)
    for number, (want, content) in enumerate(found):
        was = former(want)
        for place, text in enumerate(content.texts):
            placed = PlacedText(text, number, place, want.title, former=was.get(text))
            texts[content.source_language].setdefault(text, placed)
    return {source: list(by_text.values()) for source, by_text in texts.items()}
