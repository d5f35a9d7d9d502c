"""Markdown and HTML as in the source: the same marks, and each protected part once, where it makes sense."""

import re
from collections import Counter
from collections.abc import Iterator

from langassets.translation.checks.pair import Pair
from langassets.translation.markdown.marks import MARKS, flanked, marks_in
from langassets.translation.markdown.pairs import nesting

# A part's role in Markdown: the address of a link, the label of a reference.
_ROLES = re.compile(r'(\]\(|\]\[|\])<x(\d{1,9})/>(?:[^<>()"]*"[^"]*")?(\)|\])?')
# What every mark has.
_SIGN = re.compile(r"[*_~\[`<]")
_ANY_TAG = re.compile(r"<\s*+/?\s*+[xX]\s*+\d++\s*+/?\s*+>")


def markup(pair: Pair) -> Iterator[str]:
    """The same number of each kind of mark, as a Markdown parser counts them where the text will stand."""
    if not (_SIGN.search(pair.source_prose) or _SIGN.search(pair.prose)):
        return
    before, after = marks_in(pair.source), marks_in(pair.translation)
    if before == after:
        return
    after = marks_in(flanked(pair.source, pair.translation))
    for kind, name in MARKS.items():
        if before[kind] != after[kind]:
            yield f"{name}: {before[kind]} in the source, {after[kind]} in the translation"


def protected(pair: Pair) -> Iterator[str]:
    """Every tag of the source exactly once, in its role, opening before closing."""
    if not pair.segment.protected and "<" not in pair.translation and "<" not in pair.source:
        return
    counts, expected = Counter(pair.tags), range(1, len(pair.segment.protected) + 1)
    wrong = sorted(counts.keys() - set(expected))
    if wrong:
        yield f"{_tags(wrong)} stands for nothing in the source"
    missing = [number for number in expected if number not in counts]
    if missing:
        yield f"{_tags(missing)} is missing"
    twice = sorted(number for number, count in counts.items() if count > 1)
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
    """What opens, closes or stands between does so in the translation as in the source."""
    parts = dict(enumerate(pair.segment.protected, 1))
    if pair.tags != sorted(pair.tags):
        own, now = nesting(parts, parts), nesting(parts, pair.tags)
        if own.left != now.left:
            yield "the protected tags no longer open and close in order"
        elif own.between != now.between:
            parted = sorted(number for numbers in own.between.values() for number in numbers)
            yield f"{_tags(parted)} must stand in order, within what is parted there"
    for number, part in parts.items():
        if "\n" in part and not part.strip(" \t\\>\r\n"):
            before, _, after = pair.translation.partition(f"<x{number}/>")
            if not before.strip() or not after.strip():
                yield f"<x{number}/> is a line break: it must stand between words"


def _roles(pair: Pair) -> Iterator[str]:
    """Addresses and labels of links stand in the translation where they do in the source."""
    roles, kept = _roles_in(pair.source), _roles_in(pair.translation)
    for number, (before, after) in roles.items():
        if kept.get(number) != (before, after):
            yield f"<x{number}/> must stay as it is in the source: ...{before}<x{number}/>{after}"
    for number in kept.keys() - roles.keys():
        if kept[number][0] != "]":
            yield f"<x{number}/> is no link's address in the source"


def _roles_in(text: str) -> dict[str, tuple[str, str]]:
    """What stands before and after the number of each part that has a role."""
    return {number: (before, after) for before, number, after in _ROLES.findall(text)} if "]" in text else {}
