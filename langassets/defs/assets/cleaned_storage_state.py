"""The asset `cleaned_storage_state`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from langassets.defs.assets.attributes import table
from langassets.defs.checks import drill_result
from langassets.defs.pictures import charts, svg
from langassets.defs.pictures.at_a_glance import at_a_glance
from langassets.defs.runs.asset_run import asset_run
from langassets.defs.runs.interruptible import run_interruptible
from langassets.jobs.cleanup.carry_out import CleanupReport
from langassets.jobs.cleanup.job import clean_up
from langassets.jobs.lessons import paths_by_lesson
from langassets.retention.plan import Action
from langassets.services import Services
from langassets.wording import counted

_SUMMARY = (
    "cleaned_languages",
    "total_cleaned_lessons",
    "objects_removed",
    "objects_archived",
    "objects_restored",
    "objects_kept",
    "bytes_freed",
    "bytes_kept_as_versions",
    "deletions_refused",
    "not_removed",
)
_BARS = (
    (Action.KEEP, "kept", svg.GREEN),
    (Action.ARCHIVE, "archived", svg.ORANGE),
    (Action.DELETE, "removed", svg.RED),
    (Action.RESTORE, "put back", svg.BLUE),
)


def cleaned_storage_state(
    context: dg.AssetExecutionContext, services: Services, *, confirmed: bool
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
    """Plan, try whether memory makes again what goes, write the plan down, carry it out, report."""
    with asset_run(context, services) as run:
        run.log("[Step 2/2] Cleaning up storage...")
        report = run_interruptible(clean_up(services, run_id=context.run.run_id, confirmed=confirmed))
        yield drill_result(report.survey.drill)
        failed = _failed(report, services)
        metadata = metadata_of(report) | {"not_removed": failed[:100]}
        run.summarize("Language cleanup completed", {name: metadata[name] for name in _SUMMARY})
        if report.failed:
            context.log_event(dg.AssetMaterialization(context.asset_key, metadata=run.measured(metadata)))
            raise dg.Failure(_failure(report, failed), metadata=metadata)
        run.log_heading("Language Evaluation Cycle Completed")
        yield dg.MaterializeResult(metadata=run.measured(metadata))


def metadata_of(report: CleanupReport) -> dict[str, Any]:
    """What the materialization shows; sizes in bytes."""
    done, size, rows = Counter[Action](), Counter[Action](), Counter[tuple[str, Action, str]]()
    for step in report.done:
        done[step.action] += 1
        size[step.action] += step.size
        rows[step.language, step.action, step.reason] += 1
    for (language, reason), (objects, _) in report.survey.plan.kept.items():
        done[Action.KEEP] += objects
        rows[language, Action.KEEP, reason] += objects
    gone = [step for step in report.done if step.action in {Action.DELETE, Action.ARCHIVE}]
    return {
        **_by_language(rows),
        "cleaned_languages": len({step.language for step in gone}),
        "total_cleaned_lessons": len({(step.language, step.lesson) for step in gone}),
        "objects_removed": done[Action.DELETE] + done[Action.PURGE],
        "bytes_freed": size[Action.DELETE] + size[Action.PURGE] - report.bytes_kept,
        "bytes_kept_as_versions": report.bytes_kept,
        "objects_archived": done[Action.ARCHIVE],
        "bytes_archived": size[Action.ARCHIVE],
        "objects_restored": done[Action.RESTORE],
        "objects_kept": done[Action.KEEP],
        "deletions_tried": report.survey.drill.tried,
        "deletions_refused": len(report.survey.plan.refused),
        "plan_id": report.plan_id,
        "storage_requests": report.requests,
        "reasons": table(
            {"language": language, "action": str(action), "reason": reason, "objects": objects}
            for (language, action, reason), objects in sorted(rows.items())
        ),
    }


def _by_language(rows: Counter[tuple[str, Action, str]]) -> dict[str, dg.MetadataValue]:
    """What was done with how many objects of each language: as a small table, and as a picture."""
    objects = Counter[tuple[str, Action]]()
    for (language, action, _), count in rows.items():
        objects[language, action] += count
    languages = sorted({language for language, _ in objects})
    series = {
        label: ([float(objects[language, action]) for language in languages], colour)
        for action, label, colour in _BARS
    }
    names = [charts.language(language) for language in languages]
    counts = zip(*(values for values, _ in series.values()), strict=True)
    short = map(charts.short_language, languages)
    table = [(name, *(f"{count:,.0f}" for count in line)) for name, line in zip(short, counts, strict=True)]
    return {
        "at_a_glance": at_a_glance(("objects in", *series), table),
        "by_language": charts.stacked(names, series, "objects", "What was kept, archived and removed"),
    }


def _failed(report: CleanupReport, services: Services) -> list[str]:
    """What storage did not do, object by object, and why."""
    paths = paths_by_lesson(services.data) if report.failed else {}
    return [f"{step.named(paths)}: {reason}" for step, reason in report.failed]


def _failure(report: CleanupReport, lines: Sequence[str]) -> str:
    actions = " or ".join(sorted({f"{step.action}d" for step, _ in report.failed}))
    planned = f"{counted(len(lines), 'object')} to be {actions}"
    return f"Storage did not do what was planned ({planned}): {'; '.join(lines[:20])}"
