"""`langassets reconcile`: the manifest, brought back to what stands in storage."""

import asyncio
from typing import Annotated

import typer

from langassets.cli.terminal.output import MOST_SHOWN
from langassets.jobs.reconcile.compare import differences
from langassets.jobs.reconcile.job import reconcile as job
from langassets.services import Services
from langassets.settings import load_settings


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
    services = Services(load_settings())
    found = asyncio.run(differences(services) if dry_run else job(services, restored=restored))
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
