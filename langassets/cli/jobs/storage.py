"""`langassets restore` and `reconcile`: storage put back, and brought together with the manifest."""

import asyncio
import uuid
from typing import Annotated

import typer

from langassets import jobs
from langassets.cli.terminal.arguments import code_of
from langassets.cli.terminal.output import MOST_SHOWN
from langassets.services import services_in_force
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
    services = services_in_force()
    restoring = jobs.cleanup.restore
    chosen = [code_of(language) for language in languages or ()]
    if dry_run:
        plan = asyncio.run(restoring.plan_restore(services, chosen))
        steps = plan.archived.plan.steps
        paths = jobs.lessons.paths_by_lesson(services.data)
        for step in steps:
            print(f"{step.action:8} {step.named(paths)}")
        for target in plan.versions:
            print(f"version  {target}")
        print(f"{counted(len(steps) + len(plan.versions), 'object')} would be put back.")
        return
    report = asyncio.run(restoring.restore(services, chosen, run_id=f"restore-{uuid.uuid4().hex}"))
    paths = jobs.lessons.paths_by_lesson(services.data)
    failed = [(step.named(paths), reason) for step, reason in report.archived.failed]
    failed += [(target, reason) for target, reason in report.versions.items() if reason is not None]
    for name, reason in failed:
        print(f"failed   {name}: {reason}")
    done = len(report.archived.done) + sum(reason is None for reason in report.versions.values())
    print(f"{counted(done, 'object')} put back, {len(failed):,} failed.")
    raise typer.Exit(1 if failed else 0)


def reconcile(
    dry_run: Annotated[bool, typer.Option(help="Only say what differs.")] = False,
    restored: Annotated[
        bool,
        typer.Option(
            help="Database or storage was restored from a backup: what langassets stored before or since is "
            "its own, and what that says is kept in memory."
        ),
    ] = False,
) -> None:
    """Compare the manifest with storage, and make it agree. Nothing in storage is touched.

    Missing objects are forgotten (the next preload makes them again), foreign ones adopted; edited, earlier
    and orphaned ones are named.

    Example: langassets reconcile --dry-run
    """
    services = services_in_force()
    comparing, job = jobs.reconcile.compare.differences, jobs.reconcile.job.reconcile
    found = asyncio.run(comparing(services) if dry_run else job(services, restored=restored))
    for one in found:
        print(
            f"{one.language}: {one.agree:,} agree, {len(one.missing):,} missing, "
            f"{len(one.foreign):,} foreign, {len(one.edited):,} edited, {len(one.earlier):,} earlier, "
            f"{len(one.orphaned):,} orphaned"
        )
        if restored and not dry_run:
            print(f"  taken back: {len(one.earlier):,} earlier, {len(one.newer):,} newer")
        for kind in ("missing", "foreign", "edited", "earlier", "orphaned"):
            for key in getattr(one, kind)[:MOST_SHOWN]:
                print(f"  {kind:8} {key}")
