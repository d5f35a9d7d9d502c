"""The lessons as every job sees them: what each frequent language is to have, and the texts in it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.content.lessons import LESSONS, content_data, contents, lesson_paths, lessons
from langassets.database.manifest import ManifestEntry, Origin
from langassets.database.usage.lesson_usage import lesson_requests
from langassets.errors import InputError, InvalidKeyError
from langassets.locales import is_language_code, tag_of
from langassets.storage.keys import LessonKey
from langassets.storage.store import StoredObject
from langassets.translation import documents as of_contents
from langassets.translation.documents.stored import StoredSegment
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
        if reason := _problem(content.lesson, content.content_type, lesson.language):
            problems.append(Problem("", content.lesson, content.content_type, reason, lesson.path))
            continue
        desired.append(
            DesiredContent(
                lesson.id,
                lesson.title,
                lesson.language,
                content.content_type,
                content.source_hash,
                lesson.usage_count,
                lesson.path,
            )
        )
    return desired, problems


def paths_by_lesson(data: sa.Engine) -> dict[str, str]:
    """The paths of the files that lessons were imported from; for people, beside numbers and keys."""
    with reading(data) as connection:
        return lesson_paths(connection)


def _problem(lesson: str, content_type: str, language: str) -> str | None:
    try:
        LessonKey("en", lesson, content_type)
    except InvalidKeyError as error:
        return str(error)
    if not is_language_code(language):
        return f"the lesson's language is {language!r}, which is no language code"
    return None


def most_requested_first(
    data: sa.Engine, language: str, desired: Iterable[DesiredContent]
) -> dict[tuple[str, str], tuple[int, int, int]]:
    """What to sort contents by, by lesson and type: requests in the language, then the application's count,
    then as the lessons come."""
    with reading(data) as connection:
        used = lesson_requests(connection, language)
    return {
        (want.lesson, want.content_type): (
            -used[want.lesson].requests if want.lesson in used else 0,
            -want.usage_count,
            number,
        )
        for number, want in enumerate(desired)
    }


def documents(
    data: sa.Engine,
    desired: Iterable[DesiredContent],
    statuses: Collection[str] = LESSONS,
    slugs: Slugs = Slugs.AUTO,
) -> Iterator[tuple[DesiredContent, "Document"]]:
    """The content of each as it is now, in no particular order; what has none that can be used is left out,
    for the preload reports it. `slugs` matter where they are put together again."""
    by_place = {(want.lesson, want.content_type): want for want in desired}
    with reading(data) as connection:
        for lesson, content_type, found in content_data(connection, by_place, statuses):
            want = by_place[lesson, content_type]
            try:
                if isinstance(found, dict):
                    yield (
                        want,
                        of_contents.document.document(
                            content_type, found, tag_of(want.source_language), slugs
                        ),
                    )
            except InputError:
                continue


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


def manifest_entry(
    want: DesiredContent,
    language: str,
    stored: StoredObject,
    at: datetime,
    *,
    recipe: str = "",
    origin: Origin = Origin.ADOPTED,
    structure: str = "",
    segments: tuple[StoredSegment, ...] | None = None,
    replaced: str = "",
) -> ManifestEntry:
    """What the manifest says of an object; unless told otherwise, of one that someone else put there."""
    return ManifestEntry(
        stored.key,
        language,
        want.lesson,
        want.content_type,
        want.source_hash,
        recipe,
        stored.etag,
        stored.size,
        origin,
        at,
        structure,
        segments,
        replaced,
    )
