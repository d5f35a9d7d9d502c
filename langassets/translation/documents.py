"""Which strings of a lesson's content a reader reads, for each content type, and the rest left alone.

The table names keys, at whatever depth they stand: mind maps and slides nest as they like. A list below
such a key holds more of the same (`skills`, `bullets`). Addresses, ids, hashes, enumerations and code are
what the table does not name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from langassets.errors import InputError
from langassets.locales import english_name, is_language_code, same_language

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value: `("nodes", 0, "data", "label")`."""


class Prose(Enum):
    """How a string is read."""

    MARKDOWN = "markdown"
    PLAIN = "plain"


_MARKDOWN = Prose.MARKDOWN
_PLAIN = Prose.PLAIN

# Shapes of `content_data`: docs of the application that is read, and what its generators emit.
_LABEL_KEYS = """
    label title subtitle heading subheading name topic topic_title topicTitle skills caption tooltip
"""
_BODY_KEYS = """
    text content body description summary explanation details note notes speakerNotes speaker_notes
    bullets bulletPoints bullet_points points paragraphs
"""
_LABELS = dict.fromkeys(_LABEL_KEYS.split(), _PLAIN)
_BODIES = dict.fromkeys(_BODY_KEYS.split(), _MARKDOWN)
TRANSLATED: Mapping[str, Mapping[str, Prose]] = {
    "text": {"text": _MARKDOWN, "title": _PLAIN, "topic_title": _PLAIN},
    "text_audio": {"text": _MARKDOWN, "title": _PLAIN, "topic_title": _PLAIN},
    "code": {"explanation": _MARKDOWN, "title": _PLAIN, "description": _MARKDOWN, "topic_title": _PLAIN},
    "presentation": {**_LABELS, **_BODIES},
    "audio": {"transcript": _MARKDOWN, "title": _PLAIN, "description": _MARKDOWN},
    "mind_map": {**_LABELS, **_BODIES},
    "avatar_video": {"script": _PLAIN, "title": _PLAIN, "description": _MARKDOWN, "topic_title": _PLAIN},
}
# A type that is not in the table: what reads as prose under a key that nowhere means anything else.
_ANYWHERE: Mapping[str, Prose] = {
    **_LABELS,
    **_BODIES,
    "script": _PLAIN,
    "transcript": _MARKDOWN,
    "question": _MARKDOWN,
    "answer": _MARKDOWN,
    "answers": _MARKDOWN,
    "options": _MARKDOWN,
    "hint": _MARKDOWN,
    "feedback": _MARKDOWN,
}

# Below these, nothing is prose, whatever it is called: they draw, they run, or they describe a file.
_CLOSED = frozenset({"style", "styles", "position", "size", "viewport", "code", "snippet", "settings"})
_LANGUAGE_KEYS = frozenset({"language", "lang", "locale", "language_code", "languageCode"})
_MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class TranslatableString:
    """One string of a content that a reader reads."""

    path: Path
    text: str
    markdown: bool


def strings_of(content_type: str, data: Mapping[str, object]) -> list[TranslatableString]:
    """The strings to translate in a content's JSON, in the order in which they stand.

    Raises InputError for a content nested deeper than any lesson is.
    """
    return list(_strings(data, (), TRANSLATED.get(content_type, _ANYWHERE), None))


def rebuild(
    content_type: str,
    data: Mapping[str, object],
    translated: Mapping[Path, str],
    target_language: str,
    source_language: str = "en",
) -> dict[str, object]:
    """A new content: `translated` strings in place, the target named as its language, the rest as it was.

    `language` and the like change only where they name the source's language, so that `"python"` stays,
    and never beside a `code`. Keys keep their order. Raises InputError as `strings_of` does.
    """
    languages = {
        source_language: target_language,
        english_name(source_language): english_name(target_language),
    }
    return {key: _rebuilt(value, (key,), translated, languages, data) for key, value in data.items()}


def _strings(
    value: object, path: Path, table: Mapping[str, Prose], prose: Prose | None
) -> Iterator[TranslatableString]:
    _not_too_deep(path)
    if isinstance(value, str):
        if prose and _is_readable(value):
            yield TranslatableString(path, value, prose is Prose.MARKDOWN)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _CLOSED or isinstance(item, str):
                yield from _strings(item, (*path, key), table, table.get(key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _strings(item, (*path, index), table, prose)


_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:(?://)?\S*|[./~]?[\w@-]*/\S*|\S+@\S+\.\S+)\Z")
_TOKEN = re.compile(r"[0-9a-fA-F-]{16,}\Z|[A-Za-z0-9+/_=-]{40,}\Z")


def _is_readable(text: str) -> bool:
    """Whether there is a word in it, and it is not an address, an identifier or a hash."""
    stripped = text.strip()
    if not any(character.isalpha() for character in stripped):
        return False
    return not (_ADDRESS.match(stripped) or _TOKEN.match(stripped))


def _rebuilt(
    value: object,
    path: Path,
    translated: Mapping[Path, str],
    languages: Mapping[str, str],
    parent: Mapping[str, object],
) -> object:
    _not_too_deep(path)
    if isinstance(value, str):
        if path in translated:
            return translated[path]
        return _language(value, languages) if path[-1] in _LANGUAGE_KEYS and "code" not in parent else value
    if isinstance(value, Mapping):
        return {
            key: _rebuilt(item, (*path, key), translated, languages, value) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [
            _rebuilt(item, (*path, index), translated, languages, parent) for index, item in enumerate(value)
        ]
    return value


def _language(value: str, languages: Mapping[str, str]) -> str:
    (source, target), (source_name, target_name) = languages.items()
    if value.casefold() == source_name.casefold():
        return target_name
    return target if is_language_code(value) and same_language(value, source) else value


def _not_too_deep(path: Path) -> None:
    if len(path) > _MAX_DEPTH:
        raise InputError(
            f"a content nested more than {_MAX_DEPTH} levels deep cannot be a lesson; check how it was made"
        )
