"""`langassets restore`: archived objects, put back where they were."""

import asyncio
import uuid
from typing import Annotated

import typer

from langassets.cli.terminal.arguments import code_of
from langassets.jobs.cleanup import restore as restoring
from langassets.jobs.lessons import paths_by_lesson
from langassets.services import Services
from langassets.settings import load_settings
from langassets.wording import counted


def restore(
    languages: Annotated[list[str] | None, typer.Argument(help="Codes; none: all languages.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be put back.")] = False,
) -> None:
    """Put archived objects back where they were.

    What has taken their place stays. The next cleanup archives again what is outdated: this is for the way
    back to another system, and for a cleanup that went too far.

    Example: langassets restore fr --dry-run
    """
    services = Services(load_settings())
    chosen = [code_of(language) for language in languages or ()]
    if dry_run:
        plan = asyncio.run(restoring.plan_restore(services, chosen)).plan
        paths = paths_by_lesson(services.data)
        for step in plan.steps:
            print(f"{step.action:8} {step.named(paths)}")
        print(f"{counted(len(plan.steps), 'object')} would be put back.")
        return
    report = asyncio.run(restoring.restore(services, chosen, run_id=f"restore-{uuid.uuid4().hex}"))
    paths = paths_by_lesson(services.data)
    for step, reason in report.failed:
        print(f"failed   {step.named(paths)}: {reason}")
    print(f"{counted(len(report.done), 'object')} put back, {len(report.failed):,} failed.")
    raise typer.Exit(1 if report.failed else 0)
