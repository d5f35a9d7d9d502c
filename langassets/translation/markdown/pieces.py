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

    def written(self, source: str, translations: Sequence[Translation], language: str | None = None) -> str:
        """What to write between `start` and `end`; as it was where each translation is its segment's text.
        With a `language`, with its own categories of plurals. InputError where that cannot be."""
        own, *others = translations
        parts, slots = self.parts, [inset.slot for inset in self.within] if self.within else []
        if _is_same(self, own):
            same = source[self.start : self.end]
            return joined(source, slots, others, language, self.start, self.end) if slots else same
        if slots:
            changes: dict[int, list[Change]] = {}
            for inset, (slot, said) in zip(self.within, split(slots, others), strict=True):
                if not all(map(_is_same, slot.slots, said)):
                    change = (inset.start, inset.end, slot.written(source, said, language))
                    changes.setdefault(inset.part, []).append(change)
            parts = tuple(
                part._replace(text=replaced(part.text, changes.get(index, ())))
                for index, part in enumerate(parts)
            )
        text = self.render_wording(own, parts) if isinstance(own, Wording) else self._rendered(own, parts)
        write = self.in_language(language) if self.in_language and language else self.write
        return write(text) if write else text

    def moved(self, by: int) -> "Slot":
        """The same in a source that has so many characters more before it."""
        within = tuple(inset._replace(slot=inset.slot.moved(by)) for inset in self.within)
        return self._replace(start=self.start + by, end=self.end + by, within=within)

    def render_wording(self, wording: Wording, parts: Sequence[Part] | None = None) -> str:
        """What stands there for what a person wrote, with whichever parts they want in it."""
        numbers = list(dict.fromkeys(map(int, TAG.findall(wording.text))))
        renumbered = {number: place for place, number in enumerate(numbers, 1)}
        text = TAG.sub(lambda tag: f"<x{renumbered[int(tag[1])]}/>", wording.text)
        known = self.parts if parts is None else parts
        return self._rendered(text, [_part(number, wording, known) for number in numbers])

    def _rendered(self, translation: str, parts: Sequence[Part]) -> str:
        if self.context.syntax is Syntax.MARKDOWN:
            translation = flanked(self.segment.text, translation)
        return escaped(translation, parts, self.context)


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

    def written(self, source: str, translations: Sequence[Translation], language: str | None = None) -> str:
        """As in `Slot`."""
        if all(map(_is_same, self.slots, translations)):
            return source[self.start : self.end]
        return self.write(joined(self.text, self.pieces, translations, language))

    def moved(self, by: int) -> "Embedded":
        """As in `Slot`."""
        return self._replace(start=self.start + by, end=self.end + by)


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
    language: str | None,
    start: int = 0,
    end: int | None = None,
) -> str:
    """A source, or a stretch of it, with `translations`, one for each segment, in the places of `pieces`; see
    `Slot.written`."""
    written: list[str] = []
    for piece, own in split(pieces, translations):
        written.append(source[start : piece.start])
        written.append(piece.written(source, own, language))
        start = piece.end
    return "".join([*written, source[start:end]])


Change = tuple[int, int, str]
"""Start and end of a stretch of a text, as for a slice, and what stands there then."""


def replaced(text: str, changes: Iterable[Change]) -> str:
    """A text with all of the changes, which are in order."""
    pieces, position = [], 0
    for start, end, new in changes:
        pieces += [text[position:start], new]
        position = end
    return "".join([*pieces, text[position:]])


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
