"""Markdown's inline marks: as much bold, emphasis and strike-through, as many links and images as before."""

from collections.abc import Iterator

from langassets.translation.checks.pair import Pair
from langassets.translation.markdown.marks import MARKS, flanked, marks_in


def markup(pair: Pair) -> Iterator[str]:
    """The same number of each kind of mark, as a Markdown parser counts them where the text will stand."""
    before, after = marks_in(pair.source), marks_in(flanked(pair.source, pair.translation))
    for kind, name in MARKS.items():
        if before[kind] != after[kind]:
            yield f"{name}: {before[kind]} in the source, {after[kind]} in the translation"
