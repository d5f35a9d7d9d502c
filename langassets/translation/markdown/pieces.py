"""What a text is cut into: stretches that hold one segment or several, and how they are written again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from langassets.errors import InputError
from langassets.translation.markdown.escaping import TAG, Context, escaped
from langassets.translation.markdown.inline import Part
from langassets.translation.markdown.marks import flanked
from langassets.translation.markdown.patterns import Syntax
from langassets.translation.types import Segment, Wording

Translation = str | Wording


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
        """One for each segment, in order."""
        if not self.within:
            return (self,)
        return (self, *(slot for inset in self.within for slot in inset.slot.slots))

    def written(self, source: str, translations: Sequence[Translation]) -> str:
        """What to write between `start` and `end`; as it was where each translation is its segment's text.
        InputError where that cannot be."""
        own, *others = translations
        slots = [inset.slot for inset in self.within]
        if _is_same(self, own):
            return joined(source, slots, others, self.start, self.end)
        parts = self.parts
        if slots:
            values = [
                None if all(map(_is_same, slot.slots, said)) else slot.written(source, said)
                for slot, said in split(slots, others)
            ]
            parts = tuple(self._filled(index, part, values) for index, part in enumerate(parts))
        return self.render_wording(own, parts) if isinstance(own, Wording) else self._render(own, parts)

    def moved(self, by: int) -> "Slot":
        """The same in a source that has so many characters more before it."""
        within = tuple(inset._replace(slot=inset.slot.moved(by)) for inset in self.within)
        return self._replace(start=self.start + by, end=self.end + by, within=within)

    def localized(self, language: str) -> "Slot":
        """The same, which is written for a language."""
        if self.in_language:
            return self._replace(write=self.in_language(language))
        return self._replace(
            within=tuple(one._replace(slot=one.slot.localized(language)) for one in self.within)
        )

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
        """A part with the translations of what is within it; None for what stays as it stood."""
        insets = zip(self.within, values, strict=True)
        own = (
            (one.start, one.end, value) for one, value in insets if one.part == index and value is not None
        )
        return part._replace(text=replaced(part.text, own))


class Inset(NamedTuple):
    """A segment within a protected part of another: the number of the part, and the stretch of its text."""

    part: int
    start: int
    end: int
    slot: Slot


class Embedded(NamedTuple):
    """A text of its own in one value of another, of several lines: its segments stand in `text`."""

    start: int
    end: int
    text: str
    pieces: tuple[Slot, ...]
    write: Callable[[str], str]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """As in `Slot`."""
        return tuple(slot for piece in self.pieces for slot in piece.slots)

    def written(self, source: str, translations: Sequence[Translation]) -> str:
        """As in `Slot`."""
        if all(map(_is_same, self.slots, translations)):
            return source[self.start : self.end]
        return self.write(joined(self.text, self.pieces, translations))

    def moved(self, by: int) -> "Embedded":
        """As in `Slot`."""
        return self._replace(start=self.start + by, end=self.end + by)

    def localized(self, language: str) -> "Embedded":
        """As in `Slot`."""
        return self._replace(pieces=tuple(piece.localized(language) for piece in self.pieces))


Piece = Slot | Embedded
"""A stretch of the source, which the translations of its segments replace."""


def split(
    pieces: Sequence[Piece], translations: Sequence[Translation]
) -> Iterator[tuple[Piece, Sequence[Translation]]]:
    """Each piece with those of the `translations`, one for each segment, that are its own."""
    start = 0
    for piece in pieces:
        count = len(piece.slots)
        yield piece, translations[start : start + count]
        start += count


def joined(
    source: str,
    pieces: Sequence[Piece],
    translations: Sequence[Translation],
    start: int = 0,
    end: int | None = None,
) -> str:
    """A source, or a stretch of it, with `translations`, one for each segment, in the places of `pieces`."""
    every = split(pieces, translations)
    return replaced(
        source, ((piece.start, piece.end, piece.written(source, own)) for piece, own in every), start, end
    )


def replaced(
    text: str, changes: Iterable[tuple[int, int, str]], start: int = 0, end: int | None = None
) -> str:
    """A text, or a stretch of it, with others in the places of some of its stretches: `changes` are the
    starts and ends of these, as for a slice and in order, and what stands there then."""
    pieces: list[str] = []
    for first, last, new in changes:
        pieces += [text[start:first], new]
        start = last
    return "".join([*pieces, text[start:end]])


def between(source: str, pieces: Sequence[Piece]) -> list[str]:
    """What stands around the segments of a source, in order."""
    found, position = list[str](), 0
    for piece in pieces:
        found.append(source[position : piece.start])
        if isinstance(piece, Embedded):
            found += between(piece.text, piece.pieces)
        position = piece.end
    return [*found, source[position:]]


def _is_same(slot: Slot, translation: Translation) -> bool:
    own = slot.segment.text
    return translation == (Wording(own) if isinstance(translation, Wording) else own)


def _part(number: int, wording: Wording, parts: Sequence[Part]) -> Part:
    own = wording.parts.get(number)
    if own is not None:
        return Part(0, 0, "hard" if "\n" in own else "own", own)
    if not 0 < number <= len(parts):
        raise InputError(f"<x{number}/> stands for nothing in this segment: remove it")
    return parts[number - 1]
