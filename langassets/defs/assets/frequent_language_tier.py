"""The asset `frequent_language_tier`."""

import hashlib
from typing import Any

import dagster as dg

from langassets.defs.assets import partitions
from langassets.defs.assets.language_usage_stats import language_usage_stats
from langassets.defs.pictures import columns, metadata
from langassets.defs.runs.asset_run import working
from langassets.jobs.evaluation.evaluate import evaluate
from langassets.jobs.preload.estimate import promotion_price
from langassets.services import Services


@dg.asset(
    deps=[language_usage_stats],
    group_name="languages",
    kinds={"sql"},
    owners=["team:content"],
    tags={"cadence": "twice-monthly"},
    metadata=columns.TIER,
    description="One decision a language: frequent or not, promoted or demoted, and why. A language enters "
    "at `PROMOTE_SHARE` and leaves below `DEMOTE_SHARE`; predefined languages stay.",
)
def frequent_language_tier(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Decide on each language, and put the decisions into force."""
    with working(context, services) as work:
        tier = evaluate(
            services.data,
            services.settings,
            services.clock(),
            context.run.run_id,
            lambda language: promotion_price(services, language),
        )
        partitions.follow(context.instance, tier.frequent)
        for decision in tier.decisions:
            if decision.change != "kept":
                work.says(f"{decision.language} {decision.change}: {decision.reason}")
        shown = metadata.tier(tier, services.settings)
        work.done("Language evaluation completed", metadata.figures(shown, metadata.TIER_FIGURES))
        version = hashlib.sha256(",".join(tier.frequent).encode()).hexdigest()
        return dg.MaterializeResult(metadata=work.measured(shown), data_version=dg.DataVersion(version))
