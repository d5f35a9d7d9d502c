"""Review in a spreadsheet: CSV that Excel, LibreOffice and Google Sheets open rightly, in any script.

A mark at its start (BOM) tells Excel that it is UTF-8. No cell is ever a formula: one that could be taken
for one has an apostrophe in front, which is taken away again when the file comes back.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from typing import IO

from langassets.errors import InputError
from langassets.ingestion.review.units import Reviewed, ReviewUnit, fingerprint
from langassets.wording import counted

_COLUMNS: Mapping[str, Callable[[ReviewUnit], str]] = {
    "confidence": lambda unit: f"{unit.confidence:.2f}",
    "lesson": lambda unit: "; ".join(unit.lessons),
    "segments": lambda unit: "; ".join(unit.segments),
    "source": lambda unit: unit.segment.text,
    "translation": lambda unit: unit.translation,
    **dict.fromkeys(("correction", "approved", "comment", "scope"), lambda _: ""),
    "reasons": lambda unit: "; ".join(unit.reasons),
    "source_language": lambda unit: unit.source_language,
    "target_language": lambda unit: unit.target_language,
    "id": lambda unit: fingerprint(unit.translation),
}
_NEEDED = ("source", "translation", "correction", "source_language", "target_language")
_YES = frozenset({"yes", "y", "x", "1", "true", "ok", "approved", "✓"})
_REJECTED = frozenset({"rejected", "reject", "✗"})
_NO = frozenset({"", "no", "n", "0", "false"})
# What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection"), with the full-width signs
# that some take too, after blanks that some pass over; and what already has an apostrophe there.
_FORMULA = re.compile("'*(?:[\t\r\n]|\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20])")
_LONGEST_CELL = 1 << 20


def write_csv(units: Iterable[ReviewUnit], file: IO[str]) -> None:
    """Write units for review, to a file opened as UTF-8 with `newline=""`."""
    file.write("\ufeff")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for unit in units:
        writer.writerow([_guarded(cell(unit)) for cell in _COLUMNS.values()])


def read_csv(content: bytes) -> list[Reviewed]:
    """The rows of a reviewed file, whichever delimiter a spreadsheet saved it with.

    A correction stands in `correction`, or was made in `translation` itself; `yes` in `approved` approves a
    translation as it is, `rejected` there rejects it, `comment` says why, and `scope` of what it is. Raises
    `InputError`, with the line, where the file is no such CSV.
    """
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[Reviewed] = []
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        if missing := [name for name in _NEEDED if name not in names]:
            raise InputError(
                f"This is no file of a review: it lacks the column {missing[0]!r}. Its first line is what "
                "`langassets export-review` wrote; leave it as it is."
            )
        line = rows.line_num + 1
        for cells in rows:
            if any(cell.strip() for cell in cells):
                found.append(_row(line, [_plain(cell) for cell in cells], names))
            line = rows.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"This is no CSV file: line {rows.line_num}: {error}. Mend that line, or export again."
        ) from None
    return found


def _row(line: int, row: list[str], names: list[str]) -> Reviewed:
    cells = dict(zip(names, row, strict=False))
    approved = cells.get("approved", "").strip().casefold()
    problem = None
    if len(row) != len(names):
        problem = f"{counted(len(row), 'cell')} where the first line has {len(names)}"
    elif approved not in _YES | _NO | _REJECTED:
        problem = f"'approved' is {approved!r}: write yes, or rejected, or leave it empty"
    correction = cells.get("correction", "")
    return Reviewed(
        line,
        cells.get("source_language", "").strip(),
        cells.get("target_language", "").strip(),
        cells.get("source", ""),
        correction if correction.strip() else cells.get("translation", ""),
        cells.get("id", "").strip(),
        approved in _YES,
        problem,
        approved in _REJECTED,
        cells.get("comment", "").strip(),
        cells.get("scope", "").strip(),
    )


def _decoded(content: bytes) -> str:
    """UTF-8, or the UTF-16 that Excel calls Unicode text."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise InputError("This is not text in UTF-8: save it as 'CSV UTF-8'.") from None


def _guarded(cell: str) -> str:
    return "'" + cell if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
