"""`langassets doctor`: everything that a job needs, tried for real."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

from langassets.cli.reports.instance import dagster_instance
from langassets.cli.terminal.messages import as_called
from langassets.jobs.doctor.examine import examine
from langassets.jobs.doctor.findings import Finding, Verdict
from langassets.settings import load_settings


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For machines: a list of findings.")] = False,
    server: Annotated[
        bool, typer.Option(help="Look at Dagster's server too; jobs by hand and by cron do without.")
    ] = True,
) -> None:
    """Try everything that a job needs, and say what to mend.

    Ends with 1 where something would stop a job. Costs nothing: no model is asked to translate. Where no
    server was ever started, none is missed.

    Example: langassets doctor
    """
    findings = asyncio.run(_examine(as_json, server))
    if any(finding.verdict is Verdict.FAILED for finding in findings):
        raise typer.Exit(1)


async def _examine(as_json: bool, with_server: bool) -> list[Finding]:
    findings = []
    async for finding in examine(load_settings, dagster_instance, with_server=with_server):
        findings.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    return findings


def _show(finding: Finding) -> None:
    mark = {"ok": "✓", "warning": "!", "failed": "✗", "skipped": "-"}[finding.verdict]
    print(f"{mark} {finding.item}: {finding.seen}", flush=True)
    for line in as_called(finding.cure).splitlines():
        print(f"    {line}")
