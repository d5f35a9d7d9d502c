"""What a review file holds, whatever its format."""

import hashlib
from dataclasses import dataclass

from langassets.translation.types import Segment


@dataclass(frozen=True, slots=True)
class ReviewUnit:
    """One translation to review. Languages are tags; `confidence` is from 0 to 1 (see `confidence`), with
    `reasons` for people; `lessons` are lessons that it stands in, by title and path, and `segments` the
    names of its first places, like `17/text/4`. `requests` is how often the most requested of its lessons was
    asked for."""

    source_language: str
    target_language: str
    segment: Segment
    translation: str
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One translation as it came back: where it stands in the file, and what its reviewer made of it.

    `exported` is the fingerprint of the translation that went out, empty where it was lost on the way;
    `approved` says that the reviewer stands for the text even where it is unchanged. `problem` names what
    makes the unit unreadable, None for nothing. With `rejected`, what went out is never to be used again;
    `reason` is what the reviewer says about it. `scope` is '' or `text` for the text wherever it stands in
    the language, the name of a segment (`17/text/4`) for that place alone, or `all` for every language.
    """

    line: int
    source_language: str
    target_language: str
    source: str
    text: str
    exported: str = ""
    approved: bool = False
    problem: str | None = None
    rejected: bool = False
    reason: str = ""
    scope: str = ""


def listed(unit: ReviewUnit) -> dict[str, object]:
    """A unit for machines."""
    return {
        "segments": list(unit.segments),
        "lessons": list(unit.lessons),
        "confidence": unit.confidence,
        "source": unit.segment.text,
        "translation": unit.translation,
        "findings": list(unit.reasons),
        "sourceLanguage": unit.source_language,
        "targetLanguage": unit.target_language,
    }


def fingerprint(translation: str) -> str:
    """What tells whether a translation was changed; spaces and line ends, which programs change, do not
    count. Begins with a letter, so that no spreadsheet takes it for a number."""
    plain = " ".join(translation.split())
    return "t-" + hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]
