"""Protected parts: each there once, links still links, and an order in which they still make sense."""

import re
from collections.abc import Iterator

from langassets.translation.checks.pair import Pair
from langassets.translation.markdown.html import TAG_NAME, VOID

# A part's role in Markdown: the address of a link, the label of a reference.
_ROLES = re.compile(r'(\]\(|\]\[|\])<x(\d{1,9})/>(?:[^<>()"]*"[^"]*")?(\)|\])?')
_ANY_TAG = re.compile(r"<\s*+/?\s*+[xX]\s*+\d++\s*+/?\s*+>")


def protected(pair: Pair) -> Iterator[str]:
    """Every tag of the source exactly once, in its role, opening before closing."""
    expected = len(pair.segment.protected)
    wrong = sorted(set(pair.tags) - set(range(1, expected + 1)))
    if wrong:
        yield f"{_tags(wrong)} stands for nothing in the source"
    missing = [number for number in range(1, expected + 1) if number not in pair.tags]
    if missing:
        yield f"{_tags(missing)} is missing"
    twice = sorted({number for number in pair.tags if pair.tags.count(number) > 1}) if pair.tags else []
    if twice:
        yield f"{_tags(twice)} is there more than once"
    if len(_ANY_TAG.findall(pair.translation)) > len(pair.tags):
        yield "a tag is spelt differently than in the source"
    if not (wrong or missing or twice):
        yield from _order(pair)
        yield from _roles(pair)


def _tags(numbers: list[int]) -> str:
    return ", ".join(f"<x{number}/>" for number in numbers[:5])


def _order(pair: Pair) -> Iterator[str]:
    """HTML tags open and close in the translation as they do in the source."""
    in_source = _unclosed(pair, range(1, len(pair.segment.protected) + 1))
    if _unclosed(pair, pair.tags) != in_source:
        yield "the protected HTML tags no longer open and close in order"
    for number, part in enumerate(pair.segment.protected, 1):
        if "\n" in part and not part.strip(" \t\\>\r\n"):
            before, _, after = pair.translation.partition(f"<x{number}/>")
            if not before.strip() or not after.strip():
                yield f"<x{number}/> is a line break: it must stand between words"


def _unclosed(pair: Pair, numbers: range | list[int]) -> list[str]:
    """What is left of the tags in this order when every pair that nests properly is taken away."""
    left: list[str] = []
    for number in numbers:
        for closing, name, empty in TAG_NAME.findall(pair.segment.protected[number - 1]):
            name = name.lower()
            if empty or name in VOID:
                continue
            if closing and left and left[-1] == name:
                left.pop()
            else:
                left.append(f"/{name}" if closing else name)
    return left


def _roles(pair: Pair) -> Iterator[str]:
    roles = {number: (before, after) for before, number, after in _ROLES.findall(pair.source)}
    kept = {number: (before, after) for before, number, after in _ROLES.findall(pair.translation)}
    for number, (before, after) in roles.items():
        if kept.get(number) != (before, after):
            yield f"<x{number}/> must stay as it is in the source: ...{before}<x{number}/>{after}"
    for number in kept.keys() - roles.keys():
        if kept[number][0] != "]":
            yield f"<x{number}/> is no link's address in the source"
