"""The asset `language_usage_stats`."""

from typing import Any

import dagster as dg

from langassets.defs.pictures import columns, metadata
from langassets.defs.runs.asset_run import working
from langassets.jobs.evaluation.evaluate import read_usage
from langassets.services import Services


class UsageConfig(dg.Config):
    """What a run may be told."""

    accept_reset: bool = False
    """Take counters that are lower than they were, or gone, as meant."""


@dg.asset(
    group_name="languages",
    kinds={"pandas", "sql"},
    owners=["team:content"],
    tags={"cadence": "twice-monthly"},
    metadata=columns.USAGE,
    description="Requests for each language, recent ones weighing more (half after `TIER_HALF_LIFE_DAYS`). "
    "Counted in SQL; each reading of the growing counters is kept, so that their differences are dated.",
)
def language_usage_stats(
    context: dg.AssetExecutionContext, config: UsageConfig, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Read usage, weigh it, keep the reading."""
    with working(context, services) as work:
        work.banner("Starting Language Evaluation Cycle")
        work.says("[Step 1/2] Evaluating language statistics...")
        half_life = services.settings.tier_half_life_days
        reading = read_usage(services.data, half_life, services.clock(), accept_reset=config.accept_reset)
        if reading.ignored:
            context.log.warning(f"Left out, since these are no language codes: {', '.join(reading.ignored)}")
        frame = metadata.usage_frame(reading)
        shown = metadata.usage(reading, frame)
        work.done("Language statistics read", metadata.figures(shown, metadata.USAGE_FIGURES))
        return dg.MaterializeResult(value=frame, metadata=work.measured(shown))
