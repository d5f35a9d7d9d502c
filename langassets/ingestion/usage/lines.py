"""Lines of a CSV file of usage, each judged by itself: one bad line spoils no other."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from langassets.database.usage.lesson_usage import UsageRow
from langassets.errors import InputError
from langassets.ingestion.usage.rows import check_day, check_language, check_lesson, check_requests
from langassets.wording import counted

# No line of usage is as long: something else was handed in, perhaps without any line ends at all.
_LONGEST_LINE = 64 * 1024


class UsageLines:
    """An open CSV file of usage, past its header. Raises `InputError` where that is none."""

    def __init__(self, path: Path, file: BinaryIO, today: date) -> None:
        self._path, self._file = path, file
        names = self._header()
        self._width = len(names)
        place = {name: number for number, name in enumerate(names)}
        self._language, self._lesson, self._count = place["language"], place["lesson"], place.get("count")
        self._when = place["day"] if "day" in place else place["time"]
        when = _day if "day" in place else _time
        # A value is judged once however often it occurs: a million rows hold few different ones.
        self._read_language = lru_cache(10_000)(lambda text: check_language(text.strip()))
        self._read_lesson = lru_cache(100_000)(lambda text: check_lesson(text.strip()))
        self._read_day = lru_cache(100_000)(lambda text: check_day(when(text.strip()), today))
        self._read_count = lru_cache(10_000)(_count)

    def __iter__(self) -> Iterator[tuple[int, UsageRow | str]]:
        """Each line's number in the file, counted from 1, with its row or the reason why it is none."""
        for number, line in enumerate(self._lines(), start=2):
            if line.isspace():
                continue
            try:
                yield number, self._row(line)
            except ValueError as error:
                yield number, str(error)

    def _header(self) -> list[str]:
        first = self._file.readline(_LONGEST_LINE)
        if not first:
            raise InputError(
                f"{self._path} is empty: it must begin with a line like language,lesson,day,count."
            )
        try:
            text = first.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            raise InputError(f"{self._path} is not text in UTF-8: save it as CSV in UTF-8.")
        try:
            names = [name.strip().lower() for name in _fields(text)]
        except ValueError as error:
            raise InputError(
                f"{self._path}, line 1: {error}. It names the columns, like: language,lesson,day,count"
            ) from None
        problems = [f"no column {name!r}" for name in ("language", "lesson") if name not in names]
        if ("day" in names) + ("time" in names) != 1:
            problems.append("not exactly one of the columns 'day' and 'time'")
        problems += [f"column {name!r} twice" for name in sorted({n for n in names if names.count(n) > 1})]
        if problems:
            raise InputError(
                f"{self._path}: the first line has {', '.join(problems)}. It names the columns, separated by "
                "commas, like: language,lesson,day,count"
            )
        return names

    def _lines(self) -> Iterator[bytes]:
        number = 1
        while line := self._file.readline(_LONGEST_LINE):
            number += 1
            if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                raise InputError(
                    f"{self._path}, line {number}, has more than 64 KB: check whether it is a CSV of usage."
                )
            yield line

    def _row(self, line: bytes) -> UsageRow:
        try:
            fields = _fields(line.decode())
        except UnicodeDecodeError:
            raise ValueError("not text in UTF-8") from None
        if len(fields) != self._width:
            raise ValueError(f"{counted(len(fields), 'column')} where the first line has {self._width}")
        return UsageRow(
            self._read_language(fields[self._language]),
            self._read_lesson(fields[self._lesson]),
            self._read_day(fields[self._when]),
            1 if self._count is None else self._read_count(fields[self._count]),
        )


def _fields(line: str) -> list[str]:
    if '"' not in line:
        return line.rstrip("\r\n").split(",")
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error:
        raise ValueError("quotes that do not fit together") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not a day like 2026-03-01") from None


def _time(text: str) -> date:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:40]!r} is not a time like 2026-03-01T12:30:00Z") from None


def _count(text: str) -> int:
    text = text.strip()
    digits = text.removeprefix("-")
    # int() would take more than anyone means: 1_000, a thousand digits, the digits of other scripts.
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 20:
        raise ValueError(f"the count is not a whole number: {text[:40]!r}")
    return check_requests(int(text))
