"""Commands that bring data in."""

from pathlib import Path
from typing import Annotated

import typer

from langassets.cli.terminal.messages import as_called
from langassets.cli.terminal.output import end_with_problems
from langassets.errors import InputError
from langassets.ingestion.demo import load_demo
from langassets.ingestion.lessons import folder as lessons
from langassets.ingestion.usage import importing as usage
from langassets.jobs.demo import store_history
from langassets.services import Services
from langassets.settings import load_settings
from langassets.wording import counted


def import_lessons(
    folder: Annotated[Path, typer.Argument(help="A folder of Markdown files; subfolders are read too.")],
) -> None:
    """Take in a folder of Markdown lessons.

    Run it again after a change. Only what changed is updated; what is gone is archived, not deleted.

    Example: langassets import-lessons lessons/
    """
    report = lessons.import_lessons(Services(load_settings()).data, folder)
    print(
        f"Lessons: {report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.archived} archived."
    )
    end_with_problems([f"{problem.path}: {problem.reason}" for problem in report.problems])


def import_usage(
    file: Annotated[Path, typer.Argument(help="CSV: language, lesson, day (or time), count.")],
    strict: Annotated[bool, typer.Option(help="Take in nothing where any row is bad.")] = False,
    again: Annotated[bool, typer.Option(help="Count a file that was imported before once more.")] = False,
) -> None:
    """Take in a history of requests. Bad rows are reported by line; the good ones are kept.

    Its first line names the columns: language,lesson,day,count.

    Example: langassets import-usage requests.csv
    """
    report = usage.import_usage(Services(load_settings()).data, file, strict=strict, again=again)
    print(f"Usage: {counted(report.rows, 'row')} with {counted(report.requests, 'request')}.")
    end_with_problems([f"line {line}: {reason}" for line, reason in report.bad], report.bad_rows)


def demo(
    if_empty: Annotated[
        bool, typer.Option(help="Pass over a database that is an application's own.")
    ] = False,
) -> None:
    """Load a demonstration: lessons, and 90 days of usage.

    Its lessons have six content types, its usage 12 languages. Loaded twice it changes nothing. It is
    refused where the database is an existing application's.

    Example: langassets demo
    """
    services = Services(load_settings())
    try:
        report = load_demo(services.data, services.clock())
    except InputError as error:
        if not if_empty:
            raise
        print(as_called(f"Demo: passed over. {error}"))
        return
    print(report)
    stored = store_history(services) if report.lessons else 0
    if stored:
        print(f"Demo: {stored} objects stored in English and French, as if 60 days ago.")
