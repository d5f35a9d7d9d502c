"""Where a person's edit stands in a content that may have changed since: by its segment, then by what is
around it, then by how near it is. Pure."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import count

from langassets.translation.types import Wording

# From where on two texts are versions of each other.
_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person wrote for one segment of one content in one language.

    `source` is the hash of the segment's text, `before` and `after` those of its neighbours ('' at an end),
    and `place` where it stood, when that was last seen.
    """

    place: int
    source: str
    before: str
    after: str
    source_text: str
    wording: Wording

    def at(self, place: int, sources: Sequence[str]) -> "Edit":
        """The same edit, standing at another place."""
        before, after = neighbours(place, sources)
        return replace(self, place=place, before=before, after=after)


@dataclass(frozen=True, slots=True)
class Placed:
    """Edits that stand, by place, and those whose segment is not there any more."""

    standing: Mapping[int, Edit]
    outdated: tuple[Edit, ...]

    @property
    def every(self) -> tuple[Edit, ...]:
        """All of them, each at a place where no other of the same segment is."""
        found = {(edit.place, edit.source): edit for edit in self.standing.values()}
        for edit in self.outdated:
            place = next(place for place in count(edit.place) if (place, edit.source) not in found)
            found[place, edit.source] = replace(edit, place=place)
        return tuple(found.values())


def neighbours(place: int, sources: Sequence[str]) -> tuple[str, str]:
    """The hashes before and after a place."""
    before = sources[place - 1] if 0 < place <= len(sources) else ""
    return before, sources[place + 1] if place + 1 < len(sources) else ""


def place_edits(edits: Iterable[Edit], sources: Sequence[str]) -> Placed:
    """Put edits at the segments that they are of, in a content with these `sources` (hashes, by place).

    An edit stands wherever its segment does: of several places with the same text the one between the same
    neighbours goes first, then the nearest. No two edits share a place.
    """
    every = list(edits)
    places = places_of(every, sources)
    standing = {place: every[number].at(place, sources) for number, place in places.items()}
    return Placed(standing, tuple(edit for number, edit in enumerate(every) if number not in places))


def places_of(edits: Sequence[Edit], sources: Sequence[str]) -> dict[int, int]:
    """Where each of the edits (by its number) stands; see `place_edits`."""
    where: dict[str, list[int]] = {}
    for place, source in enumerate(sources):
        where.setdefault(source, []).append(place)
    ranked = sorted(
        (-_alike(edit, place, sources), abs(edit.place - place), number, place)
        for number, edit in enumerate(edits)
        for place in where.get(edit.source, ())
    )
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, number, place in ranked:
        if number not in found and place not in taken:
            found[number] = place
            taken.add(place)
    return found


def beside(
    edit: Edit, sources: Sequence[str], texts: Sequence[str], taken: Container[int] = ()
) -> int | None:
    """Where that stands which has taken the place of an outdated edit's segment: between the same neighbours,
    or else the text that is most like it; None where nothing is. `taken` are places of other edits."""
    free = [place for place in range(len(sources)) if place not in taken]
    between = [place for place in free if neighbours(place, sources) == (edit.before, edit.after)]
    if between and (edit.before or edit.after):
        return min(between, key=lambda place: abs(edit.place - place))
    matcher = SequenceMatcher(b=edit.source_text, autojunk=False)
    ranked = []
    for place in free:
        matcher.set_seq1(texts[place])
        if matcher.quick_ratio() >= _ALIKE and (ratio := matcher.ratio()) >= _ALIKE:
            ranked.append((ratio, -abs(edit.place - place), place))
    return max(ranked)[2] if ranked else None


def _alike(edit: Edit, place: int, sources: Sequence[str]) -> int:
    """How many of both neighbours are the same."""
    before, after = neighbours(place, sources)
    return (before == edit.before) + (after == edit.after)
