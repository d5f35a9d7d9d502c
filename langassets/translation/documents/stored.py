"""What is kept of a stored object's segments: hashes, states and origins, no texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """How far a segment has come, in XLIFF 2.1's words."""

    INITIAL = "initial"  # not translated: pseudo-localization stands there
    TRANSLATED = "translated"
    REVIEWED = "reviewed"  # a person approved or wrote it
    FINAL = "final"  # the lesson's own words, in its own language


class SegmentOrigin(StrEnum):
    """Where a segment's text came from."""

    MODEL = "model"  # paid for when the object was made
    MEMORY = "memory"  # it stood in memory, or came with another object
    PERSON = "person"
    COPIED = "copied"


class StoredSegment(NamedTuple):
    """One segment of a stored object; `source` and `target` are hashes, `findings` JSON ('' for none)."""

    source: str
    target: str
    state: State
    origin: SegmentOrigin
    findings: str = ""


class Said(NamedTuple):
    """A translation that a person approved, or that was imported."""

    translation: str
    approved: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was stored: what stood at each place, and the hash of what is around."""

    segments: Sequence[StoredSegment]
    structure: str
