"""Real documents and their real translations, segment by segment, and which of them judge estimates.

The constants of `langassets/translation/cost/figures.yaml` are measured over all documents but `JUDGES`, so
that those can say how good they are.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from langassets.translation.documents.document import document
from langassets.translation.types import Segment
from langassets_tests.translation.structural_edits import PAIRS, content, cut_blocks

JUDGES = ("github-actions.md", "index.md", "workflows.md")
_SENTENCE = 30
"""Characters from which on a text that is the same in both languages was not translated: names are less."""


def languages() -> list[str]:
    """Every language that there are translations into, but Nigerian Pidgin: most of its words are English."""
    found = sorted(path.name for path in PAIRS.iterdir() if path.is_dir())
    assert found, f"the real translations are missing: expected folders of languages in {PAIRS}"
    return [name for name in found if name not in ("en", "pcm")]


def fitting() -> list[str]:
    """The documents that constants are measured over."""
    return [path.name for path in sorted((PAIRS / "en").glob("*.md")) if path.name not in JUDGES]


@lru_cache(maxsize=500)
def pairs(file: str, language: str) -> dict[str, str]:
    """Translations by their English text: of each that was translated and whose place is certain."""
    source, target = _segments(file, "en"), _segments(file, language)
    return {
        one.text: other.text
        for one, other in _aligned(source, target)
        if one.text != other.text or len(one.text) < _SENTENCE
    }


def _aligned(source: list[Segment], target: list[Segment]) -> Iterator[tuple[Segment, Segment]]:
    if len(source) == len(target):
        yield from zip(source, target, strict=True)
        return
    shapes = [_shape(one) for one in source], [_shape(one) for one in target]
    for here, there, size in SequenceMatcher(None, *shapes, autojunk=False).get_matching_blocks():
        yield from zip(source[here : here + size], target[there : there + size], strict=True)


def _shape(segment: Segment) -> tuple[object, ...]:
    return segment.protected, segment.text.count("**"), segment.text.count("[")


def _segments(file: str, language: str) -> list[Segment]:
    return list(document("text", content(_text(file, language)), language).segments)


def _text(file: str, language: str) -> str:
    return "\n\n".join(cut_blocks((PAIRS / language / file).read_text("utf-8")))


def best_covered(number: int) -> list[str]:
    """So many languages, those into which most of `JUDGES` is translated."""
    texts = [one.text for file in JUDGES for one in _segments(file, "en")]
    covered = {
        name: sum(len(text) for text in texts if text in known)
        for name in languages()
        if (known := _all_pairs(name))
    }
    return sorted(covered, key=lambda name: -covered[name])[:number]


def judged(lessons: int, into: Sequence[str]) -> tuple[list[str], dict[str, dict[str, str]]]:
    """So many lessons of the blocks of `JUDGES`, in order, and the translations by language and text. A block
    of which one of the languages lacks anything is left out."""
    found = {name: _all_pairs(name) for name in into}
    blocks = [
        block
        for file in JUDGES
        for block in cut_blocks(_text(file, "en"))
        if (cut := document("text", content(block)).segments)
        and all(one.text in known for one in cut for known in found.values())
    ]
    at = [round(len(blocks) * number / lessons) for number in range(lessons + 1)]
    return ["\n\n".join(blocks[a:b]) for a, b in pairwise(at)], found


def _all_pairs(language: str) -> dict[str, str]:
    return {text: known for file in JUDGES for text, known in pairs(file, language).items()}
