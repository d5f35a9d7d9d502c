"""Objects of a listing as the retention plan takes them."""

from dataclasses import replace

from langassets.retention.plan import ArchivedObject, LessonObject, Ownership
from langassets.storage import keys
from langassets.storage.keys import LessonKey
from langassets.storage.store import StoredObject
from langassets.tiering.language_keys import LanguageKeys
from langassets.translation.freshness import Known


def lesson_object(found: StoredObject, lesson: LessonKey, known: Known | None) -> LessonObject:
    """A lesson object, and whose it is by what the manifest knows of it."""
    if known is None or known.adopted:
        ownership = Ownership.FOREIGN
    else:
        ours = known.etag == found.etag and not known.edited
        ownership = Ownership.OURS if ours else Ownership.EDITED
    # What a backup brought back is as old as it was, though storage dates it by that day.
    as_stored = known.stored_at if known and known.etag == found.etag else None
    return LessonObject(
        found.key,
        lesson.language,
        lesson.lesson,
        lesson.content_type,
        found.size,
        found.etag,
        min(found.updated_at, as_stored or found.updated_at),
        ownership,
        known.source_hash if known else "",
    )


def archived_object(found: StoredObject, keys_of: LanguageKeys) -> ArchivedObject | None:
    """An object below the archive, as one of the code that its language is kept under; None where its key is
    none that langassets archives under."""
    parsed = keys.parse_archived(found.key)
    if parsed is None:
        return None
    lesson, archived_at = parsed
    lesson = replace(lesson, language=keys_of.kept_as(lesson.language))
    return ArchivedObject(
        found.key, lesson.key, lesson.language, lesson.lesson, found.size, found.etag, archived_at
    )
