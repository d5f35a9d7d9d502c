"""What the doctor says of Dagster's instance: whether it can be used, whose it is, and what it lacks."""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from langassets.cli.servers.dagster_home import given_home, own_home, use_dagster_home
from langassets.cli.servers.instance import open_instance
from langassets.defs.runs.ownership import owner, refusal
from langassets.jobs.doctor.findings import Examined, Finding, failed, ok, skipped, warning

_POOL, _MONITORING, _RETRIES = "a limit of the pool", "run monitoring", "retries of runs"
_LINES: Mapping[str, Any] = {
    _POOL: {"concurrency": {"pools": {"default_limit": 1, "granularity": "op"}}},
    _MONITORING: {"run_monitoring": {"enabled": True}},
    _RETRIES: {"run_retries": {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False}},
}
_WHY = {
    _POOL: "a cleanup and a preload that meet are kept apart by no more than locks",
    _MONITORING: "a run whose process died stands as started, and keeps its place in the pool",
    _RETRIES: "a run whose process died is not started again",
}


async def dagster_instance(examined: Examined) -> AsyncIterator[Finding]:
    """Dagster's state can be kept, and no other deployment keeps its own there; nothing is made for it."""
    home = given_home() or own_home(examined.services.settings.langassets_home)
    if not (home / "dagster.yaml").exists():
        if given_home():  # of a host, which has gone by what Dagster does without settings
            yield _lacking(home, list(_LINES))
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
    lines = yaml.safe_dump({key: line for one in lacks for key, line in _LINES[one].items()}, sort_keys=False)
    return warning(
        f"{home / 'dagster.yaml'} does not say: {', '.join(f'{one} ({_WHY[one]})' for one in lacks)}.",
        f"These lines of it change how all runs of the instance are treated:\n{lines}",
        "dagster settings",
    )
