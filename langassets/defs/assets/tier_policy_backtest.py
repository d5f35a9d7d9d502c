"""The asset `tier_policy_backtest`."""

from typing import Any

import dagster as dg

from langassets.defs.pictures import charts, trade_off
from langassets.defs.runs.asset_run import asset_run
from langassets.jobs.simulation.simulate import SimulatedSetting, Simulation, simulate
from langassets.services import Services

_SUMMARY = ("verdict", "coverage_today", "best_possible_today", "periods", "requests", "settings_tried")


def tier_policy_backtest(context: dg.AssetExecutionContext, services: Services) -> dg.ObserveResult:
    """Replay, and show the trade-off."""
    with asset_run(context, services) as run:
        simulation = simulate(services)
        for caution in simulation.cautions:
            context.log.warning(caution)
        metadata = _metadata(simulation)
        run.summarize("Settings of the tier replayed", {name: metadata[name] for name in _SUMMARY})
        return dg.ObserveResult(asset_key=context.asset_key, metadata=run.measured(metadata))


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
