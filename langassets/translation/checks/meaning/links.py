"""Links: each address stays with its own text, and each neighbour with its own translation.

What tells is what a translation keeps of its source: names, abbreviations and figures.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from langassets.translation.checks.pair import Finding, Pair, prose_of

_LINK = re.compile(r"\[([^\[\]]++)\]\(<x(\d{1,9})/>")
# Names and figures: what has a capital or a digit, in letters that most languages keep.
_KEPT = re.compile(r"(?<![\w<])[a-z]*+[A-Z0-9][\w.+#]*\w|\d")
# So much must speak for the one order, and nothing for the other.
_TOKENS = 2


def links(pair: Pair) -> Iterator[str]:
    """The texts of two links have not changed places."""
    if pair.source.count("](<x") < 2:
        return
    before = {number: _kept(text) for text, number in _LINK.findall(pair.source)}
    after = {number: _kept(text) for text, number in _LINK.findall(pair.translation)}
    for one, other in combinations(before.keys() & after.keys(), 2):
        if _crossed((before[one], before[other]), (after[one], after[other]), 1):
            yield f"the links <x{one}/> and <x{other}/> have each other's text"


SWAPPED = Finding("swapped", "it is the translation of a neighbouring text, and that has this one's", True)
"""What is said of texts that have each other's translation."""


def swapped(sources: Sequence[str], translations: Sequence[str]) -> set[int]:
    """Which of neighbouring texts have each other's translation, as far as their names and figures tell."""
    kept = ([_kept(prose_of(text)) for text in texts] for texts in (sources, translations))
    found: set[int] = set()
    for index, (one, other) in enumerate(zip(*map(pairwise, kept), strict=True)):
        if _crossed(one, other, _TOKENS):
            found |= {index, index + 1}
    return found


def _kept(text: str) -> set[str]:
    return set(_KEPT.findall(text))


def _crossed(sources: tuple[set[str], set[str]], translations: tuple[set[str], set[str]], least: int) -> bool:
    """Whether what each of two sources has alone stands in the other's translation, and nothing of it in its
    own."""
    (first, second), one, other = translations, sources[0] - sources[1], sources[1] - sources[0]
    return not (one & first or other & second) and len(one & second) + len(other & first) >= least
