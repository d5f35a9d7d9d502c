"""What is said of an object that memory makes otherwise than it stands: superseded, or failed. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from langassets.database.translations.memory_rows import MemoryRow
from langassets.database.translations.rejections import said_hash
from langassets.jobs.cleanup.drill.rebuilding import RebuiltObject
from langassets.translation.documents.comparison import difference
from langassets.translation.documents.document import document, read_document
from langassets.translation.documents.places import source_hash
from langassets.translation.recipes import ANY_RECIPE, text_hash
from langassets.translation.types import Segment


class Outcome(StrEnum):
    """What a drill finds of one object."""

    SAME = "same"  # byte for byte
    # It differs by what was written into memory after it was stored, or was mended, if by anything.
    SUPERSEDED = "superseded"
    NOT_HELD = "not held"  # memory does not say that it could
    FAILED = "failed"


class Fault(NamedTuple):
    """One thing by which an object is not made again: in which segment (`17/text/4`; '' for none), what is
    wrong, and the row of memory that is at fault, where one is. No text of a lesson is in it."""

    segment: str
    what: str
    row: MemoryRow | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, [self.segment, self.what, f"({self.row.id})" if self.row else ""]))

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        row = self.row._asdict() | {"created_at": self.row.created_at.isoformat()} if self.row else None
        return {"segment": self.segment, "what": self.what, "row": row}


@dataclass(frozen=True, slots=True)
class Verdict:
    """On one object; `faults` where it failed or is not held."""

    key: str
    outcome: Outcome
    faults: tuple[Fault, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        faults = [fault.as_json() for fault in self.faults]
        return {"key": self.key, "outcome": str(self.outcome), "faults": faults}


class Witnesses(NamedTuple):
    """What the database knows of the texts of an object: the rows of memory by hash and recipe, and when
    people's edits were learnt, by the hash of what they are of."""

    rows: Mapping[tuple[str, str], MemoryRow]
    learnt: Mapping[str, datetime]


def failed(key: str, what: str) -> Verdict:
    """A verdict on an object as a whole."""
    return Verdict(key, Outcome.FAILED, (Fault("", what),))


def judge(made: RebuiltObject, stored: bytes | None, witnesses: Witnesses, *, held: bool = False) -> Verdict:
    """The verdict on an object that is not made again with the ETag that it has; `stored` are its bytes, None
    where it does not stand any more as it was listed; `held` says that memory was found to have all of it.

    A place that differs is superseded where what is said there was written after the object was stored: a
    person's later word, or another model's. It is at fault where it is older, for then the object had been
    made of it.
    """
    entry = made.entry
    if stored is None:
        return failed(entry.key, "it does not stand any more as it was listed")
    if stored == made.body:
        return Verdict(entry.key, Outcome.SAME)
    if made.was_mended:
        return Verdict(entry.key, Outcome.NOT_HELD if made.lacking else Outcome.SUPERSEDED)
    faults = tuple(_faults(made, stored, witnesses))
    outcome = Outcome.FAILED if faults else Outcome.SUPERSEDED
    if made.lacking and not held and not any(fault.row for fault in faults):
        outcome = Outcome.NOT_HELD
    return Verdict(entry.key, outcome, faults)


def _faults(made: RebuiltObject, stored: bytes, witnesses: Witnesses) -> Iterator[Fault]:
    source, entry = made.source, made.entry
    tag = made.pair[1]
    there = read_document(entry.content_type, stored, tag)
    if there is None:
        yield Fault("", "it is no lesson's JSON")
        return
    here = document(entry.content_type, made.data, tag)
    said = [made.says(place, segment) for place, segment in enumerate(source.placed)]
    found = difference(source, there, here, said, tag)
    for place, segment in enumerate(source.placed):
        lacking = place not in made.worded and segment.text in made.lacking
        if lacking or place in found.places:
            name = f"{entry.lesson}/{entry.content_type}/{place}"
            yield from _at(made, place, segment, name, witnesses)
    if found.around:
        yield Fault("", "what stands around its texts is made otherwise")


def _at(
    made: RebuiltObject, place: int, segment: Segment, name: str, witnesses: Witnesses
) -> Iterator[Fault]:
    stored_at = made.entry.stored_at
    if place in made.worded:
        learnt = witnesses.learnt.get(source_hash(segment.text))
        if learnt is None or learnt <= stored_at:
            yield Fault(name, "a person's edit says otherwise")
    elif made.copy:
        yield Fault(name, "the lesson says otherwise")
    elif (row := _row(made, segment, witnesses)) is None:
        yield Fault(name, "is not in memory")
    elif segment.text in made.lacking:
        yield Fault(name, "memory has nothing that fits or was not rejected", row)
    elif row.created_at <= stored_at:
        yield Fault(name, "memory says otherwise", row)


def _row(made: RebuiltObject, segment: Segment, witnesses: Witnesses) -> MemoryRow | None:
    """The row that spoke for a text; where none does, the first that might have."""
    said, hashed = made.said.get(segment.text), text_hash(segment.text)
    keys = next((keys for one, keys in made.keys.items() if one.text == segment.text), ())
    recipes = [recipe for key in keys for recipe in (ANY_RECIPE, key.recipe)]
    rows = [witnesses.rows[hashed, recipe] for recipe in recipes if (hashed, recipe) in witnesses.rows]
    return next((row for row in rows if said is None or row.said == said_hash(said)), None)
