"""The sensor `cleanup_after_evaluation`: each tier is followed by one cleanup that begins after it.

A tier of another deployment's, or of a run of which it is not known whose it is, is followed by none: what it
says of languages is not about what lies in this bucket.
"""

import dagster as dg

from langassets.database.names.installation import Deployment
from langassets.defs.runs.ownership import claim, is_foreign, is_own, own_tag
from langassets.defs.runs.queries import BACKGROUND_JOBS_OFF, UNFINISHED
from langassets.jobs.dagster.queries import ASSETS, CLEANUP
from langassets.services import Services
from langassets.settings.dagster import Names

# Where an instance was taken over, what stands first may be of the deployment before.
_LOOKED_AT = 20
_CLEANED = ASSETS[CLEANUP]
_GAVE_UP = {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}


def cleanup_after_evaluation(services: Services) -> dg.SensorDefinition:
    """The sensor. Its cursor is the tier that was seen to last; the run key is made of it too, so that a
    daemon that dies between the two starts no second cleanup."""
    names = services.settings.names
    tier = dg.AssetKey(names.key("frequent_language_tier"))

    @dg.sensor(
        name=names.own("cleanup_after_evaluation"),
        job_name=names.own(CLEANUP),
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Each materialization of the tier, by schedule or by hand, is followed by one cleanup "
        "that begins after it. Several that come close together share one; a cleanup by hand counts.",
    )
    def tick(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not services.settings.enable_background_jobs:
            return dg.SkipReason(BACKGROUND_JOBS_OFF)
        ours = claim(context.instance, services)
        event = _newest_own(context.instance, ours, tier)
        if event is None:
            return dg.SkipReason("There has been no evaluation yet.")
        seen = f"{event.run_id} {event.timestamp}"
        if seen == context.cursor:
            return dg.SkipReason("No evaluation since the last cleanup.")
        for run in _cleanups_under_way(context.instance, ours, names):
            begun = _begun(context.instance, run.run_id, names)
            if begun is None:
                return dg.SkipReason(f"A cleanup is about to begin (run {run.run_id}).")
            if begun >= event.timestamp:
                return _done(f"A cleanup has begun since (run {run.run_id}).", seen)
        if run_id := _cleaned_since(context.instance, ours, names, event.timestamp):
            return _done(f"Cleaned up since (run {run_id}).", seen)
        request = dg.RunRequest(run_key=f"after {seen}", tags=own_tag(ours))
        return dg.SensorResult(run_requests=[request], cursor=seen)

    return tick


def _done(reason: str, seen: str) -> dg.SensorResult:
    return dg.SensorResult(skip_reason=dg.SkipReason(reason), cursor=seen)


def _newest_own(instance: dg.DagsterInstance, ours: Deployment, key: dg.AssetKey) -> dg.EventLogEntry | None:
    """The newest materialization of an asset by a run of this deployment."""
    records = instance.fetch_materializations(key, limit=_LOOKED_AT).records
    entries = (record.event_log_entry for record in records)
    return next((entry for entry in entries if is_own(instance.get_run_by_id(entry.run_id), ours)), None)


def _cleanups_under_way(instance: dg.DagsterInstance, ours: Deployment, names: Names) -> list[dg.DagsterRun]:
    """Unfinished runs that clean up, the job's and those of the asset's own button alike."""
    key = dg.AssetKey(names.key(_CLEANED))
    return [
        run
        for run in instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
        if not is_foreign(run, ours)
        and (run.job_name == names.own(CLEANUP) or key in (run.asset_selection or ()))
    ]


def _begun(instance: dg.DagsterInstance, run_id: str, names: Names) -> float | None:
    """When a run began to clean up (seconds since 1970), None where it has not come to that yet."""
    [*stats] = instance.get_run_step_stats(run_id, [names.op(_CLEANED)])
    return stats[0].start_time if stats else None


def _cleaned_since(
    instance: dg.DagsterInstance, ours: Deployment, names: Names, timestamp: float
) -> str | None:
    """The run that cleaned up last, where it began after a moment and did not fail."""
    event = _newest_own(instance, ours, dg.AssetKey(names.key(_CLEANED)))
    run = instance.get_run_by_id(event.run_id) if event else None
    if run is None or run.status in _GAVE_UP:
        return None
    begun = _begun(instance, run.run_id, names)
    return run.run_id if begun is not None and begun >= timestamp else None
