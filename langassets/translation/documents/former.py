"""What the texts of a content were before it changed: aligned by their order first, by likeness next.

Pure. What is found is context for a model and nothing else: however alike two texts are, one word may turn
the meaning round, so that no translation is ever taken over by it.
"""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

# Two texts are versions of one another from this likeness on, 0 to 1: half of their words are the same.
LIKE = 0.5
# Texts in a row that were replaced, up to which each is held against each; beyond, against its neighbours.
_MOST_IN_A_ROW = 40


def changed_texts(before: Sequence[str], now: Sequence[str]) -> dict[str, str]:
    """The former version of each text that is new, by the text; both are the distinct texts of one content in
    order of appearance. What was there before, and what is like nothing there was, has none."""
    known, wanted = set(before), set(now)
    found: dict[str, str] = {}
    for tag, start, end, first, last in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if tag == "replace":
            gone = [text for text in before[start:end] if text not in wanted]
            new = [text for text in now[first:last] if text not in known]
            found.update(_pairs(gone, new))
    return found


def _pairs(gone: Sequence[str], new: Sequence[str]) -> Mapping[str, str]:
    """Each of `new` with what of `gone` is most like it, the likest pairs first."""
    reach = _MOST_IN_A_ROW if max(len(gone), len(new)) <= _MOST_IN_A_ROW else 1
    likeness = [
        (like(gone[one], new[other]), -abs(one - other), one, other)
        for other in range(len(new))
        for one in range(max(other - reach, 0), min(other + reach + 1, len(gone)))
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for how_much, _, one, other in sorted(likeness, reverse=True):
        if how_much >= LIKE and one not in taken and other not in pairs:
            pairs[other] = one
            taken.add(one)
    return {new[other]: gone[one] for other, one in pairs.items()}


def like(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1: by their words, or by their letters where they hold hardly any."""
    words = one.split(), other.split()
    left, right = words if min(map(len, words)) > 2 else (list(one), list(other))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= LIKE else 0.0


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in spaces, capitals and punctuation alone."""
    words = ["".join(filter(str.isalnum, text.casefold())) for text in (one, other)]
    return words[0] == words[1]
