"""Usage from a CSV file: `language,lesson,day,count`, a million rows as easily as ten."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.connection import writing
from langassets.database.rows import upsert
from langassets.database.schema import imported_usage
from langassets.database.usage.incoming import stage, take_in
from langassets.database.usage.lesson_names import lesson_names
from langassets.errors import InputError, unusable
from langassets.ingestion.usage.lines import BadRow, UsageBlock, UsageLines

# Rows in the database's temporary table before they are added up: about 60 MB of its disk.
_HELD = 1_000_000
_BAD_KEPT = 1000
_BAD_NAMED = 10


class UnmatchedName(NamedTuple):
    """A name in the file that means no lesson, its requests, and the name of a lesson that looks like it."""

    name: str
    requests: int
    nearest: str | None


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What an import came to: rows that were taken and the requests in them, and rows that were left out.

    `bad` names the first 1,000 of the `bad_rows`. `unmatched` are the names in the file that mean no lesson,
    with their requests, the most requested first: recorded all the same, they count once there is one.
    """

    rows: int
    requests: int
    bad_rows: int
    bad: tuple[BadRow, ...]
    unmatched: tuple[UnmatchedName, ...] = ()


def import_usage(engine: sa.Engine, path: Path, *, strict: bool = False, again: bool = False) -> UsageReport:
    """Add the requests of a CSV file to what is recorded, in one transaction.

    The first line names the columns, in any order: `language`, `lesson` (its number, or the path or name of
    its file), either `day` or `time` (UTC where it names no zone), and `count` (without it each row is one
    request). Bad rows are left out and reported; with `strict`, or where no row is good, they raise
    `InputError`, and nothing is imported. So does a file that cannot be read as this, and one whose very
    bytes went in before, unless `again` is set; files that overlap in part add up.
    """
    try:
        with path.open("rb") as file:
            file_hash = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            lines = UsageLines(path, file, datetime.now(UTC).date())
            with writing(engine) as connection:
                if not again:
                    _refuse_twice(connection, path, file_hash)
                report = _add(connection, lines)
                if report.bad_rows and (strict or not report.rows):
                    raise InputError(_complaint(path, report))
                _remember(connection, path, file_hash, report.requests)
    except OSError as error:
        raise unusable(path, error) from None
    return report


def _add(connection: sa.Connection, blocks: Iterable[UsageBlock]) -> UsageReport:
    by_lesson = Counter[str]()
    rows = requests = bad_rows = staged = 0
    bad: list[BadRow] = []
    for block in blocks:
        bad_rows += len(block.bad)
        bad += block.bad[: _BAD_KEPT - len(bad)]
        rows += len(block.requests)
        requests += sum(block.requests)
        for lesson, count in zip(block.lessons, block.requests, strict=True):
            by_lesson[lesson] += count
        stage(connection, zip(block.languages, block.days, block.lessons, block.requests, strict=True))
        staged += len(block.requests)
        if staged >= _HELD:
            take_in(connection)
            staged = 0
    if staged:
        take_in(connection)
    return UsageReport(rows, requests, bad_rows, tuple(bad), _unmatched(connection, +by_lesson))


def _unmatched(connection: sa.Connection, by_lesson: Counter[str]) -> tuple[UnmatchedName, ...]:
    names = lesson_names(connection)
    found = [one for one in by_lesson.most_common() if names.number_of(one[0]) is None]
    looked_up = {name: names.nearest(name) for name, _ in found[:_BAD_NAMED]}
    return tuple(UnmatchedName(name, requests, looked_up.get(name)) for name, requests in found)


def _refuse_twice(connection: sa.Connection, path: Path, file_hash: str) -> None:
    table = imported_usage.c
    query = sa.select(table.imported_at, table.file_name).where(table.file_hash == file_hash)
    if before := connection.execute(query).one_or_none():
        raise InputError(
            f"{path} was imported already, on {before.imported_at:%Y-%m-%d %H:%M} UTC as {before.file_name}: "
            "once more, and each request would count twice. If that is meant, repeat it with --again."
        )


def _remember(connection: sa.Connection, path: Path, file_hash: str, requests: int) -> None:
    name = path.name.encode("utf-8", "replace").decode()[-255:]
    row = {"file_hash": file_hash, "file_name": name, "requests": requests, "imported_at": datetime.now(UTC)}
    upsert(connection, imported_usage, [row])


def _complaint(path: Path, report: UsageReport) -> str:
    named = [f"  line {line}: {reason}" for line, reason in report.bad[:_BAD_NAMED]]
    if report.bad_rows > len(named):
        named.append(f"  and {report.bad_rows - len(named):,} more")
    count = "one bad row" if report.bad_rows == 1 else f"{report.bad_rows:,} bad rows"
    return "\n".join([f"{path} has {count}, and nothing was imported:", *named])
