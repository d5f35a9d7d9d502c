"""`langassets export-lessons`: translated lessons as Markdown files."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from langassets.cli.terminal.arguments import code_of, languages
from langassets.cli.terminal.messages import as_called
from langassets.cli.terminal.output import list_first
from langassets.jobs.export import job
from langassets.services import services_in_force
from langassets.wording import counted


def export_lessons(
    language: Annotated[str, typer.Argument(help="Its code, like es.", autocompletion=languages)],
    folder: Annotated[Path, typer.Argument(help="The folder to write to; made where it is missing.")],
    source: Annotated[
        Path | None, typer.Option(help="Lessons of this folder, where several were imported.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Replace files that no export wrote, too.")] = False,
) -> None:
    """Write translated lessons as Markdown files.

    In the structure of the folder that they were imported from, with the images that they show, so that a
    site generator takes them as they are. Nothing is deleted; a lesson that is missing in storage, or
    outdated there, is named.

    Example: langassets export-lessons es site/es
    """
    services = services_in_force()
    report = asyncio.run(job.export_lessons(services, code_of(language), folder, source=source, force=force))
    print(
        f"Lessons: {report.lessons:,} exported to {folder} in {language}; "
        f"{counted(len(report.written), 'file')} written, {report.unchanged:,} unchanged."
    )
    kept = "no export wrote what stands there; --force replaces it"
    left = "an earlier export wrote it, and it is no longer among them"
    list_first([f"missing {path}: {reason}" for path, reason in report.missing.items()])
    list_first([f"kept {path}: {kept}" for path in report.kept])
    list_first([f"{path} links to {target}, which is not exported" for path, target in report.dead])
    list_first([f"left {path}: {left}" for path in report.left_over])
    if report.missing:
        print(
            as_called("`langassets run preload` makes what is missing.")
            if report.frequent
            else f"No preload makes what is missing: {language} is not frequent. PREDEFINED_LANGUAGES names "
            "those that always are."
        )
    if not report.complete:
        raise typer.Exit(1)
