"""What starts preloads beside their schedule: `preload_on_startup`, one each time the server starts, and
`collect_batches`, which takes in what a batch has brought, hours after it was handed in."""

import asyncio

import dagster as dg

from langassets import batch_mode
from langassets.defs.automation.declared import sensor
from langassets.defs.runs.ownership import claim
from langassets.defs.runs.processes import server_start
from langassets.defs.runs.queries import BACKGROUND_JOBS_OFF, preload_requests, unfinished_run
from langassets.defs.runs.recovery import awaits_its_retry, end_cut_runs
from langassets.jobs.dagster.queries import PRELOAD
from langassets.services import Services
from langassets.wording import counted


def preload_on_startup(services: Services) -> dg.SensorDefinition:
    """The sensor. Its cursor is the start of the server that was seen to last."""
    names = services.settings.names

    @sensor("preload_on_startup", names, job_name=names.own(PRELOAD))
    def tick(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not services.settings.enable_background_jobs:
            return dg.SkipReason(BACKGROUND_JOBS_OFF)
        start = server_start()
        if start == context.cursor:
            return dg.SkipReason("Already preloaded since the server started.")
        own = claim(context.instance, services)
        end_cut_runs(own)  # or what a power cut left behind would count as under way
        if run := unfinished_run(own, PRELOAD):
            reason = f"A preload is queued or running already (run {run})."
        elif run := awaits_its_retry(own, names.own(PRELOAD)):
            reason = f"The preload that was cut (run {run}) is about to be started again."
        else:
            requests = preload_requests(services, own, f"startup {start}")
            return dg.SensorResult(run_requests=requests, cursor=start)
        return dg.SensorResult(skip_reason=dg.SkipReason(reason), cursor=start)

    return tick


def collect_batches(services: Services) -> dg.SensorDefinition:
    """The sensor; it is there where batch mode is on."""
    names = services.settings.names

    @sensor("collect_batches", names, seconds=300, job_name=names.own(PRELOAD))
    def tick(context: dg.SensorEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
        if not services.settings.enable_background_jobs:
            return dg.SkipReason(BACKGROUND_JOBS_OFF)
        own = claim(context.instance, services)
        if not batch_mode.job.waiting(services):
            return dg.SkipReason("No batch is waited for.")
        found = asyncio.run(batch_mode.job.collect(services))
        over = [batch for batch in found if batch.over or batch.late]
        for batch in over:
            context.log.info(
                f"Batch {batch.id}: {counted(batch.segments, 'segment')} kept, {batch.rejected:,} rejected, "
                f"{batch.unanswered:,} without an answer. {batch.problem or ''}"
            )
        if not over:
            progress = ", ".join(f"{batch.done:,} of {batch.total:,}" for batch in found)
            return dg.SkipReason(f"Requests answered so far: {progress or 'not yet known'}.")
        # What the checks rejected is asked for at once: another batch for a few segments would take a day.
        mode = "auto" if services.settings.translation_mode == "auto" else "direct"
        key = " ".join(sorted(f"{batch.id}{' late' if batch.late else ''}" for batch in over))
        return preload_requests(services, own, key, translation_mode=mode)

    return tick
