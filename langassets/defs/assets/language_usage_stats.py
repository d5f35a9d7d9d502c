"""The asset `language_usage_stats`."""

from typing import TYPE_CHECKING, Any

import dagster as dg

from langassets import lazy
from langassets.defs.assets.attributes import table
from langassets.defs.pictures import charts, svg
from langassets.defs.pictures.at_a_glance import at_a_glance, bar
from langassets.defs.runs.asset_run import asset_run
from langassets.jobs.evaluation.evaluate import UsageReading, read_usage
from langassets.locales import english_name, own_name
from langassets.services import Services

if TYPE_CHECKING:
    import pandas as pd

_SUMMARY = ("total_requests", "total_languages", "rows_read")


def language_usage_stats(
    context: dg.AssetExecutionContext, services: Services, *, accept_reset: bool
) -> dg.MaterializeResult[Any]:
    """Read usage, weigh it, keep the reading."""
    with asset_run(context, services) as run:
        run.log_heading("Starting Language Evaluation Cycle")
        run.log("[Step 1/2] Evaluating language statistics...")
        half_life = services.settings.tier_half_life_days
        reading = read_usage(services.data, half_life, services.clock(), accept_reset=accept_reset)
        if reading.ignored:
            context.log.warning(f"Left out, since these are no language codes: {', '.join(reading.ignored)}")
        frame = usage_frame(reading)
        metadata = usage_metadata(reading, frame)
        run.summarize("Language statistics read", {name: metadata[name] for name in _SUMMARY})
        return dg.MaterializeResult(value=frame, metadata=run.measured(metadata))


def usage_frame(reading: UsageReading) -> "pd.DataFrame":
    """One row a language, the most requested first; `share` from 0 to 1."""
    frame = lazy.pandas.DataFrame(
        [
            {
                "language": s.language,
                "name": reading.names.get(s.language) or english_name(s.language),
                "requests": s.requests,
                "weighted_requests": s.weighted_requests,
                "last_used": s.last_used,
            }
            for s in reading.snapshots
        ]
    )
    total = float(frame["weighted_requests"].sum())
    frame["share"] = frame["weighted_requests"] / total if total else 0.0
    return frame.sort_values(["share", "language"], ascending=[False, True]).reset_index(drop=True)


def usage_metadata(reading: UsageReading, frame: "pd.DataFrame") -> dict[str, Any]:
    """What a materialization shows."""
    rows = frame.to_dict("records")
    bars = [(charts.language(row["language"], row["name"]), row["share"], svg.BLUE) for row in rows[:20]]
    return {
        "at_a_glance": at_a_glance(
            ("language", "share", ""),
            [
                (
                    charts.short_language(row["language"], row["name"]),
                    f"{row['share']:.1%}",
                    bar(row["share"] / (rows[0]["share"] or 1)),
                )
                for row in rows
            ],
        ),
        "shares": charts.shares(bars, {}, "Share of requests by language"),
        "total_requests": sum(row["requests"] for row in rows),
        "total_weighted_requests": round(sum(row["weighted_requests"] for row in rows), 1),
        "total_languages": len(rows),
        "rows_read": reading.rows_read,
        "ignored_codes": list(reading.ignored),
        "languages": table(
            {
                "language": row["language"],
                "name": row["name"],
                "own_name": own_name(row["language"]),
                "requests": row["requests"],
                "weighted": round(row["weighted_requests"], 1),
                "share": f"{row['share']:.2%}",
            }
            for row in rows
        ),
    }
