"""What was written is cut into what was said: `python -m langassets_tests.translation.cut_again FOLDER ...`
replaces every slot of every Markdown file there by other text of the same kind, and cuts the result again."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from langassets.translation.documents.segments import segment_text

_WORD = re.compile(r"[^\W\d_]+")
_TAG = re.compile(r"(<x\d+/>)")


class Difference(NamedTuple):
    """A segment's text in the source, what replaced it, and what was cut where that was written."""

    source: str
    said: str
    cut: str


def difference(source: str) -> Difference | None:
    """The first segment of a Markdown document that comes back as another one, once each is replaced."""
    segmented = segment_text(source)
    texts = [segment.text for segment in segmented.segments]
    said = [other(text) for text in texts]
    again = [segment.text for segment in segment_text(segmented.rebuild(said)).segments]
    every = zip(texts, said, [*again, *[""] * (len(said) - len(again))], strict=False)
    first = next((Difference(*each) for each in every if each[1] != each[2]), None)
    return first or (Difference("", "", again[len(said)]) if len(again) > len(said) else None)


def other(text: str) -> str:
    """A text with the same marks, signs and tags, and another word for each."""
    return "".join(piece if _TAG.fullmatch(piece) else _WORD.sub(_word, piece) for piece in _TAG.split(text))


def _word(found: re.Match[str]) -> str:
    return "Wort" if found[0][0].isupper() else "wort"


def _differences(folders: list[str]) -> Iterator[tuple[Path, Difference | None]]:
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.md*")):
            yield path, difference(path.read_bytes().decode("utf-8"))


if __name__ == "__main__":
    every = list(_differences(sys.argv[1:]))
    for path, found in every:
        if found:
            print(path, *(f"  {name:6} {text[:150]!r}" for name, text in found._asdict().items()), sep="\n")
    print(f"{sum(found is not None for _, found in every)} of {len(every)} documents are cut otherwise")
