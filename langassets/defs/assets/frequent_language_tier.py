"""The asset `frequent_language_tier`."""

import hashlib
from typing import Any

import dagster as dg

from langassets.database.decisions import Tier
from langassets.defs.assets import partitions
from langassets.defs.assets.attributes import table
from langassets.defs.pictures import charts, svg
from langassets.defs.pictures.at_a_glance import at_a_glance, bar
from langassets.defs.runs.asset_run import asset_run
from langassets.jobs.evaluation.evaluate import evaluate
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.preload.estimate import promotion_price
from langassets.locales import both_names
from langassets.services import Services
from langassets.settings import Settings
from langassets.tiering.policy import TierDecision

_SUMMARY = (
    "evaluation_date",
    "total_languages",
    "frequent_languages",
    "promoted_languages",
    "demoted_languages",
)
_COLOURS = {
    "frequent": svg.GREEN,
    "promoted": svg.BLUE,
    "demoted": svg.RED,
    "other": svg.GREY,
}


def frequent_language_tier(
    context: dg.AssetExecutionContext, services: Services
) -> dg.MaterializeResult[Any]:
    """Decide on each language, and put the decisions into force."""
    with asset_run(context, services) as run:
        tier = evaluate(
            services.data,
            services.settings,
            services.clock(),
            context.run.run_id,
            lambda language: promotion_price(services, language),
        )
        now = frequent_languages(services.data, services.settings.predefined_languages)
        partitions.follow(context.instance, now.codes, services.settings.names.partitions)
        for decision in tier.decisions:
            if decision.change != "kept":
                run.log(f"{decision.language} {decision.change}: {decision.reason}")
        metadata = _metadata(tier, services.settings)
        run.summarize("Language evaluation completed", {name: metadata[name] for name in _SUMMARY})
        version = hashlib.sha256(",".join(tier.frequent).encode()).hexdigest()
        return dg.MaterializeResult(metadata=run.measured(metadata), data_version=dg.DataVersion(version))


def _metadata(tier: Tier, settings: Settings) -> dict[str, Any]:
    promoted = [decision.language for decision in tier.decisions if decision.change == "promoted"]
    demoted = [decision.language for decision in tier.decisions if decision.change == "demoted"]
    return {
        "at_a_glance": _at_a_glance(tier),
        "shares": charts.shares(
            [_bar(decision) for decision in tier.decisions[:20]],
            {"promoted from": settings.promote_share, "demoted below": settings.demote_share},
            "Share of requests by language, with the tier's thresholds",
            _COLOURS,
        ),
        "evaluation_date": tier.evaluated_at.isoformat(timespec="seconds"),
        "total_languages": len(tier.decisions),
        "frequent_languages": list(tier.frequent),
        "promoted_languages": promoted,
        "demoted_languages": demoted,
        "frequent_count": len(tier.frequent),
        "promoted_count": len(promoted),
        "demoted_count": len(demoted),
        "decisions": table(
            {
                "language": decision.language,
                "name": both_names(decision.language),
                "share": f"{decision.share:.2%}",
                "frequent": decision.frequent,
                "change": decision.change,
                "reason": decision.reason,
            }
            for decision in tier.decisions
        ),
    }


def _at_a_glance(tier: Tier) -> dg.MetadataValue:
    largest = max((decision.share for decision in tier.decisions), default=0) or 1
    return at_a_glance(
        ("language", "share", "tier", ""),
        [
            (
                charts.short_language(decision.language),
                f"{decision.share:.1%}",
                _standing(decision),
                bar(decision.share / largest),
            )
            for decision in tier.decisions
        ],
    )


def _standing(decision: TierDecision) -> str:
    if decision.change != "kept":
        return decision.change
    return "frequent" if decision.frequent else "other"


def _bar(decision: TierDecision) -> tuple[str, float, str]:
    changed = "" if decision.change == "kept" else f" – {decision.change}"
    return charts.language(decision.language) + changed, decision.share, _COLOURS[_standing(decision)]
