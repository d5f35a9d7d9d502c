"""Folders of one source and its translations, as blocks: a segment and what answers to it, each once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path

from langassets.translation.checks import check, tidy
from langassets.translation.checks.pair import Pair
from langassets.translation.documents.segments import segment_text
from langassets.translation.types import Segment

_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Block:
    """A segment, its translation, and the names of the checks that refuse it."""

    language: str
    file: str
    segment: Segment
    translation: str
    refused_by: tuple[str, ...]

    @property
    def key(self) -> str:
        """What a verdict is kept under: 12 digits of a hash of both texts."""
        return sha256(f"{self.segment.text}\0{self.translation}".encode()).hexdigest()[:12]

    @property
    def unchanged(self) -> bool:
        """Whether it is its source but for case, blanks and signs."""
        pair = Pair(self.segment, self.translation, "en", self.language)
        return _SIGNS.sub("", pair.prose).casefold() == _SIGNS.sub("", pair.source_prose).casefold()


def languages(folder: Path, source: str) -> list[str]:
    """The languages that a folder has translations into. Raises SystemExit where it has no source."""
    if not (folder / source).is_dir():
        raise SystemExit(f"there is no folder {source} of source texts in {folder}")
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name != source)


def blocks(folder: Path, source: str, language: str) -> list[Block]:
    """Every distinct block of a language, in order, with what the checks say of it."""
    found: dict[tuple[str, str], Block] = {}
    for path in sorted((folder / source).rglob("*.md")):
        name = str(path.relative_to(folder / source))
        if not (folder / language / name).exists():
            continue
        for segment, translation in _aligned(_segments(path), _segments(folder / language / name)):
            text = tidy(segment.text, translation.text, language)
            if (segment.text, text) not in found:
                refused_by = dict.fromkeys(one.name for one in check(segment, text, source, language))
                found[segment.text, text] = Block(language, name, segment, text, tuple(refused_by))
    return [*found.values()]


def _segments(path: Path) -> tuple[Segment, ...]:
    return segment_text(path.read_bytes().decode("utf-8")).segments


def _aligned(source: tuple[Segment, ...], target: tuple[Segment, ...]) -> Iterator[tuple[Segment, Segment]]:
    """By number where there are as many, else where tags, addresses and marks follow each other alike:
    between the first and the last that has any, for plain text beside a difference answers to anything."""
    if len(source) == len(target):
        yield from zip(source, target, strict=True)
        return
    shapes = [_shape(one) for one in source], [_shape(one) for one in target]
    for here, there, size in SequenceMatcher(None, *shapes, autojunk=False).get_matching_blocks():
        certain = [number for number in range(size) if any(shapes[0][here + number])]
        for number in range(certain[0], certain[-1] + 1) if certain else ():
            yield source[here + number], target[there + number]


def _shape(segment: Segment) -> tuple[object, ...]:
    return segment.protected, segment.text.count("**"), segment.text.count("[")
