"""What each materialization shows: figures, a table, one chart."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import dagster as dg

from langassets.database.decisions import Tier
from langassets.defs.pictures import charts
from langassets.jobs.cleanup.carry_out import CleanupReport
from langassets.jobs.evaluation.evaluate import UsageReading
from langassets.jobs.preload.report import LanguageReport, PreloadReport
from langassets.locales import both_names, english_name, own_name
from langassets.retention.plan import Action
from langassets.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

Metadata = dict[str, dg.MetadataValue]

# A table in the UI is for reading; the whole stands in the database.
_MOST_ROWS = 200


USAGE_FIGURES = ("total_requests", "total_languages", "rows_read")
TIER_FIGURES = (
    "evaluation_date",
    "total_languages",
    "frequent_languages",
    "promoted_languages",
    "demoted_languages",
)
CLEANUP_FIGURES = (
    "cleaned_languages",
    "total_cleaned_lessons",
    "objects_removed",
    "objects_archived",
    "objects_restored",
    "objects_kept",
    "bytes_removed",
    "not_removed",
)
"""What of a materialization stands in the log and in the history."""


def figures(shown: Metadata, names: Iterable[str]) -> dict[str, object]:
    """Some of what a materialization shows, as plain values."""
    return {name: shown[name].value for name in names}


def run(report: PreloadReport) -> dict[str, object]:
    """A preload in a few figures, over all its languages."""
    every = report.languages
    costs = [row.cost for one in every for row in one.usage]
    return {
        "languages": [one.language for one in every],
        "complete": [one.language for one in every if one.complete],
        "lessons_preloaded": sum(one.lessons() for one in every),
        "objects_stored": sum(len(one.stored) for one in every),
        "objects_reused": sum(len(one.plan.fresh) for one in every),
        "objects_failed": len(report.problems) + sum(len(one.failed) for one in every),
        "segments_from_memory": sum(one.segments_from_memory for one in every),
        "segments_from_model": sum(one.segments_from_model for one in every),
        "cost_dollars": None if None in costs else round(float(sum(filter(None, costs))), 6),
        "stopped": report.stopped,
    }


def usage_frame(reading: UsageReading) -> "pd.DataFrame":
    """One row a language, the most requested first; `share` from 0 to 1."""
    import pandas as pd

    frame = pd.DataFrame(
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


def usage(reading: UsageReading, frame: "pd.DataFrame") -> Metadata:
    """What `language_usage_stats` shows."""
    rows = [
        (row["language"], row["name"], row["requests"], row["weighted_requests"], row["share"])
        for row in frame.to_dict("records")
    ]
    top = [(charts.language(code, name), share, charts.BLUE) for code, name, _, _, share in rows[:20]]
    return {
        "shares": charts.shares(top, {}, "Share of requests by language"),
        "total_requests": dg.MetadataValue.int(sum(row[2] for row in rows)),
        "total_weighted_requests": dg.MetadataValue.float(round(sum(row[3] for row in rows), 1)),
        "total_languages": dg.MetadataValue.int(len(rows)),
        "rows_read": dg.MetadataValue.int(reading.rows_read),
        "ignored_codes": dg.MetadataValue.json(list(reading.ignored)),
        "languages": _table(
            {
                "language": code,
                "name": name,
                "own_name": own_name(code),
                "requests": requests,
                "weighted": round(weight, 1),
                "share": share,
            }
            for code, name, requests, weight, share in rows
        ),
    }


def tier(decided: Tier, settings: Settings) -> Metadata:
    """What `frequent_language_tier` shows."""
    changed = {
        change: [d.language for d in decided.decisions if d.change == change]
        for change in ("promoted", "demoted")
    }
    colours = {
        "frequent": charts.GREEN,
        "promoted": charts.BLUE,
        "demoted": charts.RED,
        "other": charts.GREY,
    }
    bars = [
        (
            charts.language(d.language) + ("" if d.change == "kept" else f" – {d.change}"),
            d.share,
            colours[d.change if d.change != "kept" else "frequent" if d.frequent else "other"],
        )
        for d in decided.decisions[:20]
    ]
    lines = {"promoted from": settings.promote_share, "demoted below": settings.demote_share}
    return {
        "shares": charts.shares(
            bars, lines, "Share of requests by language, with the tier's thresholds", colours
        ),
        "evaluation_date": dg.MetadataValue.text(decided.evaluated_at.isoformat(timespec="seconds")),
        "total_languages": dg.MetadataValue.int(len(decided.decisions)),
        "frequent_languages": dg.MetadataValue.json(list(decided.frequent)),
        "promoted_languages": dg.MetadataValue.json(changed["promoted"]),
        "demoted_languages": dg.MetadataValue.json(changed["demoted"]),
        "frequent_count": dg.MetadataValue.int(len(decided.frequent)),
        "promoted_count": dg.MetadataValue.int(len(changed["promoted"])),
        "demoted_count": dg.MetadataValue.int(len(changed["demoted"])),
        "decisions": _table(
            {
                "language": d.language,
                "name": both_names(d.language),
                "share": d.share,
                "frequent": d.frequent,
                "change": d.change,
                "reason": d.reason,
            }
            for d in decided.decisions
        ),
    }


def cleanup(report: CleanupReport) -> Metadata:
    """What `cleaned_storage_state` shows."""
    plan = report.survey.plan
    done: Counter[Action] = Counter()
    size: Counter[Action] = Counter()
    removed: dict[str, Counter[Action]] = defaultdict(Counter)
    rows: Counter[tuple[str, str, str]] = Counter()
    for step in report.done:
        done[step.action] += 1
        size[step.action] += step.size
        removed[step.language][step.action] += 1
        rows[step.language, step.action, step.reason] += 1
    for (language, reason), (objects, _) in plan.kept.items():
        removed[language][Action.KEEP] += objects
        rows[language, Action.KEEP, reason] += objects
    gone = [step for step in report.done if step.action in {Action.DELETE, Action.ARCHIVE}]
    names = sorted(removed)
    series: Mapping[str, tuple[list[float], str]] = {
        label: ([float(removed[name][action]) for name in names], colour)
        for action, label, colour in (
            (Action.KEEP, "kept", charts.GREEN),
            (Action.ARCHIVE, "archived", charts.ORANGE),
            (Action.DELETE, "removed", charts.RED),
            (Action.RESTORE, "put back", charts.BLUE),
        )
    }
    return {
        "by_language": charts.stacked(
            [charts.language(name) for name in names],
            series,
            "objects",
            "What was kept, archived and removed",
        ),
        "cleaned_languages": dg.MetadataValue.int(len({step.language for step in gone})),
        "total_cleaned_lessons": dg.MetadataValue.int(len({(step.language, step.lesson) for step in gone})),
        "objects_removed": dg.MetadataValue.int(done[Action.DELETE] + done[Action.PURGE]),
        "bytes_removed": dg.MetadataValue.int(size[Action.DELETE] + size[Action.PURGE]),
        "objects_archived": dg.MetadataValue.int(done[Action.ARCHIVE]),
        "bytes_archived": dg.MetadataValue.int(size[Action.ARCHIVE]),
        "objects_restored": dg.MetadataValue.int(done[Action.RESTORE]),
        "objects_kept": dg.MetadataValue.int(sum(objects for objects, _ in plan.kept.values())),
        "not_removed": dg.MetadataValue.json([f"{step.key}: {why}" for step, why in report.failed[:100]]),
        "plan_id": dg.MetadataValue.text(report.plan_id),
        "storage_requests": dg.MetadataValue.int(report.requests),
        "reasons": _table(
            {"language": language, "action": str(action), "reason": reason, "objects": objects}
            for (language, action, reason), objects in sorted(rows.items())
        ),
    }


def coverage_chart(run: PreloadReport) -> dg.MetadataValue:
    """The picture of a preload: what stands, by language and content type."""
    cells = {
        (charts.language(one.language), name): counted
        for one in run.languages
        for name, counted in one.coverage().items()
    }
    names = [charts.language(one.language) for one in run.languages]
    types = sorted({name for _, name in cells})
    return charts.grid(names, types, cells, "Coverage by language and content type")


def preload(report: LanguageReport, run: PreloadReport, chart: dg.MetadataValue) -> Metadata:
    """What `preloaded_translations` shows for one language; `chart` is that of the whole run."""
    plan = report.plan
    usage = [row.spent for row in report.usage]
    costs = [row.cost for row in report.usage]
    cost = None if None in costs else sum(filter(None, costs))
    stored = Counter(item.desired.content_type for item in report.stored)
    return {
        "coverage": chart,
        "content_types": _table(
            {"content_type": name, "wanted": desired, "there": there, "stored_now": stored[name]}
            for name, (there, desired) in report.coverage().items()
        ),
        "lessons_preloaded": dg.MetadataValue.int(report.lessons()),
        "objects_preloaded": dg.MetadataValue.int(len(report.stored)),
        "objects_reused": dg.MetadataValue.int(len(plan.fresh)),
        "objects_adopted": dg.MetadataValue.int(len(plan.adopted)),
        "objects_restored": dg.MetadataValue.int(report.restored),
        "objects_failed": dg.MetadataValue.int(len(report.failed)),
        "objects_edited": dg.MetadataValue.int(len(plan.edited)),
        "kept_as_edited": dg.MetadataValue.json(plan.edited[:100]),
        "edited_and_outdated": dg.MetadataValue.json(plan.edited_stale[:100]),
        "segments_from_memory": dg.MetadataValue.int(report.segments_from_memory),
        "segments_from_model": dg.MetadataValue.int(report.segments_from_model),
        "model_requests": dg.MetadataValue.int(sum(spent.requests for spent in usage)),
        "input_tokens": dg.MetadataValue.int(sum(spent.usage.input_tokens for spent in usage)),
        "output_tokens": dg.MetadataValue.int(sum(spent.usage.output_tokens for spent in usage)),
        "cost_dollars": dg.MetadataValue.float(round(float(cost), 6))
        if cost is not None
        else dg.MetadataValue.text("unknown: set MODEL_PRICES"),
        "bytes_written": dg.MetadataValue.int(report.bytes_written),
        "storage_requests_of_run": dg.MetadataValue.int(run.storage_requests),
    }


def failures(run: PreloadReport) -> Metadata:
    """What a preload shows that is not complete."""
    problems = [*run.problems, *(problem for one in run.languages for problem in one.failed)]
    return {
        "stopped": dg.MetadataValue.text(run.stopped or "no"),
        "failed": _table(
            {
                "language": problem.language or "all",
                "lesson": problem.lesson,
                "content_type": problem.content_type,
                "reason": problem.reason,
            }
            for problem in problems
        ),
    }


def _table(rows: Iterable[Mapping[str, str | int | float | bool]]) -> dg.MetadataValue:
    records = [
        dg.TableRecord({name: f"{value:.2%}" if name == "share" else value for name, value in row.items()})
        for row in rows
    ]
    return dg.MetadataValue.table(records[:_MOST_ROWS]) if records else dg.MetadataValue.text("none")
