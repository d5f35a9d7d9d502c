"""Links from lesson to lesson: which headings they name, for those to be found whatever they say in other
languages, and which links lead to nothing in the source already."""

from collections import defaultdict
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from langassets.errors import InputError
from langassets.ingestion.lessons.files import Entry, FoundFile
from langassets.ingestion.lessons.markdown import MarkdownLesson
from langassets.ingestion.lessons.report import ImportReport
from langassets.translation.markdown.anchors.anchored import missing
from langassets.translation.markdown.anchors.lessons import lesson_links
from langassets.translation.markdown.anchors.slugs import Slugs


@dataclass(slots=True)
class LinkedHeadings:
    """The fragments that links name, by the path of the lesson that they lead to, and by whose: what a lesson
    names in itself needs no note."""

    slugs: Slugs
    _named: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    _lost: dict[str, str] = field(default_factory=dict)
    _linked: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry], slugs: Slugs) -> "LinkedHeadings":
        """Those of all files that are, or would be, lessons; each is read for it, one at a time."""
        found = cls(slugs)
        files = {entry.path: entry.file for entry in entries if isinstance(entry, FoundFile)}
        if slugs is not Slugs.OFF:
            for path, file in files.items():
                with suppress(ValueError, OSError, InputError):  # which are reported when it is its turn
                    found._note(file.read_bytes().decode(), path, files)
        return found

    def taken(self, lesson: MarkdownLesson) -> MarkdownLesson:
        """The lesson, with a note of its headings that others link to; its hash is that of both, so that it
        counts as changed when they do."""
        read = lesson.path, lesson.file_hash
        if read not in self._linked:  # a lesson is read more than once
            self._linked[read] = self._of(lesson)
        linked = self._linked[read]
        return lesson.changed("\0".join([lesson.file_hash, *linked]), linked=linked) if linked else lesson

    def _of(self, lesson: MarkdownLesson) -> tuple[str, ...]:
        named = self._named.get(lesson.path, {})
        lost = missing(lesson.text, named, self.slugs) if named else []
        self._lost.update({f"{lesson.path}#{fragment}": named[fragment] for fragment in lost})
        return tuple(sorted({one for one, by in named.items() if by != lesson.path} - {*lost}))

    def tell(self, report: ImportReport) -> None:
        """Put into the report what links lead to that is not there."""
        report.lost = dict(sorted(self._lost.items()))

    def _note(self, text: str, path: str, lessons: Container[str]) -> None:
        for link in lesson_links(text, path, lessons):
            if link.path is None:
                self._lost.setdefault(link.address, path)
            elif link.fragment:
                named = self._named[link.path]
                # What another lesson names counts before what the lesson names itself.
                if link.fragment not in named or named[link.fragment] == link.path:
                    named[link.fragment] = path
