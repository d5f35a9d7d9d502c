"""Commands that bring data in."""

from pathlib import Path
from typing import Annotated

import typer

from langassets.cli.terminal.calling import as_called

MOST_SHOWN = 20


def import_lessons(
    folder: Annotated[Path, typer.Argument(help="A folder of Markdown files; subfolders are read too.")],
) -> None:
    """Take in a folder of Markdown lessons.

    Run it again after a change. Only what changed is updated; what is gone is archived, not deleted.

    Example: langassets import-lessons lessons/
    """
    from langassets.ingestion.lessons.folder import import_lessons as take_in
    from langassets.services import Services
    from langassets.settings import load_settings

    report = take_in(Services(load_settings()).data, folder)
    print(
        f"Lessons: {report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.archived} archived."
    )
    _list_problems([f"{problem.path}: {problem.reason}" for problem in report.problems])


def import_usage(
    file: Annotated[Path, typer.Argument(help="CSV: language, lesson, day (or time), count.")],
    strict: Annotated[bool, typer.Option(help="Take in nothing where any row is bad.")] = False,
    again: Annotated[bool, typer.Option(help="Count a file that was imported before once more.")] = False,
) -> None:
    """Take in a history of requests. Bad rows are reported by line; the good ones are kept.

    Its first line names the columns: language,lesson,day,count.

    Example: langassets import-usage requests.csv
    """
    from langassets.ingestion.usage.importing import import_usage as take_in
    from langassets.services import Services
    from langassets.settings import load_settings

    report = take_in(Services(load_settings()).data, file, strict=strict, again=again)
    print(f"Usage: {report.rows:,} rows with {report.requests:,} requests.")
    _list_problems([f"line {line}: {reason}" for line, reason in report.bad], report.bad_rows)


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
    from langassets.errors import InputError
    from langassets.ingestion.demo import load_demo
    from langassets.jobs.demo import store_history
    from langassets.services import Services
    from langassets.settings import load_settings

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


def _list_problems(problems: list[str], count: int | None = None) -> None:
    if not problems:
        return
    for problem in problems[:MOST_SHOWN]:
        print(f"  {problem}")
    left = (count or len(problems)) - len(problems[:MOST_SHOWN])
    if left:
        print(f"  and {left:,} more")
    raise typer.Exit(1)
