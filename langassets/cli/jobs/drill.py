"""`langassets drill`: whether memory makes again what stands, and whether the archive is whole."""

import asyncio
import sys
from typing import Annotated

import typer

from langassets.cli.terminal.arguments import code_of
from langassets.cli.terminal.output import end_with_problems, print_json
from langassets.jobs.cleanup.drill.anytime import drill_storage
from langassets.jobs.cleanup.job import drill_policy
from langassets.retention.sampling import DrillPolicy
from langassets.services import services_in_force


def drill(
    languages: Annotated[list[str] | None, typer.Argument(help="Codes; none: all languages.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Try every object, however many there are.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Make stored objects again from memory, and compare them byte for byte. Nothing is changed.

    The archive is held against the journal of what was put there. Of many objects a sample is tried, as
    DRILL_ALL_UP_TO and DRILL_ACCEPTED_SHARE say. No model is asked, and no key of one needed. Ends with 1
    where something failed.

    Example: langassets drill fr --all
    """
    services = services_in_force()
    policy = DrillPolicy(sys.maxsize) if every else drill_policy(services)
    found = asyncio.run(drill_storage(services, {code_of(one) for one in languages or ()}, policy))
    if as_json:
        print_json(
            {"standing": found.standing.as_json(), "archive": found.archive.as_json()}, ensure_ascii=True
        )
        raise typer.Exit(1 if found.failures else 0)
    print(f"Standing: {found.standing.summary}\nArchive: {found.archive.summary}")
    failures = [*found.standing.failures, *found.archive.failures]
    end_with_problems([f"{one.key}: {fault}" for one in failures for fault in one.faults])
