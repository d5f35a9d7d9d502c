"""What a review file holds, whatever its format."""

import hashlib
from dataclasses import dataclass

from langassets.translation.types import Segment


@dataclass(frozen=True, slots=True)
class ReviewUnit:
    """One translation to review. Languages are tags; `confidence` is from 0 to 1 (see `confidence`), with
    `reasons` for people; `lessons` are lessons that it stands in, by title and path."""

    source_language: str
    target_language: str
    segment: Segment
    translation: str
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One translation as it came back: where it stands in the file, and what its reviewer made of it.

    `exported` is the fingerprint of the translation that went out, empty where it was lost on the way;
    `approved` says that the reviewer stands for the text even where it is unchanged. `problem` names what
    makes the unit unreadable, None for nothing.
    """

    line: int
    source_language: str
    target_language: str
    source: str
    text: str
    exported: str = ""
    approved: bool = False
    problem: str | None = None


def fingerprint(translation: str) -> str:
    """What tells whether a translation was changed; spaces and line ends, which programs change, do not
    count. Begins with a letter, so that no spreadsheet takes it for a number."""
    plain = " ".join(translation.split())
    return "t-" + hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]
