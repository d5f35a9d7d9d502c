"""What a preload shows: each language that is complete, the run as a whole, and why it is not complete."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from langassets.defs.assets.attributes import table
from langassets.defs.pictures import charts
from langassets.defs.pictures.at_a_glance import at_a_glance, bar
from langassets.jobs.lessons import Problem
from langassets.jobs.preload.report import LanguageReport, PreloadReport
from langassets.translation.cost.usage import ModelUsage
from langassets.translation.documents.stored import State
from langassets.wording import counted

_UNKNOWN = "unknown: set MODEL_PRICES"


def coverage_chart(report: PreloadReport) -> dg.MetadataValue:
    """The picture of a preload: what stands, by language and content type."""
    cells = {
        (charts.language(one.language), content_type): counted
        for one in report.languages
        for content_type, counted in one.coverage().items()
    }
    names = [charts.language(one.language) for one in report.languages]
    content_types = sorted({content_type for _, content_type in cells})
    return charts.grid(names, content_types, cells, "Coverage by language and content type")


def coverage_at_a_glance(report: PreloadReport) -> dg.MetadataValue:
    """What stands of what is wanted, by language, over the whole run."""
    rows = []
    for one in report.languages:
        there, wanted = (sum(numbers) for numbers in zip((0, 0), *one.coverage().values(), strict=True))
        letters = bar(there / wanted if wanted else 0)
        stored = f"{len(one.stored):,}"
        rows.append((charts.short_language(one.language), f"{there:,}/{wanted:,}", stored, letters))
    return at_a_glance(("language", "there", "stored now", ""), rows)


def language_metadata(
    report: LanguageReport, run: PreloadReport, of_run: Mapping[str, dg.MetadataValue]
) -> dict[str, Any]:
    """What the materialization of one language shows, below the entries `of_run` of the whole run."""
    plan = report.plan
    spent = [row.spent for row in report.usage]
    cost = _cost(report.usage)
    stored = Counter(item.desired.content_type for item in report.stored)
    return {
        **of_run,
        "content_types": table(
            {"content_type": name, "wanted": desired, "there": there, "stored_now": stored[name]}
            for name, (there, desired) in report.coverage().items()
        ),
        "lessons_preloaded": report.lessons(),
        "objects_preloaded": len(report.stored),
        "objects_reused": len(plan.fresh) + report.unchanged,
        "objects_adopted": len(plan.adopted),
        "objects_restored": report.restored,
        "objects_failed": len(report.failed),
        "objects_edited": len(plan.edited),
        "objects_learnt": len(plan.learnt),
        "kept_as_edited": plan.edited[:100],
        "kept_whole": table({"key": key, "reason": reason} for key, reason in plan.unaligned.items()),
        "edited_and_outdated": plan.edited_stale[:100],
        **{f"segments_{state}": report.segments.get(state, 0) for state in State},
        "segments_from_memory": report.segments_from_memory,
        "segments_from_model": report.segments_from_model,
        "segments_doubted": report.segments_doubted,
        "segments_refused_before": report.segments_not_asked,
        "model_requests": sum(one.requests for one in spent),
        "input_tokens": sum(one.usage.input_tokens for one in spent),
        "output_tokens": sum(one.usage.output_tokens for one in spent),
        "cost_dollars": _UNKNOWN if cost is None else cost,
        "bytes_written": report.bytes_written,
        "storage_requests_of_run": run.storage_requests,
        "cost_dollars_of_run": _UNKNOWN if run.bill.unpriced else round(float(run.bill.dollars), 6),
        "cost_dollars_of_run_not_known": round(float(run.bill.open_dollars), 6),
    }


def run_summary(report: PreloadReport) -> dict[str, Any]:
    """A preload in a few figures, over all its languages."""
    every = report.languages
    return {
        "languages": [one.language for one in every],
        "complete": [one.language for one in every if one.complete],
        "lessons_preloaded": sum(one.lessons() for one in every),
        "objects_stored": sum(len(one.stored) for one in every),
        "objects_reused": sum(len(one.plan.fresh) + one.unchanged for one in every),
        "objects_failed": len(report.problems) + sum(len(one.failed) for one in every),
        "segments_from_memory": sum(one.segments_from_memory for one in every),
        "segments_from_model": sum(one.segments_from_model for one in every),
        "cost_dollars": _cost(row for one in every for row in one.usage),
        "stopped": report.stopped,
    }


def failure_metadata(report: PreloadReport) -> dict[str, Any]:
    """What a preload shows that is not complete."""
    return {
        "stopped": report.stopped or "no",
        "failed": table(
            {
                "language": problem.language or "all",
                "lesson": problem.named,
                "content_type": problem.content_type,
                "reason": problem.reason,
            }
            for problem in _problems(report)
        ),
    }


def failure_text(report: PreloadReport) -> str:
    """Why a preload is not complete, in words."""
    parts = [report.stopped.rstrip(".")] if report.stopped else []
    if problems := _problems(report):
        named = "; ".join(map(_line, problems[:10]))
        parts.append(f"{counted(len(problems), 'object')} could not be stored: {named}")
    if left := [f"{one.left} in {one.language}" for one in report.languages if one.left]:
        parts.append(f"Left to do: {', '.join(left)}")
    return ". ".join(parts)


def _problems(report: PreloadReport) -> list[Problem]:
    return [*report.problems, *(problem for one in report.languages for problem in one.failed)]


def _line(problem: Problem) -> str:
    where = f"{problem.language or 'any language'}, lesson {problem.named}, {problem.content_type}"
    return f"{where}: {problem.reason}"


def _cost(usage: Iterable[ModelUsage]) -> float | None:
    """In dollars, None where a price is not known."""
    costs = [row.cost for row in usage]
    return None if None in costs else round(float(sum(filter(None, costs))), 6)
