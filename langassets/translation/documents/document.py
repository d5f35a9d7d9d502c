"""A lesson's content as the engine sees it: the distinct texts to translate, and the way back."""

import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from langassets.errors import InputError
from langassets.locales import same_language, tag_of
from langassets.translation.documents.content import Path, rebuild, strings_of
from langassets.translation.documents.segments import SegmentedText, segment_text
from langassets.translation.markdown.anchors.slugs import Slugs
from langassets.translation.types import Segment, Wording
from langassets.wording import counted

LINKED_HEADINGS = "linked_headings"
"""The key of a content under which an import notes them."""
TRANSLATE_ALSO = "translate_also"
"""The key of a content that lists what else of its Markdown is translated: an `Also`, or `attribute:` and the
name of one of components. An import notes it."""


@dataclass(frozen=True)
class Document:
    """One content of one lesson, cut into segments."""

    data: Mapping[str, object] = field(repr=False)
    source_language: str
    parts: tuple[tuple[Path, SegmentedText], ...] = field(repr=False)
    slugs: Slugs = Slugs.AUTO

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """One segment for each distinct text, in order of first appearance, as in `texts`."""
        return self.segments_beyond(())

    @cached_property
    def placed(self) -> tuple[Segment, ...]:
        """The segment at each place, in order; a text that occurs twice is there twice."""
        return tuple(segment for _, part in self.parts for segment in part.segments)

    @property
    def texts(self) -> tuple[str, ...]:
        """The distinct texts to translate, in order of first appearance."""
        return tuple(segment.text for segment in self.segments)

    def segments_beyond(self, worded: Container[int]) -> tuple[Segment, ...]:
        """One segment for each distinct text that stands at other places too than those that are `worded`."""
        found: dict[str, Segment] = {}
        for place, segment in enumerate(self.placed):
            if place not in worded:
                found.setdefault(segment.text, segment)
        return tuple(found.values())

    def rebuild(
        self,
        translations: Mapping[str, str],
        target_language: str,
        wordings: Mapping[int, Wording] = MappingProxyType({}),
    ) -> dict[str, object]:
        """A new content with each text replaced by its translation, or by what `wordings` have for its place;
        `target_language` named as its language. In another language than the source's, headings that links
        lead to keep their ids.

        Raises InputError when a text has no translation, or a translation lacks a protected part.
        """
        tag = tag_of(target_language)
        every = self._anchored(target_language)._worded(translations, wordings)
        translated = {path: part.rebuild(worded, tag) for path, part, worded in every}
        return rebuild(self.data, translated, target_language, self.source_language)

    def written(
        self,
        translations: Mapping[str, str],
        target_language: str,
        wordings: Mapping[int, Wording] = MappingProxyType({}),
    ) -> list[str]:
        """What `rebuild` writes at each place, as Markdown where that is what stands there. Raises as it
        does."""
        tag = tag_of(target_language)
        every = self._worded(translations, wordings)
        return [one for _, part, worded in every for one in part.written(worded, tag)]

    def localized(self, language: str) -> "Document":
        """The same as it is put together in a `language`: that named as its language, and anchors for what
        links lead to."""
        there = self._anchored(language)
        texts = {path: part.source for path, part in there.parts}
        return replace(there, data=rebuild(self.data, texts, language, self.source_language))

    def _anchored(self, language: str) -> "Document":
        if self.slugs is Slugs.OFF or same_language(language, self.source_language):
            return self
        return self._with_anchors

    @cached_property
    def _with_anchors(self) -> "Document":
        linked = linked_headings(self.data)
        return replace(
            self, parts=tuple((path, part.anchored(linked, self.slugs)) for path, part in self.parts)
        )

    def _worded(
        self, translations: Mapping[str, str], wordings: Mapping[int, Wording]
    ) -> Iterator[tuple[Path, SegmentedText, list[str | Wording]]]:
        """Each text with what is to stand at its places."""
        start = 0
        for path, part in self.parts:
            places = list(enumerate(part.segments, start))
            start += len(places)
            missing = [
                one.text for place, one in places if place not in wordings and one.text not in translations
            ]
            if missing:
                have = counted(len(missing), "segment has", "segments have")
                raise InputError(f"{have} no translation, the first is {missing[0][:60]!r}")
            every = [
                wordings[place] if place in wordings else translations[one.text] for place, one in places
            ]
            yield path, part, every


def linked_headings(data: Mapping[str, object]) -> list[str]:
    """The fragments by which other lessons link to headings of a content, as an import noted them in it."""
    found = data.get(LINKED_HEADINGS)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def document(
    content_type: str, data: Mapping[str, object], source_language: str = "en", slugs: Slugs = Slugs.AUTO
) -> Document:
    """A content's JSON, ready to be translated from `source_language`; its links go by these `slugs`.

    Raises InputError when it is nested deeper than any lesson is.
    """
    strings = strings_of(content_type, data)
    named = data.get(TRANSLATE_ALSO)
    also = [str(kind) for kind in named] if isinstance(named, list) else []
    parts = tuple(
        (string.path, segment_text(string.text, markdown=string.markdown, also=also)) for string in strings
    )
    return Document(data, source_language, parts, slugs)


def read_document(content_type: str, body: bytes, language: str) -> Document | None:
    """An object's own JSON, cut into segments as its lesson is; None where it is no such thing."""
    try:
        data = json.loads(body)
        return document(content_type, data, language) if isinstance(data, dict) else None
    except (ValueError, RecursionError, InputError):
        return None


def body_of(data: Mapping[str, object]) -> bytes:
    """A lesson's JSON as the application reads it: UTF-8, in the order of its source, without spaces.

    Raises `InputError` where it holds half a character (a lone surrogate), which UTF-8 cannot say.
    """
    try:
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise InputError(
            "the content holds half a character (a lone surrogate): correct it where it was written"
        ) from None
