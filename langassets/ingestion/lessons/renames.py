"""Which file is which one of before, perhaps under another name. Pure: hashes and texts in, pairs out."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import takewhile

from langassets.database.rows import chunks
from langassets.ingestion.lessons.files import LONGEST_PATH

# As much of two texts has to be the same as Git asks for by default before it speaks of a rename.
_ALIKE = 0.5
# A file of which more than so much is as it was has been edited where it lies, wherever a copy may be.
_HARDLY_CHANGED = 0.8
# Texts are compared by the runs of so many words that they share: unrelated lessons share nearly none.
_RUN = 3
_REPLACED = re.compile(r"(\.\d+\.replaced)+\Z")


# Texts compared at once with what they were.
_TOGETHER = 50

Texts = Callable[[Collection[str]], Mapping[str, str]]
"""The texts of files, by path; of those that can be had."""


def held(texts: Mapping[str, str]) -> Texts:
    """Texts that are all in memory."""
    return lambda paths: {path: texts[path] for path in paths}


def renamed(
    before: Mapping[str, str], after: Mapping[str, str], texts_before: Texts, texts_after: Texts
) -> dict[str, str]:
    """The paths of files, with the path that each had before; files that are new are left out. `before` and
    `after` are hashes of what they say, by path; only such texts are asked for as hashes do not tell of.

    What was hardly changed where it lies is what it was, then goes the same text, then what was changed by
    less than half where it lies, then what is most alike elsewhere, if more than half of it is. No file is in
    two pairs. Among equals goes first what has more of its path in common, from the end, then the order of
    paths.
    """
    in_place: dict[str, float] = {}
    for paths in chunks(sorted(before.keys() & after.keys()), _TOGETHER):
        were = texts_before(paths)
        for path in paths:
            if (text := texts_after([path]).get(path)) is not None:
                in_place[path] = _likeness(were[path], text)
    pairs = _by_hash(before, after, in_place)
    left, new = before.keys() - pairs.values(), after.keys() - pairs.keys()
    return pairs | (_most_alike(texts_before(left), texts_after(new)) if left and new else {})


def _by_hash(
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


def _most_alike(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """The pairs of `renamed` whose texts (by path) are neither the same nor at the same path."""
    ranked = sorted(_candidates(before, after))
    return _paired(((was, now) for alike, _, was, now in ranked if -alike > _ALIKE), {})


def _likeness(one: str, other: str) -> float:
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


def _candidates(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[float, int, str, str]]:
    """How alike a file before and one after are and how much of their paths is the same, both negative, with
    the paths; pairs that share nothing are left out."""
    runs_before = {path: _runs(text) for path, text in before.items()}
    having = defaultdict[tuple[str, ...], list[str]](list)
    for path, runs in runs_before.items():
        for run in runs:
            having[run].append(path)
    for now, text in after.items():
        runs = _runs(text)
        for path, shared in Counter(path for run in runs for path in having.get(run, ())).items():
            alike = 2 * shared / (len(runs) + len(runs_before[path]))
            yield -alike, -_common_end(path, now), path, now


def _common_end(one: str, other: str) -> int:
    """How many names two paths have in common, from the last one on."""
    names = zip(reversed(one.split("/")), reversed(other.split("/")), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], names))


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = text.split()
    return frozenset(tuple(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1)))
