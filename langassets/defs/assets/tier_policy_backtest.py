"""The asset `tier_policy_backtest`."""

from typing import Any

import dagster as dg

from langassets.defs.assets.attributes import GROUP, column_schema
from langassets.defs.assets.language_usage_stats import language_usage_stats
from langassets.defs.pictures import charts, trade_off
from langassets.defs.runs.asset_run import asset_run
from langassets.jobs.simulation.simulate import SimulatedSetting, Simulation, simulate
from langassets.services import Services

_SUMMARY = ("verdict", "coverage_today", "best_possible_today", "periods", "requests", "settings_tried")


SPEC = dg.AssetSpec(
    "tier_policy_backtest",
    deps=[language_usage_stats],
    group_name=GROUP,
    kinds={"optional"},  # what stands below it in the lineage
    owners=["team:content"],
    tags={"cadence": "by-hand"},
    metadata=column_schema("tier_policy_backtest"),
    description="Optional, by hand: what other thresholds and half-lives would have done. `Observe` replays "
    "the recorded usage under many settings of the tier; nothing is changed, and nothing waits for it. "
    "`langassets simulate` takes settings of your own.",
)


# Observed, not materialized: 'Materialize all' leaves it out, for it makes nothing.
@dg.multi_observable_source_asset(specs=[SPEC])  # type: ignore[untyped-decorator]
def tier_policy_backtest(
    context: dg.AssetExecutionContext, langassets_services: dg.ResourceParam[Services]
) -> dg.ObserveResult:
    """Replay, and show the trade-off."""
    with asset_run(context, langassets_services) as run:
        simulation = simulate(langassets_services)
        for caution in simulation.cautions:
            context.log.warning(caution)
        metadata = _metadata(simulation)
        run.summarize("Settings of the tier replayed", {name: metadata[name] for name in _SUMMARY})
        return dg.ObserveResult(asset_key=SPEC.key, metadata=run.measured(metadata))


def _metadata(simulation: Simulation) -> dict[str, Any]:
    today = simulation.settings[0]
    shown = dict.fromkeys([*simulation.settings[:2], *simulation.trade_offs()])
    picture = trade_off.draw(simulation), trade_off.described(simulation)
    return {
        "verdict": simulation.verdict,
        "trade_off": charts.as_markdown(*picture),
        "coverage_today": float(round(today.coverage, 4)),
        "best_possible_today": float(round(today.best_possible, 4)),
        "periods": simulation.periods,
        "requests": simulation.requests,
        "settings_tried": len(simulation.settings),
        "trade_offs": dg.MetadataValue.table([_record(simulation, one) for one in shown]),
    }


def _record(simulation: Simulation, one: SimulatedSetting) -> dg.TableRecord:
    """A row that the web UI shows without cutting it."""
    return dg.TableRecord(
        {
            "setting": "recommended" if one == simulation.recommended else one.role,
            "half_life": f"{one.half_life_days:g} d",
            "promote": f"{one.promote_share:.0%}",
            "demote": f"{one.demote_share:.0%}",
            "met": f"{one.coverage:.1%}",
            "best": f"{one.best_possible:.1%}",
            "languages": round(one.languages, 1),
            "moves": one.promotions + one.demotions,
            "flaps": one.flaps,
            "cost": f"{one.tokens / 1_000_000:.2f} M"
            if one.dollars is None
            else f"${one.dollars:,.2f} (${one.dollars_lowest:,.2f}–{one.dollars_highest:,.2f})",
        }
    )
