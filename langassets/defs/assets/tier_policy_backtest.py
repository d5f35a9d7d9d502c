"""The asset `tier_policy_backtest`."""

from typing import Any

import dagster as dg

from langassets.defs.assets.language_usage_stats import language_usage_stats
from langassets.defs.pictures import charts, columns, metadata
from langassets.defs.pictures.tradeoff import described, draw
from langassets.defs.runs.asset_run import working
from langassets.jobs.simulation.simulate import SimulatedSetting, Simulation, simulate
from langassets.services import Services

_FIGURES = ("verdict", "coverage_today", "best_possible_today", "periods", "requests", "settings_tried")


@dg.asset(
    deps=[language_usage_stats],
    group_name="languages",
    kinds={"sql"},
    owners=["team:content"],
    tags={"cadence": "by-hand"},
    metadata=columns.BACKTEST,
    description="What other thresholds and half-lives would have done: the recorded usage replayed under "
    "many settings of the tier. Materialize it by hand; it changes nothing. `langassets simulate` takes "
    "settings of your own.",
)
def tier_policy_backtest(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Replay, and show the trade-off."""
    with working(context, services) as work:
        simulation = simulate(services)
        for caution in simulation.cautions:
            context.log.warning(caution)
        shown = _metadata(simulation)
        work.done("Settings of the tier replayed", metadata.figures(shown, _FIGURES))
        return dg.MaterializeResult(metadata=work.measured(shown))


def _metadata(simulation: Simulation) -> dict[str, dg.MetadataValue]:
    today = simulation.settings[0]
    shown = dict.fromkeys([*simulation.settings[:2], *simulation.trade_offs()])
    return {
        "trade_off": charts.as_markdown(draw(simulation), described(simulation)),
        "verdict": dg.MetadataValue.text(simulation.verdict),
        "coverage_today": dg.MetadataValue.float(round(today.coverage, 4)),
        "best_possible_today": dg.MetadataValue.float(round(today.best_possible, 4)),
        "periods": dg.MetadataValue.int(simulation.periods),
        "requests": dg.MetadataValue.int(simulation.requests),
        "settings_tried": dg.MetadataValue.int(len(simulation.settings)),
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
            "cost": f"{one.tokens / 1_000_000:.2f} M" if one.dollars is None else f"${one.dollars:,.2f}",
        }
    )
