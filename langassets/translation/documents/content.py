"""Which strings of a lesson's content a reader reads, for each content type, and the rest left alone.

The table names keys, at whatever depth they stand: mind maps and slides nest as they like. A list below
such a key holds more of the same (`skills`, `bullets`), and so does an object that only numbers
(`options`). Addresses, ids, hashes, enumerations and code are what the table does not name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from langassets.errors import InputError
from langassets.locales import english_name, is_language_code, same_language

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value: `("nodes", 0, "data", "label")`."""

_MARKDOWN, _PLAIN = True, False

# What a reader reads under these keys is the same thing in every content that has them. The shapes are
# those of the application's `content_data` and of what its generators nest below them.
_LABEL_KEYS = """
    title subtitle heading subheading label caption alt tooltip topic topic_title topicTitle skills
"""
_BODY_KEYS = """
    text content body description summary explanation details note notes speakerNotes speaker_notes
    bullets bulletPoints bullet_points points paragraphs
"""
# What is right is told by an option's own words as often as by its letter: both change, or neither.
_QUIZ_KEYS = """
    question answer answers options choices correct correctAnswer correct_answer correctAnswers
    correct_answers solution feedback transcript
"""
_LABELS = dict.fromkeys(_LABEL_KEYS.split(), _PLAIN)
_BODIES = dict.fromkeys(_BODY_KEYS.split(), _MARKDOWN)
TRANSLATED: Mapping[str, Mapping[str, bool]] = {
    "text": {**_LABELS, **_BODIES},
    "text_audio": {**_LABELS, **_BODIES},
    "code": {**_LABELS, "explanation": _MARKDOWN, "description": _MARKDOWN, "summary": _MARKDOWN},
    "presentation": {**_LABELS, **_BODIES},
    "audio": {**_LABELS, "description": _MARKDOWN, "transcript": _MARKDOWN},
    "mind_map": {**_LABELS, **_BODIES, "name": _PLAIN},
    "avatar_video": {**_LABELS, "script": _PLAIN, "description": _MARKDOWN, "transcript": _MARKDOWN},
}
"""For each content type, the keys whose strings are translated, and whether they are Markdown."""

_ANYWHERE: Mapping[str, bool] = {
    **_LABELS,
    **_BODIES,
    **dict.fromkeys(("script", "hint", "placeholder"), _PLAIN),
    **dict.fromkeys(_QUIZ_KEYS.split(), _MARKDOWN),
}
"""The same for a type that is not in the table; a whole sentence under another key is translated too."""

# Keys that only number what they hold: `{"options": {"A": …, "B": …}}` says what a list of two does.
_NUMBERING = re.compile(r"(?:[A-Za-z]|(?:option|choice|answer)?_?\d{1,2})\Z")

# Below these, nothing is prose, whatever it is called: they draw, they run, or they describe a file.
_CLOSED = frozenset(
    {"style", "styles", "position", "size", "viewport", "code", "snippet", "settings", "voice"}
)
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
    table = TRANSLATED.get(content_type)
    found: list[TranslatableString] = []

    def note(path: Path, text: str, _parent: Mapping[str, object]) -> str:
        markdown = _is_markdown(path, _ANYWHERE if table is None else table)
        if markdown is None and table is None and _is_sentence(text):
            markdown = _PLAIN
        if markdown is not None and _CLOSED.isdisjoint(path) and _is_readable(text):
            found.append(TranslatableString(path, text, markdown))
        return text

    _with_strings(data, note, (), data)
    return found


def rebuild(
    data: Mapping[str, object],
    translated: Mapping[Path, str],
    target_language: str,
    source_language: str = "en",
) -> dict[str, object]:
    """A new content: `translated` strings in place, the target named as its language, the rest as it was.

    `language` and the like change only where they name the source's language, so that `"python"` stays,
    and never beside a `code`. Keys keep their order. Raises InputError as `strings_of` does.
    """

    def changed(path: Path, text: str, parent: Mapping[str, object]) -> str:
        if path in translated or path[-1] not in _LANGUAGE_KEYS or "code" in parent:
            return translated.get(path, text)
        return _language_named(text, source_language, target_language)

    return {key: _with_strings(value, changed, (key,), data) for key, value in data.items()}


def _with_strings(
    value: object,
    change: Callable[[Path, str, Mapping[str, object]], str],
    path: Path,
    parent: Mapping[str, object],
) -> object:
    """A copy of `value`, each string in it as `change` makes it of its path, itself and the object around."""
    if len(path) > _MAX_DEPTH:
        raise InputError(
            f"a content nested more than {_MAX_DEPTH} levels deep cannot be a lesson; check how it was made"
        )
    if isinstance(value, str):
        return change(path, value, parent)
    if isinstance(value, Mapping):
        return {key: _with_strings(item, change, (*path, key), value) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_strings(item, change, (*path, index), parent) for index, item in enumerate(value)]
    return value


def _is_markdown(path: Path, table: Mapping[str, bool]) -> bool | None:
    """How the table says to read what stands at `path`; None: not at all."""
    markdown: bool | None = None
    for key in path:
        if isinstance(key, str):
            markdown = table.get(key, markdown if _NUMBERING.match(key) else None)
    return markdown


def _language_named(text: str, source: str, target: str) -> str:
    """The target where `text` names the source, by code or in English; `text` elsewhere."""
    for written in (str, str.lower, str.upper):
        if text == written(english_name(source)):
            return written(english_name(target))
    return target if is_language_code(text) and same_language(text, source) else text


_ADDRESS = re.compile(
    r"(?:[A-Za-z][\w+.-]*://\S*|(?:mailto|tel|data|urn):\S+|[.~]?/\S+|\S+/\S+\.\w+|\S+@\S+\.\S+)\Z"
)
_TOKEN = re.compile(
    r"[0-9a-fA-F-]{16,}\Z|[A-Za-z0-9+/_=-]{40,}\Z|[A-Za-z0-9]*_[A-Za-z0-9_]*\Z|[A-Za-z]\Z|true\Z|false\Z"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_MACHINE = re.compile(r"[{}<>;=|\\]|://|\w\(|\d{1,2}:\d{2}")
_SENTENCE = 5


def _is_readable(text: str) -> bool:
    """Whether there is a word in it, and it is no address, identifier, hash, letter or truth value."""
    stripped = text.strip()
    if not any(character.isalpha() for character in stripped):
        return False
    return not (_ADDRESS.match(stripped) or _TOKEN.match(stripped))


def _is_sentence(text: str) -> bool:
    """Whether a string of unknown meaning can only be prose: five words and nothing that machines write."""
    return len(_WORD.findall(text[:1000])) >= _SENTENCE and not _MACHINE.search(text)
