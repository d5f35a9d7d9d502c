"""The sensor `cleanup_after_evaluation`: each tier is followed by one cleanup that begins after it.

A tier of another deployment's, or of a run of which it is not known whose it is, is followed by none: what it
says of languages is not about what lies in this bucket.
"""

import dagster as dg

from langassets.defs.automation.declared import sensor
from langassets.defs.runs.ownership import Claim, claim
from langassets.defs.runs.queries import BACKGROUND_JOBS_OFF, unfinished_runs
from langassets.jobs.dagster.queries import ASSETS, CLEANUP
from langassets.services import Services

# Where an instance was taken over, what stands first may be of the deployment before.
_LOOKED_AT = 20
_CLEANED = ASSETS[CLEANUP]
_GAVE_UP = {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}


def cleanup_after_evaluation(services: Services) -> dg.SensorDefinition:
    """The sensor. Its cursor is the tier that was seen to last; the run key is made of it too, so that a
    daemon that dies between the two starts no second cleanup."""
    names = services.settings.names

    @sensor("cleanup_after_evaluation", names, job_name=names.own(CLEANUP))
    def tick(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not services.settings.enable_background_jobs:
            return dg.SkipReason(BACKGROUND_JOBS_OFF)
        own = claim(context.instance, services)
        event = _newest(own, "frequent_language_tier")
        if event is None:
            return dg.SkipReason("There has been no evaluation yet.")
        seen = f"{event.run_id} {event.timestamp}"
        if seen == context.cursor:
            return dg.SkipReason("No evaluation since the last cleanup.")
        for run in _cleanups_under_way(own):
            begun = _begun(own, run.run_id)
            if begun is None:
                return dg.SkipReason(f"A cleanup is about to begin (run {run.run_id}).")
            if begun >= event.timestamp:
                return _done(f"A cleanup has begun since (run {run.run_id}).", seen)
        if run_id := _cleaned_since(own, event.timestamp):
            return _done(f"Cleaned up since (run {run_id}).", seen)
        request = dg.RunRequest(run_key=f"after {seen}", tags=own.tag)
        return dg.SensorResult(run_requests=[request], cursor=seen)

    return tick


def _done(reason: str, seen: str) -> dg.SensorResult:
    return dg.SensorResult(skip_reason=dg.SkipReason(reason), cursor=seen)


def _newest(own: Claim, asset: str) -> dg.EventLogEntry | None:
    """The newest materialization of an asset by a run of this deployment."""
    key = dg.AssetKey(own.names.key(asset))
    records = own.instance.fetch_materializations(key, limit=_LOOKED_AT).records
    entries = (record.event_log_entry for record in records)
    return next((one for one in entries if own.is_own(own.instance.get_run_by_id(one.run_id))), None)


def _cleanups_under_way(own: Claim) -> list[dg.DagsterRun]:
    """Unfinished runs that clean up, the job's and those of the asset's own button alike."""
    job, key = own.names.own(CLEANUP), dg.AssetKey(own.names.key(_CLEANED))
    return [
        run
        for run in unfinished_runs(own.instance)
        if not own.is_foreign(run) and (run.job_name == job or key in (run.asset_selection or ()))
    ]


def _begun(own: Claim, run_id: str) -> float | None:
    """When a run began to clean up (seconds since 1970), None where it has not come to that yet."""
    stats = own.instance.get_run_step_stats(run_id, [own.names.op(_CLEANED)])
    return stats[0].start_time if stats else None


def _cleaned_since(own: Claim, timestamp: float) -> str | None:
    """The run that cleaned up last, where it began after a moment and did not fail."""
    event = _newest(own, _CLEANED)
    run = own.instance.get_run_by_id(event.run_id) if event else None
    if run is None or run.status in _GAVE_UP:
        return None
    begun = _begun(own, run.run_id)
    return run.run_id if begun is not None and begun >= timestamp else None
