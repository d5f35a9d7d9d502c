"""The asset `language_usage_stats`."""

from typing import Any

import dagster as dg

from langassets.defs import metadata
from langassets.jobs.evaluation import read_usage
from langassets.jobs.services import Services


class UsageConfig(dg.Config):
    """What a run may be told."""

    accept_reset: bool = False
    """Take counters that are lower than they were, or gone, as meant."""


@dg.asset(
    group_name="languages",
    kinds={"pandas", "sql"},
    owners=["team:content"],
    description="Requests for each language, recent ones weighing more (half after `TIER_HALF_LIFE_DAYS`). "
    "Counted in SQL; each reading of the growing counters is kept, so that their differences are dated.",
)
def language_usage_stats(
    context: dg.AssetExecutionContext, config: UsageConfig, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Read usage, weigh it, keep the reading."""
    reading = read_usage(
        services.data,
        services.settings.tier_half_life_days,
        services.clock(),
        accept_reset=config.accept_reset,
    )
    if reading.ignored:
        context.log.warning(f"Left out, since these are no language codes: {', '.join(reading.ignored)}")
    frame = metadata.usage_frame(reading)
    return dg.MaterializeResult(value=frame, metadata=metadata.usage(reading, frame))
