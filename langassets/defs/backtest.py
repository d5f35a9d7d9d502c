"""The asset `tier_policy_backtest`."""

from typing import Any

import dagster as dg

from langassets.defs import charts
from langassets.defs.tradeoff_chart import described, draw
from langassets.defs.usage_stats import language_usage_stats
from langassets.jobs.services import Services
from langassets.jobs.simulation import SimulatedSetting, Simulation, simulate


@dg.asset(
    deps=[language_usage_stats],
    group_name="languages",
    kinds={"sql"},
    owners=["team:content"],
    description="What other thresholds and half-lives would have done: the recorded usage replayed under "
    "many settings of the tier. Materialize it by hand; it changes nothing. `langassets simulate` takes "
    "settings of your own.",
)
def tier_policy_backtest(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Replay, and show the trade-off."""
    simulation = simulate(services)
    for caution in simulation.cautions:
        context.log.warning(caution)
    return dg.MaterializeResult(metadata=_metadata(simulation))


def _metadata(simulation: Simulation) -> dict[str, dg.MetadataValue]:
    today = simulation.settings[0]
    shown = dict.fromkeys([*simulation.settings[:2], *simulation.trade_offs()])
    return {
        "verdict": dg.MetadataValue.text(simulation.verdict),
        "coverage_today": dg.MetadataValue.float(round(today.coverage, 4)),
        "best_possible_today": dg.MetadataValue.float(round(today.best_possible, 4)),
        "periods": dg.MetadataValue.int(simulation.periods),
        "requests": dg.MetadataValue.int(simulation.requests),
        "settings_tried": dg.MetadataValue.int(len(simulation.settings)),
        "trade_offs": dg.MetadataValue.table([_record(simulation, one) for one in shown]),
        "trade_off": charts.as_markdown(draw(simulation), described(simulation)),
    }


def _record(simulation: Simulation, one: SimulatedSetting) -> dg.TableRecord:
    return dg.TableRecord(
        {
            "setting": "recommended" if one == simulation.recommended else one.role,
            "half_life_days": one.half_life_days,
            "promote_share": f"{one.promote_share:.0%}",
            "demote_share": f"{one.demote_share:.0%}",
            "requests_met": f"{one.coverage:.1%}",
            "best_possible": f"{one.best_possible:.1%}",
            "languages": round(one.languages, 1),
            "promotions": one.promotions,
            "demotions": one.demotions,
            "flaps": one.flaps,
            "million_tokens": round(one.tokens / 1_000_000, 2),
            "dollars": "unknown" if one.dollars is None else f"{one.dollars:,.2f}",
        }
    )
