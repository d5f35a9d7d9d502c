"""How much speaks for a translation: an order in which to review, not a probability.

It is made of what the checks say today, how near the length comes to what is unusual for the language, and
how much of the source still stands in it; and of what a judge said, where one was asked. How often a model
had to try is not recorded, so it plays no part.
"""

from collections.abc import Sequence
from math import log

from langassets.translation.checks import Bounds, check, default_bounds
from langassets.translation.checks.pair import Pair
from langassets.translation.judging import MqmError, sureness
from langassets.translation.types import Segment, Term
from langassets.wording import counted

# Below, a length says nothing about proportions: `checks.learn_bounds` leaves such sources out too.
_SHORT = 20
_FEW_WORDS = 4
# Bounds are the 1st and the 99th percentile with so much room again (see `checks.length`). Short texts may
# lie beyond them, so that a strain is capped: 0 is for what a check objects to.
ROOM, _MOST = 1.5, 0.9
# From where on a strain is worth naming.
_WORTH_NAMING = 0.2


def confidence(
    segment: Segment,
    translation: str,
    source_language: str,
    target_language: str,
    terms: Sequence[Term] = (),
    bounds: Bounds | None = None,
    errors: Sequence[MqmError] | None = None,
) -> tuple[float, tuple[str, ...]]:
    """From 0 to 1, two decimals, with the reasons that speak against the translation; languages are tags.

    0 where a check objects: it was accepted under other checks, another glossary or other bounds, or is a
    pseudo-translation. Else 1 less the larger of two strains: how far the length lies into the room that
    the bounds leave beyond what is usual, and the share of its words that are the source's; and no more than
    the `errors` leave that a judge found (None: nobody was asked).
    """
    said = tuple(f"judge, {one.severity} {one.category}: {one.what}".rstrip(": ") for one in errors or ())
    findings = check(segment, translation, source_language, target_language, terms=terms, bounds=bounds)
    if findings:
        return 0.0, (*(f"{finding.name}: {finding.reason}" for finding in findings), *said)
    pair = Pair(segment, translation, source_language, target_language, terms, bounds)
    strains = [_length(pair, bounds or default_bounds(target_language)), _kept(pair)]
    reasons = tuple(reason for strain, reason in strains if strain >= _WORTH_NAMING)
    left = 1 - max(strain for strain, _ in strains)
    return round(min(left, sureness(errors or ())), 2), (*said, *reasons)


def _length(pair: Pair, bounds: Bounds) -> tuple[float, str]:
    source, translation = len(pair.source_prose.strip()), len(pair.prose.strip())
    if source < _SHORT or not translation:
        return 0.0, ""
    ratio = translation / source
    low, high = bounds.low * ROOM, bounds.high / ROOM
    strain = min(_MOST, max(0.0, log(low / ratio), log(ratio / high)) / log(ROOM))
    return strain, f"length: {ratio:.2f} times the source's, where {low:.2f} to {high:.2f} is usual"


def _kept(pair: Pair) -> tuple[float, str]:
    count = len(pair.words)
    if count < _FEW_WORDS:
        return 0.0, ""
    own = {word for word in pair.source_words if word.islower()}
    kept = sum(word in own for word in pair.words)
    return kept / count, f"untranslated: {kept} of {counted(count, 'word')} as in the source"
