"""How segments share requests: as many as an answer can hold, neighbours together, in order of importance.

The budget is the answer's tokens alone. What is sent for context is bounded by what it is context for,
so that no amount of it can ever leave a request with one segment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from langassets.translation.cost.tokens import MOST_SEGMENTS
from langassets.translation.glossary import Glossary
from langassets.translation.types import Batch, Former, Passage

# Characters of the text in front of a passage, and up to which length a passage is in need of it.
_BEFORE = 120
_SHORT = 200
_MOST_TITLE = 120
# Context may be so long beside the texts of its batch, and always this long.
_CONTEXT_SHARE = 0.1
_CONTEXT_AT_LEAST = 200
_REFUSED_SHARE = 3  # of what a refused answer may be as long as


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text to translate, and where it stands: the `place`-th text of the lesson with number `lesson`.
    `former` is what it was there before it changed."""

    text: str
    lesson: int = 0
    place: int = 0
    title: str = ""
    before: str = ""
    former: Former | None = None


def cut(tokens: Sequence[int], budget: int) -> list[int]:
    """How many texts go into each batch, in order, for texts whose answers are of so many `tokens`.

    No more batches than needed, about equally full; a text over the budget by itself travels alone.
    """
    sizes = _greedy(tokens, budget)
    if len(sizes) > 1:
        even = ceil(sum(tokens) / len(sizes)) + max(tokens)
        balanced = _greedy(tokens, min(budget, even))
        if len(balanced) == len(sizes):
            return balanced
    return sizes


def _greedy(tokens: Sequence[int], budget: int) -> list[int]:
    sizes: list[int] = []
    filled = 0
    for cost in tokens:
        if sizes and filled + cost <= budget and sizes[-1] < MOST_SEGMENTS:
            sizes[-1] += 1
            filled += cost
        else:
            sizes.append(1)
            filled = cost
    return sizes


def batch_of(
    placed: Sequence[PlacedText],
    source_language: str,
    target_language: str,
    glossary: Glossary,
    complaints: Mapping[int, str] | None = None,
    refused: Mapping[int, str] | None = None,
) -> Batch:
    """The batch of `placed`, with the context and the terms that it needs.

    `complaints` has all that were tried before, with '' where nothing is to be said of it. They are shown
    what was `refused`, unless it is far too long, and not their former version again.
    """
    complaints, refused = complaints or {}, refused or {}
    texts = tuple(item.text for item in placed)
    return Batch(
        source_language,
        target_language,
        texts,
        _passages(placed),
        glossary.terms_in(texts, target_language),
        {index: reason for index, reason in complaints.items() if reason},
        {
            index: text
            for index, text in refused.items()
            if 0 < len(text) <= _CONTEXT_AT_LEAST + _REFUSED_SHARE * len(texts[index])
        },
        {index: item.former for index, item in enumerate(placed) if item.former and index not in complaints},
    )


def _passages(placed: Sequence[PlacedText]) -> tuple[Passage, ...]:
    starts = [0] + [
        index
        for index, (one, other) in enumerate(pairwise(placed), start=1)
        if (other.lesson, other.place) != (one.lesson, one.place + 1)
    ]
    room = max(_CONTEXT_AT_LEAST, round(sum(len(item.text) for item in placed) * _CONTEXT_SHARE))
    passages = []
    for start, end in zip(starts, [*starts[1:], len(placed)], strict=True):
        first = placed[start]
        new_lesson = start == 0 or first.title != placed[start - 1].title
        title = first.title[:_MOST_TITLE] if new_lesson else ""
        in_need = sum(len(item.text) for item in placed[start:end]) < _SHORT
        before = first.before[-_BEFORE:] if in_need else ""
        title = title if len(title) <= room else ""
        room -= len(title)
        before = before if len(before) <= room else ""
        room -= len(before)
        if new_lesson or before:
            passages.append(Passage(start, title, before))
    return tuple(passages)
