"""The sensor `recover_cut_runs`: what a power cut ended is ended in Dagster too, and started again."""

import dagster as dg

from langassets.defs.automation.jobs import job_of
from langassets.defs.runs.cron_patterns import CronPatterns
from langassets.defs.runs.ownership import claim, own_tag
from langassets.defs.runs.queries import BACKGROUND_JOBS_OFF
from langassets.defs.runs.recovery import AGAIN_TAG, end_cut_runs, to_start_again
from langassets.jobs.dagster.queries import CLEANUP, EVALUATION
from langassets.services import Services


def recover_cut_runs(services: Services, patterns: CronPatterns) -> dg.SensorDefinition:
    """The sensor; `patterns` are those of the scheduled jobs."""
    # A cut preload is done again at the start, or at night.
    started_again = [job_of(patterns.names, job) for job in (EVALUATION, CLEANUP)]

    @dg.sensor(
        name=patterns.names.own("recover_cut_runs"),
        jobs=started_again,
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Ends runs whose process is gone, as after a power cut, and starts again the "
        "evaluations and cleanups that were cut off.",
    )
    def tick(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        ours = claim(context.instance, services)
        patterns.in_force_since(context.instance)  # noted at every look, for no schedule may fire for weeks
        ended = end_cut_runs(context.instance, ours, patterns.names, start_again=patterns.enabled)
        said = f"Ended: {', '.join(ended)}." if ended else "No run was cut."
        if not patterns.enabled:
            return dg.SkipReason(f"{said} {BACKGROUND_JOBS_OFF}")
        requests = [
            dg.RunRequest(job_name=job.name, run_key=f"again {run}", tags={AGAIN_TAG: run} | own_tag(ours))
            for job in started_again
            if (run := to_start_again(context.instance, ours, job.name))
        ]
        return dg.SensorResult(run_requests=requests) if requests else dg.SkipReason(said)

    return tick
