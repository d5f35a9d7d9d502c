"""The sensor `preload_on_startup`: one preload each time the server starts."""

import dagster as dg

from langassets.defs.runs.ownership import claim
from langassets.defs.runs.processes import server_start
from langassets.defs.runs.queries import BACKGROUND_JOBS_OFF, preload_requests, unfinished_run
from langassets.defs.runs.recovery import awaits_its_retry, end_cut_runs
from langassets.jobs.dagster.queries import PRELOAD
from langassets.services import Services


def preload_on_startup(services: Services) -> dg.SensorDefinition:
    """The sensor. Its cursor is the start of the server that was seen to last."""
    names = services.settings.names

    @dg.sensor(
        name=names.own("preload_on_startup"),
        job_name=names.own(PRELOAD),
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts one preload each time the server starts.",
    )
    def tick(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not services.settings.enable_background_jobs:
            return dg.SkipReason(BACKGROUND_JOBS_OFF)
        start = server_start()
        if start == context.cursor:
            return dg.SkipReason("Already preloaded since the server started.")
        ours = claim(context.instance, services)
        end_cut_runs(
            context.instance, ours, names
        )  # or what a power cut left behind would count as under way
        if run := unfinished_run(context.instance, ours, names, PRELOAD):
            reason = f"A preload is queued or running already (run {run})."
        elif run := awaits_its_retry(context.instance, ours, names.own(PRELOAD)):
            reason = f"The preload that was cut (run {run}) is about to be started again."
        else:
            return dg.SensorResult(
                run_requests=preload_requests(services, ours, f"startup {start}"), cursor=start
            )
        return dg.SensorResult(skip_reason=dg.SkipReason(reason), cursor=start)

    return tick
