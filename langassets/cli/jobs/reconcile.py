"""`langassets reconcile`: the manifest, brought back to what stands in storage."""

import asyncio
from typing import Annotated

import typer

from langassets.cli.terminal.output import MOST_SHOWN
from langassets.jobs import reconcile as job
from langassets.services import Services
from langassets.settings import load_settings


def reconcile(
    dry_run: Annotated[bool, typer.Option(help="Only say what differs.")] = False,
) -> None:
    """Compare the manifest with storage, and make it agree. Nothing in storage is touched.

    Missing objects are forgotten (the next preload makes them again), foreign ones adopted; edited and
    orphaned ones are named.

    Example: langassets reconcile --dry-run
    """
    services = Services(load_settings())
    found = asyncio.run(job.differences(services) if dry_run else job.reconcile(services))
    for one in found:
        print(
            f"{one.language}: {one.agree:,} agree, {len(one.missing):,} missing, "
            f"{len(one.foreign):,} foreign, {len(one.edited):,} edited, {len(one.orphaned):,} orphaned"
        )
        for kind in ("missing", "foreign", "edited", "orphaned"):
            for key in getattr(one, kind)[:MOST_SHOWN]:
                print(f"  {kind:8} {key}")
