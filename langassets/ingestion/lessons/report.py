"""What an import came to, file by file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from langassets.ingestion.lessons.files import FileProblem, OtherFile
from langassets.wording import counted


@dataclass(slots=True)
class ImportReport:
    """What became of each file, by its path below the folder; of those left as they were, how many. All files
    that are lessons, or could have been, were `seen`, but those that are `emptied`.

    `moved_from` is where the folder lay before, `renamed` are paths before and after. `updated` are changed
    files, and those that came back; `archived` are lessons whose file is gone, or is `emptied`: has no text,
    and an earlier version made a lesson without text of it. `problems` cannot become lessons as they are,
    `others` are not meant to.

    `linked` are files beside the lessons that a lesson links to, `missing` such as are not there, each with
    the first lesson that does; `copies` are to be copied into storage, paths by key. `lost` is what else
    links lead to that is not there, as an address or as a lesson with a fragment.
    """

    seen: set[str] = field(default_factory=set)
    moved_from: str | None = None
    renamed: list[tuple[str, str]] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: list[FileProblem] = field(default_factory=list)
    others: list[OtherFile] = field(default_factory=list)
    emptied: set[str] = field(default_factory=set)
    linked: dict[str, str] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)

    @property
    def twins(self) -> list[tuple[str, ...]]:
        """Lessons whose files differ by their ending alone."""

        def stem(path: str) -> str:
            return str(PurePosixPath(path).with_suffix(""))

        same = (tuple(sorted(found)) for _, found in groupby(sorted(self.seen, key=stem), stem))
        return [found for found in same if len(found) > 1]

    @property
    def summary(self) -> str:
        """How many of each kind, on one line."""
        skipped = len(self.problems) + len(self.others)
        renamed = f"{len(self.renamed):,} renamed, " if self.renamed else ""
        return (
            f"Lessons: {len(self.added):,} added, {renamed}{len(self.updated):,} updated, "
            f"{self.unchanged:,} unchanged, {len(self.archived):,} archived"
            + (f"; {counted(skipped, 'file')} skipped." if skipped else ".")
        )

    def kinds(self) -> Iterator[list[str]]:
        """What is to be said of each file, a list for each kind."""
        yield [f"moved from {self.moved_from}"] if self.moved_from else []
        yield [f"renamed {before} to {after}" for before, after in self.renamed]
        yield [f"added {path}" for path in self.added]
        yield [f"updated {path}" for path in self.updated]
        yield [f"archived {path}" for path in self.archived]
        yield [f"skipped {path}: {reason}" for path, reason in self.problems]
        yield [f"skipped {path}: {reason}" for path, reason in self.others]
        yield [f"missing {path}, to which {by} links" for path, by in self.missing.items()]
        yield [f"lost {what}, to which {by} links" for what, by in self.lost.items()]
        yield [
            f"alike: {' and '.join(paths)} differ by their ending alone; each is a lesson of its own"
            for paths in self.twins
        ]

    def as_dict(self) -> dict[str, Any]:
        """The same for machines."""
        skipped = [*self.problems, *self.others]
        return {
            "moved_from": self.moved_from,
            "renamed": [{"from": before, "to": after} for before, after in self.renamed],
            "added": self.added,
            "updated": self.updated,
            "archived": self.archived,
            "unchanged": self.unchanged,
            "skipped": [{"path": path, "reason": reason} for path, reason in skipped],
            "linked": [{"path": path, "by": by} for path, by in self.linked.items()],
            "missing": [{"path": path, "by": by} for path, by in self.missing.items()],
            "lost": [{"link": what, "by": by} for what, by in self.lost.items()],
        }
