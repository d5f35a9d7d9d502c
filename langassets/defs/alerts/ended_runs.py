"""What there is to tell of runs that have ended."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from langassets.alerts.outbox import Alert
from langassets.defs.runs.ownership import Claim
from langassets.defs.runs.recovery import is_retried_by_dagster

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
_TOLD_EVENTS = {
    dg.DagsterEventType.STEP_FAILURE,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
    dg.DagsterEventType.ASSET_MATERIALIZATION,
    dg.DagsterEventType.RUN_FAILURE,
}
_LIMITS = ("MAX_COST_PER_RUN", "MAX_COST_PER_MONTH", "MAX_REQUESTS_PER_RUN")
_MOST_RUNS = 200
_LONGEST = 1500


def alerts(own: Claim, since: float, web: str, *, completions: bool) -> list[tuple[float, Alert]]:
    """Alerts of this pipeline's runs that were touched after `since`, with the moment that each run ended;
    seconds since 1970. `web` is the web UI's address. A run that Dagster starts again is not told of: its
    last try is."""
    found = []
    filters = dg.RunsFilter(statuses=_ENDED, updated_after=datetime.fromtimestamp(since, UTC))
    for record in own.instance.get_run_records(filters, limit=_MOST_RUNS, order_by="update_timestamp"):
        run = record.dagster_run
        if not own.is_of(run):
            continue
        ended = record.end_time or record.update_timestamp.timestamp()
        link = f"{web}/runs/{run.run_id}"
        found += [(ended, alert) for alert in _of_run(own.instance, run, link)]
        if completions and run.status is dg.DagsterRunStatus.SUCCESS:
            took = f"It took {(record.end_time or 0) - (record.start_time or 0):.0f} s."
            done = Alert(f"done {run.run_id}", "completed", f"{run.job_name} is done", took, link)
            found.append((ended, done))
    return found


def _of_run(instance: dg.DagsterInstance, run: dg.DagsterRun, link: str) -> Iterator[Alert]:
    events = [
        entry.dagster_event
        for entry in instance.all_logs(run.run_id, of_type=_TOLD_EVENTS)
        if entry.dagster_event is not None
    ]
    for event in events:
        if event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            yield from _check(event, run.run_id, link)
        elif event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION:
            yield from _tier(event, run.run_id, link)
    if run.status is dg.DagsterRunStatus.FAILURE and not is_retried_by_dagster(run):
        yield _failed(run, events, link)


def _check(event: dg.DagsterEvent, run_id: str, link: str) -> Iterator[Alert]:
    check = event.asset_check_evaluation_data
    if not check.passed:
        name = f"{check.asset_key.to_user_string()}: {check.check_name.replace('_', ' ')}"
        text = check.description or "See the check's page."
        key = f"check {run_id} {name}"
        yield Alert(key, "check_failed", f"A check failed – {name}", text[:_LONGEST], link)


def _tier(event: dg.DagsterEvent, run_id: str, link: str) -> Iterator[Alert]:
    if event.asset_key is None or event.asset_key.path[-1] != "frequent_language_tier":
        return
    shown = event.step_materialization_data.materialization.metadata
    changes = {
        change: codes
        for change in ("promoted", "demoted")
        if (codes := [str(code) for code in _listed(shown[f"{change}_languages"])])
    }
    if changes:
        title = ", ".join(f"{change}: {' '.join(codes)}" for change, codes in changes.items())
        changed = {code for codes in changes.values() for code in codes}
        reasons = [
            f"{_named(row.data)} {row.data['change']}: {row.data['reason']}"
            for row in _listed(shown["decisions"])
            if row.data["language"] in changed
        ]
        text = "\n".join(reasons)[:_LONGEST]
        yield Alert(f"tier {run_id}", "languages_changed", f"Languages {title}", text, link)


def _listed(shown: dg.MetadataValue) -> list[Any]:
    return shown.value if isinstance(shown.value, list) else []


def _named(decision: Mapping[str, Any]) -> str:
    """A language for people; decisions of earlier versions come without its name."""
    code = str(decision["language"])
    return f"{decision['name']} ({code})" if "name" in decision else code


def _failed(run: dg.DagsterRun, events: list[dg.DagsterEvent], link: str) -> Alert:
    steps = [event for event in events if event.event_type is dg.DagsterEventType.STEP_FAILURE]
    ends = [event for event in events if event.event_type is dg.DagsterEventType.RUN_FAILURE]
    kind, text = "run_failed", "The run was ended from outside."
    if steps:
        kind, text = _reason(steps[0])
    elif messages := [event.message for event in ends if event.message]:
        text = messages[-1]
    titles = {
        "run_failed": f"{run.job_name} failed",
        "cleanup_refused": "A cleanup was refused",
        "limit_reached": f"{run.job_name} stopped at its limit",
    }
    return Alert(f"run {run.run_id}", kind, titles[kind], text[:_LONGEST], link)


def _reason(event: dg.DagsterEvent) -> tuple[str, str]:
    """The kind of an alert, and its text."""
    data = event.step_failure_data
    if data.user_failure_data:
        text = data.user_failure_data.description or ""
        stopped = data.user_failure_data.metadata.get("stopped")
        limit = stopped is not None and any(name in str(stopped.value) for name in _LIMITS)
        return ("limit_reached" if limit else "run_failed"), text
    if data.error is None:
        return "run_failed", event.message or ""
    error = data.error.cause or data.error  # Dagster's own says only that a step failed
    text = error.message.strip().partition(": ")[2] or error.message.strip()
    return ("cleanup_refused" if error.cls_name == "RefusedError" else "run_failed"), text
