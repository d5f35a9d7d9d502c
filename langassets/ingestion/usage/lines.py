"""Lines of a CSV file of usage, each judged by itself: one bad line spoils no other."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from operator import methodcaller
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from langassets.errors import InputError
from langassets.ingestion.usage.rows import check_day, check_language, check_lesson, check_requests
from langassets.wording import counted

# No line of usage is as long: something else was handed in, perhaps without any line ends at all.
_LONGEST_LINE = 64 * 1024
_BLOCK = 256 * 1024
# A value is judged once however often it occurs: a million rows hold few different ones.
_VALUES_HELD = 100_000


class BadRow(NamedTuple):
    """A row that is left out: its line in the file, counted from 1, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class UsageBlock:
    """Some lines of a file: the good rows by column (days like 2026-03-01), and what is left out."""

    languages: list[str]
    lessons: list[str]
    days: list[str]
    requests: list[int]
    bad: list[BadRow] = field(default_factory=list)


class UsageLines:
    """An open CSV file of usage, past its header. Raises `InputError` where that is none."""

    def __init__(self, path: Path, file: BinaryIO, today: date) -> None:
        self._path, self._file = path, file
        names = self._header()
        self._width = len(names)
        place = {name: number for number, name in enumerate(names)}
        judged: dict[str, Callable[[str], Any]] = {
            "language": lambda text: check_language(text.strip()),
            "lesson": lambda text: check_lesson(text.strip()),
            "day": lambda text: check_day(_day(text.strip()), today).isoformat(),
            "time": lambda text: check_day(_time(text.strip()), today).isoformat(),
            "count": _count,
        }
        self._columns = [(place[name], _Values(judge)) for name, judge in judged.items() if name in place]

    def __iter__(self) -> Iterator[UsageBlock]:
        """All lines, some thousands at a time: by column, which costs a fifth of row by row, and one by one
        where one of them is no plain row."""
        first = 2
        for lines in self._blocks():
            if max(map(len, lines)) >= _LONGEST_LINE:
                number = next(n for n, line in enumerate(lines, first) if len(line) >= _LONGEST_LINE)
                raise InputError(
                    f"{self._path}, line {number}, has more than 64 KB: check whether it is a CSV of usage."
                )
            yield self._by_column(lines) or self._one_by_one(lines, first)
            first += len(lines)

    def _blocks(self) -> Iterator[list[bytes]]:
        rest = b""
        while len(rest) < _LONGEST_LINE and (read := self._file.read(_BLOCK)):
            *lines, rest = (rest + read).split(b"\n")
            if lines:
                yield lines
        if rest:
            yield [rest]

    def _by_column(self, lines: list[bytes]) -> UsageBlock | None:
        """The rows of lines that are all good; None where one is not."""
        try:
            cells = self._cells(b"\n".join(lines).decode())
            found = [[*map(values.__getitem__, cells[place])] for place, values in self._columns]
        except (ValueError, csv.Error):
            return None
        languages, lessons, days, *requests = found
        return UsageBlock(languages, lessons, days, *(requests or [[1] * len(languages)]))

    def _cells(self, text: str) -> list[Sequence[str]]:
        """What stands in each column; ValueError where a line has another width."""
        lines = text.split("\n")
        if '"' in text:
            rows = [*csv.reader(lines, strict=True)]
            if len(rows) != len(lines) or {*map(len, rows)} != {self._width}:
                raise ValueError
            return [*zip(*rows, strict=True)]
        if {*map(methodcaller("count", ","), lines)} != {self._width - 1}:
            raise ValueError
        cells = text.replace("\n", ",").split(",")
        return [cells[place :: self._width] for place in range(self._width)]

    def _one_by_one(self, lines: list[bytes], first: int) -> UsageBlock:
        rows, bad = list[list[Any]](), list[BadRow]()
        for number, line in enumerate(lines, start=first):
            try:
                if line.strip():
                    rows.append(self._row(line))
            except ValueError as error:
                bad.append(BadRow(number, str(error)))
        languages, lessons, days, requests = ([row[place] for row in rows] for place in range(4))
        return UsageBlock(languages, lessons, days, requests, bad)

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

    def _row(self, line: bytes) -> list[Any]:
        try:
            fields = _fields(line.decode())
        except UnicodeDecodeError:
            raise ValueError("not text in UTF-8") from None
        if len(fields) != self._width:
            raise ValueError(f"{counted(len(fields), 'column')} where the first line has {self._width}")
        row = [values.judge(fields[place]) for place, values in self._columns]
        return row if len(row) == 4 else [*row, 1]


class _Values(dict[str, Any]):
    """What values of a column mean, by what is written; raises what judging one raises."""

    def __init__(self, judge: Callable[[str], Any]) -> None:
        super().__init__()
        self.judge = judge

    def __missing__(self, text: str) -> Any:
        if len(self) >= _VALUES_HELD:
            self.clear()
        meant = self[text] = self.judge(text)
        return meant


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
