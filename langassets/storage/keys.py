"""Object keys: the only place that knows where a lesson lies and where its archived copies go.

    {language}/lessons/{lesson}/{content_type}.json                   a lesson, as the application reads it
    archive/{language}/lessons/{lesson}/{content_type}.{time}.json    the same, put aside at that time

The bucket holds the application's media too: whatever does not parse here is none of langassets' business.
The time is in the archived key because a store's own dates do not survive a move alike everywhere. It
keeps archivings of one lesson at different times apart and, since it sorts as text, in order of time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from langassets.errors import InvalidKeyError
from langassets.locales import is_language_code

ARCHIVE_PREFIX = "archive/"

_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")
_LESSON = re.compile(r"(?P<language>[^/]+)/lessons/(?P<lesson>[^/]+)/(?P<content_type>[^/.]+)\.json\Z")
_ARCHIVED = re.compile(r"archive/(?P<path>.+)\.(?P<time>[0-9]{8}T[0-9]{12}Z)\.json\Z")
_TIME = "%Y%m%dT%H%M%S%fZ"

# The characters that supabase/storage takes in a key (its `isValidKey`), so that every store takes the same.
_ALLOWED = re.compile(r"[A-Za-z0-9_/!.*'() &$=@;:+,?-]+\Z")
_SEGMENT_BYTES = 255  # a file name's limit on most file systems, and supabase/storage's file backend's
_KEY_BYTES = 1024  # S3's limit


@dataclass(frozen=True, slots=True, order=True)
class LessonKey:
    """One lesson in one language and of one content type.

    Raises `InvalidKeyError` where a part cannot stand in a key. `language` is the
    application's own code (`iw`, `zh_CN`), not a BCP-47 tag.
    """

    language: str
    lesson: str
    content_type: str

    def __post_init__(self) -> None:
        _check_language(self.language)
        for label, name in (("lesson id", self.lesson), ("content type", self.content_type)):
            if not _NAME.match(name):
                raise InvalidKeyError(
                    f"{name[:120]!r} cannot be a {label} in storage: it takes 1 to 100 of the letters"
                    " A-Z a-z, digits, '_' and '-'; rename it where it comes from"
                )

    @property
    def key(self) -> str:
        """The object's key in the bucket."""
        return below(lessons_prefix(self.language), self.lesson, self.content_type)


def below(prefix: str, lesson: str, content_type: str) -> str:
    """The key of a content whose names `LessonKey` takes, below its language's `lessons_prefix`."""
    return f"{prefix}{lesson}/{content_type}.json"


def lessons_prefix(language: str) -> str:
    """What the keys of all lessons in `language` start with, and no other keys."""
    _check_language(language)
    return f"{language}/lessons/"


def archive_prefix(language: str) -> str:
    """What the keys of all archived lessons in `language` start with, and no other keys."""
    return f"{ARCHIVE_PREFIX}{lessons_prefix(language)}"


def parse(key: str) -> LessonKey | None:
    """The lesson that an object's key stands for; None for media, archived lessons and anything else."""
    match = _LESSON.match(key)
    if match is None:
        return None
    try:
        return LessonKey(**match.groupdict())
    except InvalidKeyError:
        return None


def language_of(key: str) -> str | None:
    """The language code of a lesson's key or an archived one's; None for any other key."""
    found = parse_archived(key)
    lesson = found[0] if found else parse(key)
    return lesson.language if lesson else None


def prefix_of(key: str) -> str:
    """By what the object at `key` is listed: its language's prefix, or that of the language's archive.

    Raises ValueError for a key that names no language.
    """
    language = language_of(key)
    if language is None:
        raise ValueError(f"{key!r} names no language")
    return archive_prefix(language) if parse_archived(key) else lessons_prefix(language)


def archived(lesson: LessonKey, at: datetime) -> str:
    """The key to move a lesson to that is archived at the time `at` (which must carry its zone).

    Archiving one lesson twice in the same microsecond gives the same key; `ContentStore.move` then
    refuses the second, so that nothing is lost.
    """
    if at.tzinfo is None:
        raise ValueError("the time of archiving must carry its zone")
    utc = at.astimezone(UTC)  # and not %Y, which does not pad years below 1000 on every platform
    return f"{ARCHIVE_PREFIX}{lesson.key.removesuffix('.json')}.{utc.year:04}{utc:%m%dT%H%M%S%fZ}.json"


def parse_archived(key: str) -> tuple[LessonKey, datetime] | None:
    """The lesson and the time (UTC) that an archived key stands for; None for any other key."""
    match = _ARCHIVED.match(key)
    lesson = parse(f"{match['path']}.json") if match else None
    if match is None or lesson is None:
        return None
    try:
        return lesson, datetime.strptime(match["time"], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def is_key(key: str) -> bool:
    """Whether every store takes this key as it is."""
    return _problem_of(key) is None


def check_key(key: str) -> str:
    """`key` itself; `InvalidKeyError` where one of the stores would refuse or rewrite it."""
    problem = _problem_of(key)
    if problem:
        raise InvalidKeyError(f"{key[:200]!r} cannot be an object's key: {problem}")
    return key


def check_prefix(prefix: str) -> str:
    """`prefix` itself where it is empty or a key's parts with `/` behind each; else `InvalidKeyError`."""
    if prefix:
        check_key(prefix.removesuffix("/"))
        if not prefix.endswith("/"):
            raise InvalidKeyError(
                f"the prefix {prefix[:200]!r} must end with '/': 'he' would find 'heb/' too"
            )
    return prefix


def _problem_of(key: str) -> str | None:
    segments = key.split("/")
    if not _ALLOWED.match(key):
        return "it is empty or holds a character that storage refuses"
    if len(key) > _KEY_BYTES or any(len(part) > _SEGMENT_BYTES for part in segments):
        return f"it is longer than {_KEY_BYTES} bytes, or a part of it than {_SEGMENT_BYTES}"
    if "" in segments:
        return "it starts or ends with '/', or holds '//'"
    if any(part.startswith(".") for part in segments):
        return "a part of it starts with a dot"
    return None


@lru_cache(maxsize=1024)
def _check_language(language: str) -> None:
    if not is_language_code(language) or language.casefold() == ARCHIVE_PREFIX.removesuffix("/"):
        raise InvalidKeyError(
            f"{language[:120]!r} cannot be a language in storage:"
            " expected a code like 'he', 'pt-BR' or 'zh_CN'"
        )
