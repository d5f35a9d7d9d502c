"""Which file is which one of before, perhaps under another name. Pure: texts in, pairs out."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from langassets.ingestion.lessons.files import LONGEST_PATH

# As much of two texts has to be the same as Git asks for by default before it speaks of a rename.
_ALIKE = 0.5
# A file of which more than so much is as it was has been edited where it lies, wherever a copy may be.
_HARDLY_CHANGED = 0.8
# Texts are compared by the runs of so many words that they share: unrelated lessons share nearly none.
_RUN = 3
_REPLACED = re.compile(r"(\.\d+\.replaced)+\Z")


@dataclass(frozen=True, slots=True)
class LessonFile:
    """A file by its path below the folder, the hash of what it says, and its text."""

    path: str
    file_hash: str
    text: str


def renamed(before: Sequence[LessonFile], after: Sequence[LessonFile]) -> dict[str, str]:
    """The paths of files, with the path that each had before; files that are new are left out.

    What was hardly changed where it lies is what it was, then goes the same text, then what was changed by
    less than half where it lies, then what is most alike elsewhere, if more than half of it is. No file is in
    two pairs. Among equals goes first what has more of its path in common, from the end, then the order of
    paths.
    """
    texts = {file.path: file.text for file in after}
    in_place = {file.path: likeness(file.text, texts[file.path]) for file in before if file.path in texts}
    of_before, of_after = ({file.path: file.file_hash for file in files} for files in (before, after))
    pairs = by_hash(of_before, of_after, in_place)
    taken = set(pairs.values())
    return pairs | most_alike(
        [file for file in before if file.path not in taken],
        [file for file in after if file.path not in pairs],
    )


def by_hash(
    before: Mapping[str, str], after: Mapping[str, str], in_place: Mapping[str, float]
) -> dict[str, str]:
    """The pairs of `renamed` that need no text: hashes by path, before and after, and for the paths that are
    in both how much of the text is the same."""
    had = set(before.values())
    edited = {path for path, alike in in_place.items() if alike > _ALIKE}
    pairs = {path: path for path in edited if in_place[path] > _HARDLY_CHANGED and after[path] not in had}
    having = defaultdict[str, list[str]](list)
    for path, file_hash in before.items():
        having[file_hash].append(path)
    same = [(was, now) for now, file_hash in after.items() for was in having.get(file_hash, ())]
    same.sort(key=lambda pair: (-_common_end(*pair), *pair))
    return _paired([*same, *((path, path) for path in sorted(edited))], pairs)


def most_alike(before: Sequence[LessonFile], after: Sequence[LessonFile]) -> dict[str, str]:
    """The pairs of `renamed` whose texts are neither the same nor at the same path."""
    ranked = sorted(_candidates(before, after))
    return _paired(((was, now) for alike, _, was, now in ranked if -alike > _ALIKE), {})


def likeness(one: str, other: str) -> float:
    """How much of two texts is the same, from 0 to 1."""
    runs, others = _runs(one), _runs(other)
    return 2 * len(runs & others) / (len(runs) + len(others))


def replaced(path: str, number: int) -> str:
    """The path that a lesson has whose own another one has taken, while its text is in no file: no file ends
    so, and no other lesson has it."""
    ending = f".{number}.replaced"
    return path[: LONGEST_PATH - len(ending)] + ending


def named_before(path: str) -> str:
    """The path that a lesson had while it had one of its own."""
    return _REPLACED.sub("", path)


def _paired(ranked: Iterable[tuple[str, str]], settled: Mapping[str, str]) -> dict[str, str]:
    """Pairs of paths before and after, in their order, as far as neither is in one already; by path after."""
    pairs, taken = dict(settled), set(settled.values())
    for was, now in ranked:
        if was not in taken and now not in pairs:
            taken.add(was)
            pairs[now] = was
    return pairs


def _candidates(
    before: Sequence[LessonFile], after: Sequence[LessonFile]
) -> Iterator[tuple[float, int, str, str]]:
    """How alike a file before and one after are and how much of their paths is the same, both negative, with
    the paths; pairs that share nothing are left out."""
    runs_before = {file.path: _runs(file.text) for file in before}
    having = defaultdict[tuple[str, ...], list[str]](list)
    for path, runs in runs_before.items():
        for run in runs:
            having[run].append(path)
    for file in after:
        runs = _runs(file.text)
        for path, shared in Counter(path for run in runs for path in having.get(run, ())).items():
            alike = 2 * shared / (len(runs) + len(runs_before[path]))
            yield -alike, -_common_end(path, file.path), path, file.path


def _common_end(one: str, other: str) -> int:
    """How many names two paths have in common, from the last one on."""
    names = zip(reversed(one.split("/")), reversed(other.split("/")), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], names))


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = text.split()
    return frozenset(tuple(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1)))
