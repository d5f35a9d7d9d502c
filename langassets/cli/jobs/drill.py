"""`langassets drill`: whether memory makes again what stands, and whether the archive is whole."""

import asyncio
import json
import sys
from typing import Annotated

import typer

from langassets.cli.terminal.arguments import code_of
from langassets.cli.terminal.output import end_with_problems
from langassets.jobs.cleanup.drill.anytime import drill_storage
from langassets.jobs.cleanup.job import drill_policy
from langassets.retention.sampling import DrillPolicy
from langassets.services import Services
from langassets.settings import load_settings


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
    services = Services(load_settings())
    policy = DrillPolicy(sys.maxsize) if every else drill_policy(services)
    found = asyncio.run(drill_storage(services, {code_of(one) for one in languages or ()}, policy))
    if as_json:
        print(
            json.dumps({"standing": found.standing.as_json(), "archive": found.archive.as_json()}, indent=2)
        )
        raise typer.Exit(1 if found.failures else 0)
    for name, report in (("Standing", found.standing), ("Archive", found.archive)):
        print(f"{name}: {report.summary}")
    end_with_problems(
        [
            f"{one.key}: {fault}"
            for report in (found.standing, found.archive)
            for one in report.failures
            for fault in one.faults
        ]
    )
