"""Lessons out as Markdown: what stands in storage in one language, in the structure of the folder that the
lessons came from."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from langassets.database.connection import reading
from langassets.database.content.lessons import content_data
from langassets.errors import InputError, ObjectMissingError
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.export.sources import SourceFolder, source_folder
from langassets.jobs.export.text import exported_text, linked_headings, with_anchors, with_language
from langassets.jobs.export.writing import ExportFolder
from langassets.jobs.lessons import DesiredContent, load_desired
from langassets.jobs.preload.plan import plan_language
from langassets.services import Services
from langassets.storage.keys import LessonKey
from langassets.storage.store import ContentStore
from langassets.translation.freshness import Decision
from langassets.translation.markdown.anchors.site import site_of

CONTENT_TYPE = "text"
# Objects read together.
_AT_ONCE = 16


@dataclass(slots=True)
class ExportReport:
    """What an export came to: how many lessons, which files were `written` (images included), and how many
    stood there already; by path, why a lesson is `missing`; files at which something else stands (`kept`);
    which lessons link to what is not there (`dead`); and files of earlier exports that are no longer among
    them (`left_over`). `frequent` says whether a preload sees to the language."""

    lessons: int = 0
    written: list[str] = field(default_factory=list)
    unchanged: int = 0
    missing: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    dead: list[tuple[str, str]] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    frequent: bool = True

    @property
    def complete(self) -> bool:
        """Whether every lesson was exported."""
        return not (self.missing or self.kept)


async def export_lessons(
    services: Services, language: str, folder: Path, *, source: Path | None = None, force: bool = False
) -> ExportReport:
    """Write the lessons that were imported from a folder (`source`, where there are several) and stand in
    storage in `language` (the application's code), fresh or edited by hand, as Markdown below `folder`.

    Files are replaced where an export wrote them, or `force` is set; nothing is deleted. Raises `InputError`
    for a folder that cannot be written to, and what the store raises.
    """
    origin = source_folder(services.data, source)
    _refuse_inside(origin.folder, folder)
    with ExportFolder(folder, language, force=force) as output:
        async with services.store() as store:
            report = await _Export(services, store, origin, language, output).run()
    report.written, report.unchanged, report.kept = output.written, output.unchanged, output.kept
    return report


def _refuse_inside(origin: Path, folder: Path) -> None:
    if folder.resolve().is_relative_to(origin):
        raise InputError(
            f"{folder} lies in {origin}, from which the lessons are imported: the next import would take "
            "their translations for lessons. Name a folder outside."
        )


class _Export:
    def __init__(
        self,
        services: Services,
        store: ContentStore,
        origin: SourceFolder,
        language: str,
        output: ExportFolder,
    ) -> None:
        self._services, self._store, self._origin = services, store, origin
        self._language, self._output = language, output
        self._site = site_of(origin.folder, services.slugs)
        self._report = ExportReport()
        self._files: dict[str, str | None] = {}
        self._linking: dict[str, str] = {}

    async def run(self) -> ExportReport:
        """Write what stands; the report lacks what the folder itself knows."""
        desired, _ = load_desired(self._services.data)
        by_lesson = {one.lesson: one for one in desired if one.content_type == CONTENT_TYPE}
        self._report.missing = await self._missing(desired)
        paths = {path: one for path, one in self._origin.lessons.items() if path not in self._report.missing}
        anchors = self._anchors(paths)
        chosen = iter(paths.items())
        while together := [*islice(chosen, _AT_ONCE)]:
            keys = [self._key(lesson) for _, lesson in together]
            bodies = await asyncio.gather(*map(self._store.read, keys), return_exceptions=True)
            sources = self._sources([lesson for path, lesson in together if anchors[path]])
            for (path, lesson), body in zip(together, bodies, strict=True):
                self._write(path, by_lesson[lesson], body, paths, anchors[path], sources.get(lesson))
        await self._write_files()
        self._report.left_over = self._output.left_over({*self._origin.lessons, *self._files})
        settings = self._services.settings
        frequent = frequent_languages(self._services.data, settings.predefined_languages).codes
        self._report.frequent = self._language in frequent
        return self._report

    async def _missing(self, desired: Sequence[DesiredContent]) -> dict[str, str]:
        """Which lessons' objects do not stand, or are outdated, by path."""
        plan = await plan_language(self._services, self._store, self._language, desired)
        reasons = {item.key: self._reason(item.decision) for item in plan.to_make}
        wanted = {(one.lesson, one.content_type) for one in desired}
        found: dict[str, str] = {}
        for path, lesson in self._origin.lessons.items():
            if (lesson, CONTENT_TYPE) not in wanted:
                found[path] = "it has no text any more"
            elif reason := reasons.get(self._key(lesson)):
                found[path] = reason
        return found

    def _reason(self, decision: Decision) -> str:
        if decision is Decision.MISSING:
            return f"not in storage in {self._language}"
        changed = "model, prompt or glossary have" if decision is Decision.STALE_RECIPE else "the lesson has"
        return f"outdated in {self._language}: {changed} changed since"

    def _anchors(self, paths: Mapping[str, str]) -> dict[str, set[str]]:
        """By path, the fragments that links of lessons name."""
        found = defaultdict[str, set[str]](set)
        by_lesson = {lesson: path for path, lesson in paths.items()}
        for lesson, text in self._texts(by_lesson):
            if "#" in text:
                for path, fragment in linked_headings(text, by_lesson[lesson], paths):
                    found[path].add(fragment)
        return found

    def _sources(self, lessons: Sequence[str]) -> dict[str, str]:
        return dict(self._texts(lessons))

    def _texts(self, lessons: Collection[str]) -> Iterator[tuple[str, str]]:
        """The lessons' own texts, a few at a time."""
        with reading(self._services.data) as connection:
            for lesson, _, data in content_data(connection, [(one, CONTENT_TYPE) for one in lessons]):
                if isinstance(data, dict) and isinstance(data.get("text"), str):
                    yield lesson, data["text"]

    def _write(
        self,
        path: str,
        want: DesiredContent,
        body: bytes | BaseException,
        exported: Collection[str],
        fragments: Collection[str],
        source: str | None,
    ) -> None:
        if isinstance(body, ObjectMissingError):
            self._report.missing[path] = self._reason(Decision.MISSING)
            return
        if isinstance(body, BaseException):
            raise body
        text = _text_of(body)
        if text is None:
            self._report.missing[path] = f"edited in storage to what is no lesson: {self._key(want.lesson)}"
            return
        made = exported_text(text, path, exported, self._services.settings.lesson_assets_url)
        text = with_language(made.text, want.source_language, self._language)
        if source and fragments:
            text = with_anchors(text, source, fragments, self._site)
        self._output.write(path, text.encode())
        self._report.lessons += 1
        self._report.dead += [(path, dead) for dead in made.dead]
        for file, key in made.files.items():
            self._files[file] = self._files.get(file) or key
            self._linking.setdefault(file, path)

    async def _write_files(self) -> None:
        for path, key in sorted(self._files.items()):
            body = await asyncio.to_thread(self._read_file, path)
            if body is None and key:
                body = await self._copy(key)
            if body is None:
                self._report.dead.append((self._linking[path], path))
            else:
                self._output.write(path, body)

    def _read_file(self, path: str) -> bytes | None:
        """A file beside the lessons' sources; None where there is none that may be published."""
        file = self._origin.folder / path
        if any(part.startswith(".") for part in path.split("/")):
            return None
        try:
            inside = file.resolve().is_relative_to(self._origin.folder) and file.is_file()
            return file.read_bytes() if inside else None
        except (OSError, RuntimeError):
            return None

    async def _copy(self, key: str) -> bytes | None:
        try:
            return await self._store.read(key)
        except ObjectMissingError:
            return None

    def _key(self, lesson: str) -> str:
        return LessonKey(self._language, lesson, CONTENT_TYPE).key


def _text_of(body: bytes) -> str | None:
    """The Markdown in a lesson's object; None where there is none."""
    try:
        data = json.loads(body)
    except ValueError:
        return None
    text = data.get("text") if isinstance(data, dict) else None
    return text if isinstance(text, str) else None
