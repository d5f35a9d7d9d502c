"""What the doctor says of Dagster's instance: whether it can be used, and whose it is."""

from collections.abc import AsyncIterator

from langassets.cli.servers.dagster_home import given_home, own_home, use_dagster_home
from langassets.cli.servers.instance import open_instance
from langassets.defs.runs.ownership import owner, refusal
from langassets.jobs.doctor.findings import Examined, Finding, failed, ok, skipped


async def dagster_instance(examined: Examined) -> AsyncIterator[Finding]:
    """Dagster's state can be kept, and no other deployment keeps its own there; nothing is made for it."""
    item = "dagster instance"
    home = given_home() or own_home(examined.services.settings.langassets_home)
    if not (home / "dagster.yaml").exists():
        yield skipped(item, f"There is none yet in {home}: the first run makes it.")
        return
    if "database" in examined.broken:
        yield skipped(item, "Not tried: the database must work first.")
        return
    ours = examined.services.deployment
    with open_instance(use_dagster_home()) as instance:
        theirs = owner(instance, examined.services.settings.names)
    if theirs and theirs.tag != ours.tag:
        yield failed(item, f"The one in {home} belongs to another deployment.", refusal(theirs, ours))
    else:
        yield ok(item, f"{home}: of this deployment alone, {ours}.")
