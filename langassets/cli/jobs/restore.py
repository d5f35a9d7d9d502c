"""`langassets restore`: what cleanups put aside or deleted, put back where it was."""

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

    Where the bucket keeps versions, what cleanups deleted or purged comes back
    too. What has taken their place stays. The next cleanup archives again what
    is outdated: this is for the way back to another system, and for a cleanup
    that went too far.

    Example: langassets restore fr --dry-run
    """
    services = Services(load_settings())
    chosen = [code_of(language) for language in languages or ()]
    if dry_run:
        plan = asyncio.run(restoring.plan_restore(services, chosen))
        steps = plan.archived.plan.steps
        paths = paths_by_lesson(services.data)
        for step in steps:
            print(f"{step.action:8} {step.named(paths)}")
        for one in plan.versions:
            print(f"version  {one.target}")
        print(f"{counted(len(steps) + len(plan.versions), 'object')} would be put back.")
        return
    report = asyncio.run(restoring.restore(services, chosen, run_id=f"restore-{uuid.uuid4().hex}"))
    paths = paths_by_lesson(services.data)
    for step, reason in report.archived.failed:
        print(f"failed   {step.named(paths)}: {reason}")
    for one, reason in report.versions.failed:
        print(f"failed   {one.target}: {reason}")
    failed = len(report.archived.failed) + len(report.versions.failed)
    done = len(report.archived.done) + len(report.versions.done)
    print(f"{counted(done, 'object')} put back, {failed:,} failed.")
    raise typer.Exit(1 if failed else 0)
