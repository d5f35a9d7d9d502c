"""Which file that is new is one that is gone, under another name. Pure: texts in, pairs out."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

# As much of two texts has to be the same as Git asks for by default before it speaks of a rename.
_ALIKE = 0.5
# Texts are compared by the runs of so many words that they share: unrelated lessons share nearly none.
_RUN = 3


@dataclass(frozen=True, slots=True)
class LessonFile:
    """A file by its path below the folder, the hash of what it says, and its text."""

    path: str
    file_hash: str
    text: str


def renamed(gone: Sequence[LessonFile], new: Sequence[LessonFile]) -> dict[str, str]:
    """The paths of new files that are gone ones, with the path that each had before.

    The same text first, then what is most alike, if more than half of it is; no file is in two pairs. Among
    equals a file of the same name goes first, then the order of paths.
    """
    pairs: dict[str, str] = {}
    left = {file.path: file for file in gone}
    for likeness, before, after in sorted(_candidates(gone, new), key=lambda one: (-one[0], *one[1:])):
        if likeness > _ALIKE and before in left and after not in pairs:
            del left[before]
            pairs[after] = before
    return pairs


def _candidates(gone: Sequence[LessonFile], new: Sequence[LessonFile]) -> list[tuple[float, str, str]]:
    """How alike a gone and a new file are: from 0 to 1, 2 for the same text, and a little more for the same
    name; pairs that share nothing are left out."""
    runs_of_gone = {file.path: _runs(file.text) for file in gone}
    having = defaultdict[tuple[str, ...], list[LessonFile]](list)
    for file in gone:
        for run in runs_of_gone[file.path]:
            having[run].append(file)
    found = []
    for file in new:
        runs = _runs(file.text)
        shared = Counter(other.path for run in runs for other in having.get(run, ()))
        hashes = {other.path for other in gone if other.file_hash == file.file_hash}
        for path in shared.keys() | hashes:
            size = len(runs) + len(runs_of_gone[path])
            likeness = 2.0 if path in hashes else 2 * shared[path] / size if size else 0.0
            same_name = PurePosixPath(path).name == PurePosixPath(file.path).name
            found.append((likeness + (0.001 if same_name else 0), path, file.path))
    return found


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = text.split()
    return frozenset(tuple(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1)))
