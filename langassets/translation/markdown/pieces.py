"""What a text is cut into: stretches that hold one segment or several, and how they are written again."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from langassets.errors import InputError
from langassets.translation.markdown.escaping import TAG, Context, escaped
from langassets.translation.markdown.inline import Part
from langassets.translation.markdown.marks import flanked
from langassets.translation.markdown.patterns import Syntax
from langassets.translation.types import Segment, Wording

Translation = str | Wording


class Piece(Protocol):
    """A stretch of the source, which the translations of its segments replace."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def slots(self) -> "tuple[Slot, ...]":
        """One for each of its segments, in order."""

    @property
    def outline(self) -> Sequence[str]:
        """What stands between its segments, where that is no part of them."""

    def written(self, source: str, translations: Sequence[Translation]) -> str:
        """What to write between `start` and `end`; as it was where each translation is its segment's text.
        InputError where that cannot be."""

    def moved(self, by: int) -> "Piece":
        """The same in a source that has so many characters more before it."""


class Slot(NamedTuple):
    """A segment, the stretch of the source that its translation replaces, and what surrounds it."""

    start: int
    end: int
    segment: Segment
    parts: tuple[Part, ...]
    context: Context
    write: Callable[[str], str] | None = None
    """How a value is written, quotes and all."""
    within: "tuple[Inset, ...]" = ()
    """Segments of their own in the protected parts, in order: an attribute of a tag, a branch of an argument
    of ICU MessageFormat."""
    in_language: Callable[[str], Callable[[str], str]] | None = None
    """How it is written in a language, where that is more than its translation."""

    @property
    def slots(self) -> "tuple[Slot, ...]":
        if not self.within:
            return (self,)
        return (self, *(slot for inset in self.within for slot in inset.slot.slots))

    @property
    def outline(self) -> Sequence[str]:
        return ()

    def written(self, source: str, translations: Sequence[Translation]) -> str:
        own, *others = translations
        if not self.within:
            is_same = _is_same(self.segment, own)
            return source[self.start : self.end] if is_same else self._written(own, self.parts)
        within = [inset.slot for inset in self.within]
        if _is_same(self.segment, own):
            return "".join(joined(source, within, split(within, others), self.start, self.end))
        values = [
            inset.written(source, one) for inset, one in zip(self.within, split(within, others), strict=True)
        ]
        return self._written(
            own, [self._filled(index, part, values) for index, part in enumerate(self.parts)]
        )

    def _written(self, own: Translation, parts: Sequence[Part]) -> str:
        return self.render_wording(own, parts) if isinstance(own, Wording) else self._render(own, parts)

    def moved(self, by: int) -> "Slot":
        within = tuple(inset._replace(slot=inset.slot.moved(by)) for inset in self.within)
        return self._replace(start=self.start + by, end=self.end + by, within=within)

    def render_wording(self, wording: Wording, parts: Sequence[Part] | None = None) -> str:
        """What to write for what a person wrote, with whichever parts they want in it."""
        numbers = list(dict.fromkeys(map(int, TAG.findall(wording.text))))
        renumbered = {number: place for place, number in enumerate(numbers, 1)}
        text = TAG.sub(lambda tag: f"<x{renumbered[int(tag[1])]}/>", wording.text)
        known = self.parts if parts is None else parts
        return self._render(text, [_part(number, wording, known) for number in numbers])

    def _render(self, translation: str, parts: Sequence[Part]) -> str:
        if self.context.syntax is Syntax.MARKDOWN:
            translation = flanked(self.segment.text, translation)
        text = escaped(translation, parts, self.context)
        return self.write(text) if self.write else text

    def _filled(self, index: int, part: Part, values: Sequence[str | None]) -> Part:
        """A part with the translations of what is within it."""
        pieces, position = [], 0
        for inset, value in zip(self.within, values, strict=True):
            if inset.part == index and value is not None:
                pieces += [part.text[position : inset.start], value]
                position = inset.end
        return Part(part.start, part.end, part.kind, "".join([*pieces, part.text[position:]]))


class Inset(NamedTuple):
    """A segment within a protected part of another: the number of the part, and the stretch of its text."""

    part: int
    start: int
    end: int
    slot: Slot

    def written(self, source: str, translations: Sequence[Translation]) -> str | None:
        """What stands there, None for what stood there."""
        pairs = zip(self.slot.slots, translations, strict=True)
        is_same = all(_is_same(slot.segment, translation) for slot, translation in pairs)
        return None if is_same else self.slot.written(source, translations)


class Embedded(NamedTuple):
    """A text of its own in one value of another, of several lines: its segments stand in `text`."""

    start: int
    end: int
    text: str
    pieces: tuple[Piece, ...]
    write: Callable[[str], str]

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(slot for piece in self.pieces for slot in piece.slots)

    @property
    def outline(self) -> Sequence[str]:
        return between(self.text, self.pieces)

    def written(self, source: str, translations: Sequence[Translation]) -> str:
        pairs = zip(self.slots, translations, strict=True)
        if all(_is_same(slot.segment, translation) for slot, translation in pairs):
            return source[self.start : self.end]
        return self.write("".join(joined(self.text, self.pieces, split(self.pieces, translations))))

    def moved(self, by: int) -> "Embedded":
        return self._replace(start=self.start + by, end=self.end + by)


def localized(piece: Piece, language: str) -> Piece:
    """The same, which is written for a language."""
    if isinstance(piece, Embedded):
        return piece._replace(pieces=tuple(localized(one, language) for one in piece.pieces))
    return _slot_localized(piece, language) if isinstance(piece, Slot) else piece


def _slot_localized(slot: Slot, language: str) -> Slot:
    if slot.in_language:
        return slot._replace(write=slot.in_language(language))
    within = tuple(one._replace(slot=_slot_localized(one.slot, language)) for one in slot.within)
    return slot._replace(within=within) if within else slot


def split(pieces: Sequence[Piece], translations: Sequence[Translation]) -> Iterator[Sequence[Translation]]:
    """`translations`, one for each segment, by the piece that each belongs to."""
    start = 0
    for piece in pieces:
        count = len(piece.slots)
        yield translations[start : start + count]
        start += count


def joined(
    source: str,
    pieces: Sequence[Piece],
    translations: "Iterator[Sequence[Translation]] | Sequence[Sequence[Translation]]",
    start: int = 0,
    end: int | None = None,
) -> Iterator[str]:
    """A source, or a stretch of it, with `translations` in the places of `pieces`."""
    for piece, own in zip(pieces, translations, strict=True):
        yield source[start : piece.start]
        yield piece.written(source, own)
        start = piece.end
    yield source[start:end]


def between(source: str, pieces: Sequence[Piece]) -> list[str]:
    """What stands around the segments of a source, in order."""
    found, position = list[str](), 0
    for piece in pieces:
        found += [source[position : piece.start], *piece.outline]
        position = piece.end
    return [*found, source[position:]]


def _is_same(segment: Segment, translation: Translation) -> bool:
    own = Wording(segment.text) if isinstance(translation, Wording) else segment.text
    return translation == own


def _part(number: int, wording: Wording, parts: Sequence[Part]) -> Part:
    own = wording.parts.get(number)
    if own is not None:
        return Part(0, 0, "hard" if "\n" in own else "own", own)
    if not 0 < number <= len(parts):
        raise InputError(f"<x{number}/> stands for nothing in this segment: remove it")
    return parts[number - 1]
