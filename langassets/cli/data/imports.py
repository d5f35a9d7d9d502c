"""Commands that bring data in."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from langassets.cli.terminal.messages import as_called
from langassets.cli.terminal.output import end_with_problems, in_short, list_first, print_json
from langassets.errors import InputError
from langassets.ingestion.demo import load_demo
from langassets.ingestion.lessons import folder as lessons
from langassets.ingestion.lessons.assets import AssetAddresses, LessonAssets, copy_assets
from langassets.ingestion.usage import importing as usage
from langassets.jobs.demo import store_history
from langassets.services import services_in_force
from langassets.translation.markdown.values.also import Also
from langassets.translation.markdown.values.attributes import ATTRIBUTE
from langassets.wording import counted

_NAMED = 10


def import_lessons(
    folder: Annotated[Path, typer.Argument(help="A folder of Markdown files; subfolders are read too.")],
    as_json: Annotated[bool, typer.Option("--json", help="For machines: an object with every file.")] = False,
) -> None:
    """Take in a folder of Markdown lessons.

    Run it again after a change. Only what changed is updated; what is gone is archived, not deleted.
    Ends with a list by file.

    Example: langassets import-lessons lessons/
    """
    services = services_in_force()
    settings = services.settings
    addresses = AssetAddresses(LessonAssets(settings.lesson_assets), settings.lesson_assets_url)
    attributes = [ATTRIBUTE + name for name in settings.component_attributes]
    also = [*Also.named(settings.translate_also), *attributes]
    report = lessons.import_lessons(services.data, folder, addresses, services.slugs, also)
    copied = asyncio.run(copy_assets(services, folder, report.copies)) if report.copies else []
    if as_json:
        print_json(report.as_dict() | {"copied": copied})
    else:
        print(report.summary)
        for kind in (*report.kinds(), [f"copied {path}" for path in copied]):
            list_first(kind)
        if report.linked and addresses.mode is LessonAssets.NAME:
            print(
                f"Not taken in: {in_short(report.linked)}, to which lessons link. LESSON_ASSETS says whether "
                "such files are copied into storage, or linked elsewhere."
            )
    if report.problems:
        raise typer.Exit(1)


def import_usage(
    file: Annotated[Path, typer.Argument(help="CSV: language, lesson, day (or time), count.")],
    strict: Annotated[bool, typer.Option(help="Take in nothing where any row is bad.")] = False,
    again: Annotated[bool, typer.Option(help="Count a file that was imported before once more.")] = False,
) -> None:
    """Take in a history of requests. Bad rows are reported by line; the good ones are kept.

    Its first line names the columns: language,lesson,day,count.

    Example: langassets import-usage requests.csv
    """
    report = usage.import_usage(services_in_force().data, file, strict=strict, again=again)
    print(f"Usage: {counted(report.rows, 'row')} with {counted(report.requests, 'request')}.")
    for line in _unmatched(report):
        print(as_called(line))
    end_with_problems([f"line {line}: {reason}" for line, reason in report.bad], report.bad_rows)


def _unmatched(report: usage.UsageReport) -> Iterator[str]:
    """What to say of names that mean no lesson."""
    if not report.unmatched:
        return
    lost = counted(sum(one.requests for one in report.unmatched), "request names", "requests name")
    yield (
        f"{lost} no lesson that is known. What is kept of that "
        "counts once there is one of that name; `langassets lessons` lists the lessons with their names."
    )
    for one in report.unmatched[:_NAMED]:
        meant = f" (is {one.nearest} meant?)" if one.nearest else ""
        yield f"  {one.name}: {counted(one.requests, 'request')}{meant}"
    if len(report.unmatched) > _NAMED:
        yield f"  and {counted(len(report.unmatched) - _NAMED, 'more name')}"


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
    services = services_in_force()
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
        print(f"Demo: {counted(stored, 'object')} stored in English and French, as if 60 days ago.")
