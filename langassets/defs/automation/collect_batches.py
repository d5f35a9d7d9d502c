"""The sensor `collect_batches`: takes in what a batch has brought, hours after it was handed in."""

import asyncio

import dagster as dg

from langassets import batch_mode
from langassets.defs.runs.ownership import claim
from langassets.defs.runs.queries import BACKGROUND_JOBS_OFF, preload_requests
from langassets.jobs.dagster.queries import PRELOAD
from langassets.services import Services
from langassets.wording import counted


def collect_batches(services: Services) -> dg.SensorDefinition:
    """The sensor; it is there where batch mode is on."""
    names = services.settings.names

    @dg.sensor(
        name=names.own("collect_batches"),
        job_name=names.own(PRELOAD),
        minimum_interval_seconds=300,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Takes the answers of finished batches into memory, and has the lessons made of them.",
    )
    def tick(context: dg.SensorEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
        if not services.settings.enable_background_jobs:
            return dg.SkipReason(BACKGROUND_JOBS_OFF)
        ours = claim(context.instance, services)
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
        return preload_requests(services, ours, key, translation_mode=mode)

    return tick
