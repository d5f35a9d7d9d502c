"""How long a translation is beside its source, and whether it ends where the source does."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import sqrt

from langassets.translation.checks.pair import Bounds, Pair, subtag_of
from langassets.translation.checks.scripts import scripts_for
from langassets.wording import counted

# Sound translations from English, length over length in characters, 1st and 99th percentile of published
# lessons: Hebrew 0.48 to 1.01, Arabic 0.54 to 1.00, French 0.72 to 1.59. A bound that failed every
# fiftieth sound segment would be worth nothing, so each is given half as much room again.
_BOUNDS = {
    "ar": Bounds(0.36, 1.50),
    "fr": Bounds(0.48, 2.39),
    "he": Bounds(0.32, 1.52),
    # What nothing was measured for, by its script.
    "Latn": Bounds(0.45, 2.5),
    "Cyrl": Bounds(0.45, 2.4),
    "Grek": Bounds(0.5, 2.5),
    "Hebr": Bounds(0.32, 1.52),
    "Arab": Bounds(0.36, 1.7),
    "Hani": Bounds(0.12, 1.1),
    "Hang": Bounds(0.2, 1.3),
}
_ELSEWHERE = Bounds(0.35, 2.4)
# Room beside the ratio: two words say nothing about proportions ('OK' is 'in Ordnung').
_SHORT_OF, _BEYOND = 6, 25
_ENOUGH = 200
_WITHOUT_FULL_STOP = frozenset({"Thai", "Laoo", "Tibt"})
_ENDS = re.compile(r"[.!?。．！？؟۔।॥។៕။።…:：;；\u0589\u061f\u06d4\u1c7e\u1c7f]\W*\Z")
_GOES_ON = re.compile(r"[,،、，(\[（「«–—-]\Z")
# Armenian marks a question or an exclamation within its word, and ends the sentence with nothing.
_ENDS_WITHIN = re.compile("[\u055c\u055e]")


def length(pair: Pair) -> Iterator[str]:
    """Neither much shorter nor much longer than a sound translation into this language."""
    bounds = pair.bounds or default_bounds(pair.target_language)
    source, translation = len(pair.source_prose.strip()), len(pair.prose.strip())
    wrong = "missing" if translation < bounds.low * source - _SHORT_OF else ""
    if wrong or translation > bounds.high * source + _BEYOND:
        has = f"it has {counted(translation, 'character')} for the source's {source}"
        yield f"{has}: something seems to be {wrong or 'added'}"


def ending(pair: Pair) -> Iterator[str]:
    """A sentence that ends in the source ends in the translation: custom may leave out a full stop alone, but
    not where the text is also shorter than most, or stops within a clause."""
    source, translation = pair.source.rstrip(), pair.translation.rstrip()
    if len(pair.source_words) <= 4 or not source.endswith((".", "!", "?")):
        return
    if _ENDS.search(translation) or _ENDS_WITHIN.search(translation):
        return
    if _WITHOUT_FULL_STOP & scripts_for(pair.target_language):
        return
    bounds = pair.bounds or default_bounds(pair.target_language)
    usual = sqrt(bounds.low * bounds.high) * len(source)
    if _GOES_ON.search(translation) or len(translation) < usual:
        yield "it does not end like a sentence: it may be cut off"


@lru_cache(maxsize=512)
def default_bounds(language: str) -> Bounds:
    """The bounds to go by until there are enough translations to learn from."""
    names = [subtag_of(language), *sorted(scripts_for(language))]
    return next((_BOUNDS[name] for name in names if name in _BOUNDS), _ELSEWHERE)


def learn_bounds(pairs: Iterable[tuple[str, str]]) -> Bounds | None:
    """Bounds from remembered sources and translations; None with too few to learn from.

    The 1st and the 99th percentile of the ratios, each given half as much room again, as the defaults.
    Pairs whose source is shorter than 20 characters say nothing and are left out.
    """
    ratios = sorted(len(translation) / len(source) for source, translation in pairs if len(source) >= 20)
    if len(ratios) < _ENOUGH:
        return None
    edge = len(ratios) // 100
    return Bounds(ratios[edge] / 1.5, ratios[-1 - edge] * 1.5)
