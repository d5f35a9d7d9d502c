"""Does Dagster run, is its daemon alive, does anything start by itself?"""

from collections.abc import AsyncIterator, Iterator

from langassets.errors import DagsterUnavailableError
from langassets.jobs.dagster.queries import CLEANUP, EVALUATION
from langassets.jobs.dagster.state import DagsterState, Sensor
from langassets.jobs.doctor.findings import Examined, Finding, failed, ok, skipped, warning

_NOT_TRIED = skipped("Not tried: it needs the server.")


async def server(examined: Examined) -> AsyncIterator[Finding]:
    """Dagster's web server answers, and langassets is loaded in it.

    Jobs of the command line and of cron do without. So it is passed over where that was asked for, or where
    nothing was ever started by a server and no setting names one.
    """
    settings = examined.services.settings
    if not examined.with_server:
        yield skipped("Passed over: only schedules, sensors and the web UI need it.")
        return
    try:
        examined.state = await examined.server.state()
    except DagsterUnavailableError as error:
        if settings.dagster_webserver_url or (settings.langassets_home / "ui").exists():
            yield failed(f"Dagster cannot be used at {examined.server.url}.", str(error))
        else:
            yield skipped("None was ever started here: schedules and the web UI need one, jobs do not.")
    else:
        yield ok(f"Dagster answers at {examined.server.url}, with langassets in it.")


def daemon(examined: Examined) -> Iterator[Finding]:
    """The daemon was heard of lately: without it nothing starts, not even by hand in the web UI."""
    if examined.state is None:
        yield _NOT_TRIED
    elif examined.state.daemon_alive:
        yield ok("All of its threads were heard of lately.")
    else:
        silent = [one for one in examined.state.daemons if not one.healthy]
        start = "Start it: `langassets ui`, or `dagster-daemon run` beside a web server."
        yield failed(
            f"Not heard of lately: {', '.join(one.name for one in silent) or 'any of it'}.",
            next((one.error for one in silent if one.error), start),
        )


def automation(examined: Examined) -> Iterator[Finding]:
    """Schedules and sensors are switched on, and could be evaluated."""
    state = examined.state
    every: list[Sensor] = [*state.schedules, *state.sensors] if state else []
    off = [one.name for one in every if not one.on]
    if state is None:
        yield _NOT_TRIED
    elif not examined.services.settings.enable_background_jobs:
        yield skipped("ENABLE_BACKGROUND_JOBS is false.")
    elif off:
        cure = f"Switch them on in the web UI: {examined.server.url}/automation"
        yield failed(f"Switched off: {', '.join(off)}.", cure)
    elif broken := next((one for one in every if one.error), None):
        yield failed(f"{broken.name} could not be evaluated.", broken.error or "")
    else:
        times = [f"{one.job} at {one.next_at:%Y-%m-%d %H:%M} UTC" for one in state.schedules if one.next_at]
        yield ok(f"All is switched on; next: {', '.join(times)}.")


async def last_runs(examined: Examined) -> AsyncIterator[Finding]:
    """The newest run of each job did not fail, and cleanup follows evaluation."""
    state = examined.state
    if state is None:
        yield _NOT_TRIED
        return
    newest = {job: last.newest for job, last in state.jobs.items() if last.newest}
    failures = {job: run for job, run in newest.items() if run.status == "failure"}
    for job, run in failures.items():
        seen = f"{job} failed on {run.created_at:%Y-%m-%d %H:%M} UTC."
        yield warning(seen, await examined.server.failure(run.id))
    if not _cleanup_follows(state):
        yield warning(
            "The newest evaluation was not followed by a cleanup.",
            "See that its sensor is on and the daemon alive; it may be on its way.",
        )
    elif not failures:
        yield ok("None failed." if newest else "There has been none yet.")


def _cleanup_follows(state: DagsterState) -> bool:
    evaluated, cleaned = state.jobs[EVALUATION].success, state.jobs[CLEANUP].newest
    if evaluated is None:
        return True
    return cleaned is not None and cleaned.created_at >= (evaluated.started_at or evaluated.created_at)
