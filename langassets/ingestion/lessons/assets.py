"""Images and other files beside lessons: which of them lessons link to, where the links lead then, and copies
in storage, once for all languages."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from langassets.errors import InputError, unusable
from langassets.ingestion.lessons.files import MARKDOWN, FileProblem
from langassets.ingestion.lessons.markdown import MarkdownLesson
from langassets.ingestion.lessons.report import ImportReport
from langassets.services import Services
from langassets.storage.keys import is_key
from langassets.storage.lesson_assets import ASSETS_PREFIX, FROM_LESSON, asset_key
from langassets.storage.store import ContentStore
from langassets.translation.markdown.links import Target, may_lead_to_files, target_of, with_addresses

# Copies on their way at once: each is held whole, and storage takes no more anyhow.
_AT_ONCE = 8


class LessonAssets(StrEnum):
    """What becomes of files that lessons link to: told of only, copied into storage, or linked at another
    address."""

    NAME = "name"
    COPY = "copy"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class AssetAddresses:
    """Where addresses of files lead to in a stored lesson: `base` is an address without a slash at its end;
    None, with copies, for addresses relative to the lesson's own object."""

    mode: LessonAssets = LessonAssets.NAME
    base: str | None = None


@dataclass(slots=True)
class LinkedFiles:
    """The files that lessons link to by relative addresses, collected as lessons are read."""

    folder: Path
    addresses: AssetAddresses
    _keys: dict[str, str | None] = field(default_factory=dict)
    _linked: dict[str, str] = field(default_factory=dict)
    _missing: dict[str, str] = field(default_factory=dict)
    _problems: list[FileProblem] = field(default_factory=list)

    def taken(self, lesson: MarkdownLesson) -> MarkdownLesson:
        """The lesson, its addresses of files changed where that is asked for; its hash is that of its text,
        so that it counts as changed when an address does."""
        if not may_lead_to_files(lesson.text):
            return lesson
        try:
            text = with_addresses(lesson.text, lambda address: self._changed(address, lesson.path))
        except InputError:
            return lesson  # too nested to be parsed: the preload reports it
        return lesson if text == lesson.text else lesson.changed(text, text=text)

    def tell(self, report: ImportReport) -> None:
        """Put into the report which files are linked, and which are missing; linked ones are not skipped."""
        report.linked = dict(sorted(self._linked.items()))
        report.missing = dict(sorted(self._missing.items()))
        report.problems += self._problems
        report.others = [other for other in report.others if other.path not in self._linked]
        report.copies = {key: path for path, key in sorted(self._keys.items()) if key}

    def _changed(self, address: str, lesson: str) -> str | None:
        target = target_of(address, lesson)
        if target is None or Path(target.path).suffix.lower() in ("", *MARKDOWN):
            return None
        if not self._is_there(target.path):
            self._missing.setdefault(target.path, lesson)
            return None
        self._linked.setdefault(target.path, lesson)
        return self._address(target)

    def _address(self, target: Target) -> str | None:
        """Where the address of a file that is there leads to; None: where it did."""
        base = self.addresses.base
        match self.addresses.mode:
            case LessonAssets.COPY:
                key = self._key(target.path)
                return (f"{base}/" if base else FROM_LESSON) + key + target.rest if key else None
            case LessonAssets.LINK:
                return f"{base}/{quote(target.path)}{target.rest}"
        return None

    def _key(self, path: str) -> str | None:
        """The key of a file's copy; None where none can be had."""
        if path not in self._keys:
            try:
                with (self.folder / path).open("rb") as opened:
                    key = asset_key(path, hashlib.file_digest(opened, "sha256").hexdigest())
                reason = None if is_key(key) else "its path is too long to be copied into storage"
            except OSError as error:
                key, reason = "", f"cannot be read: {error.strerror}"
            self._keys[path] = None if reason else key
            if reason:
                self._problems.append(FileProblem(path, reason))
        return self._keys[path]

    def _is_there(self, path: str) -> bool:
        """Whether there is such a file that may be published: no hidden one, and none outside the folder."""
        file = self.folder / path
        hidden = any(part.startswith(".") for part in path.split("/"))
        try:
            return not hidden and file.is_file() and file.resolve().is_relative_to(self.folder.resolve())
        except (OSError, RuntimeError, ValueError):
            return False


async def copy_assets(services: Services, folder: Path, copies: Mapping[str, str]) -> list[str]:
    """Copy files below `folder`, given by their keys, which change with their content; the paths of those
    that did not stand in storage yet.

    Raises `InputError` for a file that cannot be read, and what the store raises; the next import copies the
    rest.
    """
    places = asyncio.Semaphore(_AT_ONCE)

    async def copy(store: ContentStore, key: str, path: str) -> None:
        async with places:
            await store.write(key, await asyncio.to_thread(_read, folder / path))

    async with services.store() as store:
        standing = {found.key async for found in store.list(ASSETS_PREFIX)}
        new = {key: path for key, path in copies.items() if key not in standing}
        async with asyncio.TaskGroup() as group:
            for key, path in new.items():
                group.create_task(copy(store, key, path))
    return [*new.values()]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise unusable(file, error) from None
