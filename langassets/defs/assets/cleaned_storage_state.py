"""The asset `cleaned_storage_state`."""

import asyncio
from typing import Any

import dagster as dg

from langassets.defs.assets.frequent_language_tier import frequent_language_tier
from langassets.defs.pictures import columns, metadata
from langassets.defs.runs.asset_run import working
from langassets.defs.runs.pool import POOL
from langassets.jobs.cleanup.carry_out import CleanupReport
from langassets.jobs.cleanup.job import clean_up
from langassets.services import Services


class CleanupConfig(dg.Config):
    """What a run may be told."""

    confirm_large_cleanup: bool = False
    """Carry the plan out even where it removes more than `MAX_DELETE_FRACTION`."""


@dg.asset(
    deps=[frequent_language_tier],
    group_name="content",
    kinds={"supabase"},
    owners=["team:content"],
    tags={"cadence": "twice-monthly"},
    metadata=columns.CLEANUP,
    pool=POOL,
    description="What storage holds for the languages that are not frequent, after what they no longer need "
    "was deleted (where memory can make it again) or archived (where nothing can).",
)
def cleaned_storage_state(
    context: dg.AssetExecutionContext, config: CleanupConfig, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Plan, write the plan down, carry it out, report."""
    with working(context, services) as work:
        work.says("[Step 2/2] Cleaning up storage...")
        confirmed = config.confirm_large_cleanup
        report = asyncio.run(clean_up(services, run_id=context.run.run_id, confirmed=confirmed))
        shown = metadata.cleanup(report)
        work.done("Language cleanup completed", metadata.figures(shown, metadata.CLEANUP_FIGURES))
        if report.failed:
            context.log_event(dg.AssetMaterialization(context.asset_key, metadata=work.measured(shown)))
            raise _failure(report)
        work.banner("Language Evaluation Cycle Completed")
        return dg.MaterializeResult(metadata=work.measured(shown))


def _failure(report: CleanupReport) -> dg.Failure:
    lines = [f"{step.key}: {reason}" for step, reason in report.failed]
    actions = sorted({f"{step.action}d" for step, _ in report.failed})
    return dg.Failure(
        f"{len(lines)} objects were to be {' or '.join(actions)}, and storage did not do it: "
        + "; ".join(lines[:20]),
        metadata=metadata.cleanup(report),
    )
