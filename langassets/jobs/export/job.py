"""Lessons out as Markdown: what stands in storage in one language, in the structure of the folder that the
lessons came from."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from langassets.database.connection import reading
from langassets.database.content.lessons import content_data
from langassets.database.rows import chunks
from langassets.errors import ObjectMissingError
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.export.sources import SourceFolder, source_folder
from langassets.jobs.export.text import exported_text, linked_headings, with_anchors, with_language
from langassets.jobs.export.writing import ExportFolder, ExportReport
from langassets.jobs.lessons import DesiredContent, load_desired
from langassets.jobs.preload.plan import plan_language
from langassets.services import Services
from langassets.storage.keys import LessonKey
from langassets.storage.store import ContentStore
from langassets.translation.freshness import Decision
from langassets.translation.markdown.anchors.slugs import site_of

CONTENT_TYPE = "text"
# Objects read together.
_AT_ONCE = 16


async def export_lessons(
    services: Services, language: str, folder: Path, *, source: Path | None = None, force: bool = False
) -> ExportReport:
    """Write the lessons that were imported from a folder (`source`, where there are several) and stand in
    storage in `language` (the application's code), fresh or edited by hand, as Markdown below `folder`.

    Files are replaced where an export wrote them, or `force` is set; nothing is deleted. Raises `InputError`
    for a folder that cannot be written to, and what the store raises.
    """
    origin = source_folder(services.data, source)
    with ExportFolder(folder, origin.folder, language, force=force) as output:
        async with services.store() as store:
            await _Export(services, store, origin, language, output, output.report).run()
    return output.report


@dataclass(slots=True)
class _Export:
    services: Services
    store: ContentStore
    origin: SourceFolder
    language: str
    output: ExportFolder
    report: ExportReport
    files: dict[str, str | None] = field(default_factory=dict)
    """Files beside the lessons that these link to, and the keys of their copies."""

    linking: dict[str, str] = field(default_factory=dict)
    """The first lesson that links to each."""

    async def run(self) -> None:
        """Write what stands."""
        services, report, output = self.services, self.report, self.output
        desired, _ = load_desired(services.data)
        languages = {one.lesson: one.source_language for one in desired if one.content_type == CONTENT_TYPE}
        report.missing = await self._missing(desired, languages)
        paths = {path: one for path, one in self.origin.lessons.items() if path not in report.missing}
        anchors = self._anchors(paths)
        site = site_of(self.origin.folder, services.slugs)
        for together in chunks(paths.items(), _AT_ONCE):
            reads = (self.store.read(self._key(lesson)) for _, lesson in together)
            bodies = await asyncio.gather(*reads, return_exceptions=True)
            sources = dict(self._texts([lesson for path, lesson in together if anchors[path]]))
            for (path, lesson), body in zip(together, bodies, strict=True):
                if (text := self._text(path, lesson, body, paths)) is not None:
                    text = with_language(text, languages[lesson], self.language)
                    if source := sources.get(lesson):
                        text = with_anchors(text, source, anchors[path], site)
                    output.write(path, text.encode())
                    report.lessons += 1
        await self._write_files()
        report.left_over = output.left_over({*self.origin.lessons, *self.files})
        frequent = frequent_languages(services.data, services.settings.predefined_languages)
        report.frequent = self.language in frequent.codes

    async def _missing(self, desired: Sequence[DesiredContent], with_text: Container[str]) -> dict[str, str]:
        """Which lessons' objects do not stand, or are outdated, by path."""
        plan = await plan_language(self.services, self.store, self.language, desired)
        reasons = {item.key: self._reason(item.decision) for item in plan.to_make}
        found: dict[str, str] = {}
        for path, lesson in self.origin.lessons.items():
            if lesson not in with_text:
                found[path] = "it has no text any more"
            elif reason := reasons.get(self._key(lesson)):
                found[path] = reason
        return found

    def _reason(self, decision: Decision) -> str:
        if decision is Decision.MISSING:
            return f"not in storage in {self.language}"
        changed = "model, prompt or glossary have" if decision is Decision.STALE_RECIPE else "the lesson has"
        return f"outdated in {self.language}: {changed} changed since"

    def _anchors(self, paths: Mapping[str, str]) -> dict[str, set[str]]:
        """By path, the fragments that links of lessons name."""
        found = defaultdict[str, set[str]](set)
        by_lesson = {lesson: path for path, lesson in paths.items()}
        for lesson, text in self._texts(by_lesson):
            if "#" in text:
                for path, fragment in linked_headings(text, by_lesson[lesson], paths):
                    found[path].add(fragment)
        return found

    def _texts(self, lessons: Collection[str]) -> Iterator[tuple[str, str]]:
        """The lessons' own texts, a few at a time."""
        with reading(self.services.data) as connection:
            for lesson, _, data in content_data(connection, [(one, CONTENT_TYPE) for one in lessons]):
                if (text := _text_in(data)) is not None:
                    yield lesson, text

    def _text(
        self, path: str, lesson: str, body: bytes | BaseException, exported: Container[str]
    ) -> str | None:
        """The Markdown in a lesson's object, its links as they were; None where there is none."""
        if isinstance(body, ObjectMissingError):
            self.report.missing[path] = self._reason(Decision.MISSING)
            return None
        if isinstance(body, BaseException):
            raise body
        text = _text_of(body)
        if text is None:
            self.report.missing[path] = f"edited in storage to what is no lesson: {self._key(lesson)}"
            return None
        made = exported_text(text, path, exported, self.services.settings.lesson_assets_url)
        self.report.dead += [(path, dead) for dead in made.dead]
        for file, key in made.files.items():
            self.files[file] = self.files.get(file) or key
            self.linking.setdefault(file, path)
        return made.text

    async def _write_files(self) -> None:
        for path, key in sorted(self.files.items()):
            body = await asyncio.to_thread(self._read_file, path)
            if body is None and key:
                with suppress(ObjectMissingError):
                    body = await self.store.read(key)
            if body is None:
                self.report.dead.append((self.linking[path], path))
            else:
                self.output.write(path, body)

    def _read_file(self, path: str) -> bytes | None:
        """A file beside the lessons' sources; None where there is none that may be published."""
        file = self.origin.folder / path
        if any(part.startswith(".") for part in path.split("/")):
            return None
        try:
            inside = file.resolve().is_relative_to(self.origin.folder) and file.is_file()
            return file.read_bytes() if inside else None
        except (OSError, RuntimeError):
            return None

    def _key(self, lesson: str) -> str:
        return LessonKey(self.language, lesson, CONTENT_TYPE).key


def _text_of(body: bytes) -> str | None:
    """The Markdown in a lesson's object; None where there is none."""
    try:
        return _text_in(json.loads(body))
    except ValueError:
        return None


def _text_in(data: object) -> str | None:
    text = data.get("text") if isinstance(data, dict) else None
    return text if isinstance(text, str) else None
