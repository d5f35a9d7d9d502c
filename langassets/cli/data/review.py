"""`langassets export-review` and `import-review`: translations reviewed by people."""

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from langassets.cli.terminal.arguments import day, languages, reviewer_named
from langassets.cli.terminal.messages import as_called
from langassets.cli.terminal.output import end_with_problems, written
from langassets.errors import InputError, unusable
from langassets.ingestion.review.exporting import to_review
from langassets.ingestion.review.formats.spreadsheet import read_csv, write_csv
from langassets.ingestion.review.formats.xliff import write_xliff
from langassets.ingestion.review.formats.xliff_reading import read_xliff
from langassets.ingestion.review.importing import import_reviewed
from langassets.ingestion.review.judging import judge
from langassets.services import services_in_force
from langassets.wording import counted

_XLIFF = frozenset({".xlf", ".xliff", ".xml"})


class Format(StrEnum):
    """The formats of a review file."""

    CSV = "csv"
    XLIFF = "xliff"


def export_review(
    language: Annotated[
        str, typer.Argument(help="The language to review, like he.", autocompletion=languages)
    ],
    since: Annotated[
        datetime | None,
        typer.Option(parser=day, metavar="DAY", help="Only what was translated from this day on."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The file to write; by default review-LANG.csv or .xlf.")
    ] = None,
    file_format: Annotated[
        Format, typer.Option("--format", help="csv for a spreadsheet, xliff (2.0) for a translation tool.")
    ] = Format.CSV,
    source: Annotated[str | None, typer.Option(help="Only lessons written in this language.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, the least sure ones.")] = None,
) -> None:
    """Write translations into a file for people to review.

    Those that a model made, the least sure first; with QUALITY_JUDGE_MODEL, after that model was asked for
    errors. In a spreadsheet, write a better translation under 'correction', or 'yes' or 'rejected' under
    'approved'. Bring the file back with `langassets import-review FILE`.

    Example: langassets export-review he --since 2026-11-01
    """
    services = services_in_force()
    moment = since.replace(tzinfo=UTC) if since else None
    file = output or Path(f"review-{language}.{'xlf' if file_format is Format.XLIFF else 'csv'}")
    if file.is_file():
        raise InputError(
            f"{file} is there already, and may hold somebody's review: name another file with --output."
        )
    if services.settings.quality_judge_model:
        print(asyncio.run(judge(services, language, moment, source)))
    units = to_review(services.data, services.recipes, language, moment, source)[:limit]
    if not units:
        print(f"There is nothing to review in {language}.")
        return
    write = write_xliff if file_format is Format.XLIFF else write_csv
    with written(file, newline="") as opened:
        write(units, opened)
    print(f"{counted(len(units), 'translation')} written to {file}, the least sure ones first.")


def import_review(
    file: Annotated[Path, typer.Argument(help="A file that export-review wrote and people went over.")],
    by: Annotated[str | None, typer.Option(help="Who says so; by default who is logged in here.")] = None,
) -> None:
    """Take corrections and approvals back.

    No model ever replaces them; what was rejected is never used again. Each is checked as a model's answer
    is; what fails, or goes against somebody else's word, is reported by line and left out. What nobody
    touched stays as it is.

    Example: langassets import-review review-he.csv
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise unusable(file, error) from None
    try:
        reviewed = read_xliff(content) if file.suffix.lower() in _XLIFF else read_csv(content)
    except InputError as error:
        raise InputError(f"{file}: {error} Nothing was taken in.") from None
    services = services_in_force()
    report = import_reviewed(services.data, services.recipes, reviewed, reviewer_named(by), services.clock())
    rejected = f"{report.rejected:,} rejected; " if report.rejected else ""
    print(
        f"Review: {report.approved:,} approved, {report.corrected:,} of them corrected; {rejected}"
        f"{report.untouched:,} left as they were."
    )
    if report.approved or report.rejected:
        print(as_called("The next preload puts them into the lessons: `langassets run preload`"))
    end_with_problems([f"line {problem.line}: {problem.reason}" for problem in report.problems])
