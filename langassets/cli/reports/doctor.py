"""`langassets doctor`: everything that a job needs, tried for real; Dagster's instance, whether it can be
used, whose it is, and what it lacks."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import dagster as dg
import typer
import yaml

from langassets.cli.servers.dagster_home import given_home, own_home, use_dagster_home
from langassets.cli.servers.instance import open_instance
from langassets.cli.terminal.messages import as_called
from langassets.cli.terminal.output import print_json
from langassets.defs.runs.ownership import owner, refusal
from langassets.jobs.doctor.examine import examine
from langassets.jobs.doctor.findings import Examined, Finding, Verdict, failed, ok, skipped, warning
from langassets.settings import load_settings

_POOL, _MONITORING, _RETRIES = "a limit of the pool", "run monitoring", "retries of runs"
# What an instance may lack: the lines of its `dagster.yaml`, and what happens without them.
_LACKED: Mapping[str, tuple[dict[str, Any], str]] = {
    _POOL: (
        {"concurrency": {"pools": {"default_limit": 1, "granularity": "op"}}},
        "a cleanup and a preload that meet are kept apart by no more than locks",
    ),
    _MONITORING: (
        {"run_monitoring": {"enabled": True}},
        "a run whose process died stands as started, and keeps its place in the pool",
    ),
    _RETRIES: (
        {"run_retries": {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False}},
        "a run whose process died is not started again",
    ),
}


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
        print_json([asdict(finding) for finding in findings])
    return findings


def _show(finding: Finding) -> None:
    mark = {"ok": "✓", "warning": "!", "failed": "✗", "skipped": "-"}[finding.verdict]
    print(f"{mark} {finding.item}: {finding.seen}", flush=True)
    for line in as_called(finding.cure).splitlines():
        print(f"    {line}")


async def dagster_instance(examined: Examined) -> AsyncIterator[Finding]:
    """Dagster's state can be kept, and no other deployment keeps its own there; nothing is made for it."""
    home = given_home() or own_home(examined.services.settings.langassets_home)
    if not (home / "dagster.yaml").exists():
        if given_home():  # of a host, which has gone by what Dagster does without settings
            yield _lacking(home, list(_LACKED))
            return
        yield skipped(f"There is none yet in {home}: the first run makes it.")
        return
    if "database" in examined.broken:
        yield skipped("Not tried: the database must work first.")
        return
    ours = examined.services.deployment
    names = examined.services.settings.names
    with open_instance(use_dagster_home()) as instance:
        theirs, lacks = owner(instance, names), list(_lacks(instance, names.pool))
    if theirs and theirs.tag != ours.tag:
        yield failed(f"The one in {home} belongs to another deployment.", refusal(theirs, ours))
    else:
        yield ok(f"{home}: of this deployment alone, {ours}.")
    if lacks:
        yield _lacking(home, lacks)


def _lacks(instance: dg.DagsterInstance, pool: str) -> Iterator[str]:
    """What an instance does not do that cleanup and preload count upon."""
    limited = {one.name for one in instance.event_log_storage.get_pool_limits()}
    if pool not in limited and instance.get_concurrency_config().pool_config.default_pool_limit is None:
        yield _POOL
    if not instance.run_monitoring_enabled:
        yield _MONITORING
    if not instance.run_retries_enabled:
        yield _RETRIES


def _lacking(home: Path, lacks: list[str]) -> Finding:
    lines = {key: line for one in lacks for key, line in _LACKED[one][0].items()}
    return warning(
        f"{home / 'dagster.yaml'} does not say: {', '.join(f'{one} ({_LACKED[one][1]})' for one in lacks)}.",
        "These lines of it change how all runs of the instance are treated:\n"
        + yaml.safe_dump(lines, sort_keys=False),
        "dagster settings",
    )
