"""Review files as people fill them in: a spreadsheet, and an XLIFF file in an editor."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from xml.sax.saxutils import escape

from langassets.ingestion.review.formats.spreadsheet import read_csv, write_csv
from langassets.ingestion.review.formats.xliff import write_xliff
from langassets.ingestion.review.formats.xliff_reading import read_xliff
from langassets.ingestion.review.units import Reviewed, ReviewUnit

_TAG, _PARTS = re.compile(r"<x(\d+)/>"), re.compile(r"(<x\d+/>)")
_TARGET = re.compile(r"(<target[^>]*>).*?(</target>)", re.DOTALL)


@dataclass(frozen=True)
class Change:
    """What a person makes of a unit: another translation, and a word on what stands there; `wrong` where the
    translation is one that nobody may take in."""

    translation: str | None
    approve: bool = False
    reject: bool = False
    wrong: bool = False


class Form(Protocol):
    """A kind of file."""

    def written(self, units: Sequence[ReviewUnit]) -> str: ...

    def read(self, content: str) -> list[Reviewed]: ...

    def filled(self, content: str, changes: Mapping[int, Change]) -> str:
        """The file with the units in some lines changed."""
        ...


class Spreadsheet:
    """Saved again with semicolons, as Excel does in half of the world."""

    def written(self, units: Sequence[ReviewUnit]) -> str:
        file = io.StringIO(newline="")
        write_csv(units, file)
        return file.getvalue()

    def read(self, content: str) -> list[Reviewed]:
        return read_csv(content.encode())

    def filled(self, content: str, changes: Mapping[int, Change]) -> str:
        rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"), newline="")))
        for line, change in changes.items():
            row = rows[line - 2]
            row["correction"] = change.translation or ""
            row["approved"] = "rejected" if change.reject else "yes" if change.approve else ""
        file = io.StringIO(newline="")
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
        return file.getvalue()


class Xliff:
    """With the state of each segment set by hand."""

    def written(self, units: Sequence[ReviewUnit]) -> str:
        file = io.StringIO()
        write_xliff(units, file)
        return file.getvalue()

    def read(self, content: str) -> list[Reviewed]:
        return read_xliff(content.encode())

    def filled(self, content: str, changes: Mapping[int, Change]) -> str:
        lines = content.split("\n")
        for line in sorted(changes, reverse=True):
            unit, end, rest = "\n".join(lines[line - 1 :]).partition("</unit>")
            lines[line - 1 :] = (_filled(unit, changes[line]) + end + rest).split("\n")
        return "\n".join(lines)


def _filled(unit: str, change: Change) -> str:
    state = "initial" if change.reject else "final" if change.approve else "translated"
    unit = unit.replace('state="translated"', f'state="{state}"')
    if change.translation is None:
        return unit
    before, opening, closing, after = _TARGET.split(unit)
    told = "".join(
        _TAG.sub(r'<ph id="\1"/>', part) if _TAG.match(part) else escape(part)
        for part in _PARTS.split(change.translation)
    )
    return before + opening + told + closing + after


FORMATS: Mapping[str, Form] = {"csv": Spreadsheet(), "xliff": Xliff()}
