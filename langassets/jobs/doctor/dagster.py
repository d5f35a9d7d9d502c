"""Does Dagster run, is its daemon alive, does anything start by itself?"""

from collections.abc import AsyncIterator

from langassets.errors import DagsterUnavailableError
from langassets.jobs.dagster.queries import CLEANUP, EVALUATION
from langassets.jobs.dagster.state import DagsterState, Schedule, Sensor
from langassets.jobs.doctor.findings import Examined, Finding, failed, ok, skipped, warning


async def server(examined: Examined) -> AsyncIterator[Finding]:
    """Dagster's web server answers, and langassets is loaded in it.

    Jobs of the command line and of cron do without. So it is passed over where that was asked for, or where
    nothing was ever started by a server and no setting names one.
    """
    settings = examined.services.settings
    if not examined.with_server:
        yield skipped("server", "Passed over: only schedules, sensors and the web UI need it.")
        return
    try:
        examined.state = await examined.server.state()
    except DagsterUnavailableError as error:
        if not settings.dagster_webserver_url and not (settings.langassets_home / "ui").exists():
            yield skipped(
                "server",
                "None was ever started here: schedules and the web UI need one, jobs do not.",
            )
            return
        yield failed("server", f"Dagster cannot be used at {examined.server.url}.", str(error))
        return
    yield ok("server", f"Dagster answers at {examined.server.url}, with langassets in it.")


async def daemon(examined: Examined) -> AsyncIterator[Finding]:
    """The daemon was heard of lately: without it nothing starts, not even by hand in the web UI."""
    if examined.state is None:
        yield skipped("daemon", "Not tried: it needs the server.")
    elif examined.state.daemon_alive:
        yield ok("daemon", "All of its threads were heard of lately.")
    else:
        silent = [one for one in examined.state.daemons if not one.healthy]
        errors = [one.error for one in silent if one.error]
        yield failed(
            "daemon",
            f"Not heard of lately: {', '.join(one.name for one in silent) or 'any of it'}.",
            errors[0]
            if errors
            else "Start it: `langassets ui`, or `dagster-daemon run` beside a web server.",
        )


async def automation(examined: Examined) -> AsyncIterator[Finding]:
    """Schedules and sensors are switched on, and could be evaluated."""
    if examined.state is None:
        yield skipped("automation", "Not tried: it needs the server.")
        return
    if not examined.services.settings.enable_background_jobs:
        yield skipped("automation", "ENABLE_BACKGROUND_JOBS is false.")
        return
    every: list[Schedule | Sensor] = [*examined.state.schedules, *examined.state.sensors]
    off = [one.name for one in every if not one.on]
    if off:
        yield failed(
            "automation",
            f"Switched off: {', '.join(off)}.",
            f"Switch them on in the web UI: {examined.server.url}/automation",
        )
        return
    broken = [one for one in every if one.error]
    if broken:
        yield failed("automation", f"{broken[0].name} could not be evaluated.", broken[0].error or "")
        return
    times = [
        f"{one.job} at {one.next_at:%Y-%m-%d %H:%M} UTC" for one in examined.state.schedules if one.next_at
    ]
    yield ok("automation", f"All is switched on; next: {', '.join(times)}.")


async def last_runs(examined: Examined) -> AsyncIterator[Finding]:
    """The newest run of each job did not fail, and cleanup follows evaluation."""
    state = examined.state
    if state is None:
        yield skipped("last runs", "Not tried: it needs the server.")
        return
    bad = False
    for job, last in state.jobs.items():
        if last.newest and last.newest.status == "failure":
            bad = True
            yield warning(
                "last runs",
                f"{job} failed on {last.newest.created_at:%Y-%m-%d %H:%M} UTC.",
                await examined.server.failure(last.newest.id),
            )
    if not _cleanup_follows(state):
        bad = True
        yield warning(
            "last runs",
            "The newest evaluation was not followed by a cleanup.",
            "See that its sensor is on and the daemon alive; it may be on its way.",
        )
    if not bad:
        begun = sum(1 for last in state.jobs.values() if last.newest)
        yield ok("last runs", "None failed." if begun else "There has been none yet.")


def _cleanup_follows(state: DagsterState) -> bool:
    evaluated, cleaned = state.jobs[EVALUATION].success, state.jobs[CLEANUP].newest
    if evaluated is None:
        return True
    return cleaned is not None and cleaned.created_at >= (evaluated.started_at or evaluated.created_at)
