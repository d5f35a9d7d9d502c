"""Files of an export, in a folder that may hold a person's own: nothing of theirs is replaced, nothing ever
deleted."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from langassets.errors import InputError, unusable

RECORD = ".langassets-export.json"
"""Beside the files, which of them an export wrote: language, and SHA-256 by path."""


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


class ExportFolder:
    """The folder that an export writes to. As a context manager: what was written is recorded in the end, an
    export that breaks off included."""

    def __init__(self, folder: Path, origin: Path, language: str, *, force: bool) -> None:
        """Raises `InputError` where it is no folder, lies in `origin`, which the lessons come from, or holds
        another language and `force` is not set."""
        if folder.resolve().is_relative_to(origin):
            raise InputError(
                f"{folder} lies in {origin}, from which the lessons are imported: the next import would take "
                "their translations for lessons. Name a folder outside."
            )
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder} is not a folder: name a folder to write the lessons to.")
        self._folder, self._language, self._force = folder, language, force
        held, self._recorded = _read(folder / RECORD)
        if held not in (None, language) and not force:
            raise InputError(
                f"{folder} holds lessons in {held} that an export wrote: name another folder, or replace "
                "them with --force."
            )
        self.report = ExportReport()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._recorded:
            record = {"language": self._language, "files": dict(sorted(self._recorded.items()))}
            self._put(RECORD, json.dumps(record, ensure_ascii=False, indent=2).encode() + b"\n")

    def write(self, path: str, body: bytes) -> None:
        """Write a file, unless the same stands there, or something that no export wrote."""
        new, standing = hashlib.sha256(body).hexdigest(), self._standing(path)
        if standing not in (None, new, self._recorded.get(path)) and not self._force:
            self.report.kept.append(path)
            return
        if standing == new:
            self.report.unchanged += 1
        else:
            self._put(path, body)
            self.report.written.append(path)
        self._recorded[path] = new

    def left_over(self, paths: Iterable[str]) -> list[str]:
        """What earlier exports wrote, still stands, and is none of `paths`."""
        now = set(paths)
        return [path for path in sorted(self._recorded) if path not in now and (self._folder / path).exists()]

    def _standing(self, path: str) -> str | None:
        """The SHA-256 of what stands at a path."""
        file = self._folder / path
        try:
            return hashlib.sha256(file.read_bytes()).hexdigest()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unusable(file, error) from None

    def _put(self, path: str, body: bytes) -> None:
        file = self._folder / path
        unfinished = file.with_name(f".{file.name[:200]}.unfinished")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.parent.resolve().is_relative_to(self._folder.resolve()):
                raise InputError(
                    f"{file.parent} is a link out of {self._folder}: an export writes inside it alone."
                )
            unfinished.write_bytes(body)
            unfinished.replace(file)
        except OSError as error:
            raise unusable(file, error, "written") from None
        finally:
            with suppress(OSError):
                unfinished.unlink()


def _read(record: Path) -> tuple[str | None, dict[str, str]]:
    """Language and files of an earlier export; None and nothing where there was none."""
    try:
        found = json.loads(record.read_bytes())
        return str(found["language"]), {str(path): str(value) for path, value in found["files"].items()}
    except FileNotFoundError:
        return None, {}
    except OSError as error:
        raise unusable(record, error) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(
            f"{record} is not as an export wrote it: remove it, and give --force if the files beside it may "
            "be replaced."
        ) from None
