"""The asset `preloaded_translations`: a partition for each frequent language, one run for all."""

import asyncio
from collections.abc import Iterator, Sequence

import dagster as dg
from pydantic import Field

from langassets.defs.assets import lessons, partitions, preload_checks
from langassets.defs.assets.frequent_language_tier import frequent_language_tier
from langassets.defs.pictures import columns, metadata
from langassets.defs.runs.asset_run import Work, working
from langassets.defs.runs.pool import POOL
from langassets.defs.runs.progress import progress_logged
from langassets.errors import PassingError
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.lessons import DesiredContent, Problem
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.report import PreloadReport
from langassets.services import Services


class PreloadConfig(dg.Config):
    """What a run may be told."""

    translation_mode: str = ""
    """`direct` or `batch`; empty: as `TRANSLATION_MODE` says."""

    languages: list[str] = Field(default_factory=list)
    """Of the frequent languages those that this run sees to; empty: all."""


@dg.asset(
    deps=[frequent_language_tier, lessons.KEY],
    partitions_def=partitions.languages,
    backfill_policy=dg.BackfillPolicy.single_run(),
    # What is recorded is each language that is complete, by events of our own: one that failed is not.
    output_required=False,
    group_name="content",
    kinds={"openai", "supabase"},
    owners=["team:content"],
    tags={"cadence": "daily"},
    metadata=columns.TRANSLATIONS,
    check_specs=preload_checks.SPECS,
    pool=POOL,
    description="For one frequent language: every lesson and content type, translated and fresh in storage. "
    "A run without a partition sees to all frequent languages at once.",
)
def preloaded_translations(
    context: dg.AssetExecutionContext, config: PreloadConfig, services: dg.ResourceParam[Services]
) -> Iterator[dg.AssetCheckResult]:
    """Plan, translate what is missing or stale, store it, report."""
    with working(context, services) as work:
        work.banner("Starting Preload of Frequent Languages")
        mode = config.translation_mode or services.settings.translation_mode
        chosen = _languages(context, services, config.languages)
        report = _preload(context, services, work, chosen, deferred=mode == "batch")
        chart = metadata.coverage_chart(report)
        for language in report.languages:
            if language.complete:
                shown = work.measured(metadata.preload(language, report, chart))
                context.log_event(
                    dg.AssetMaterialization(context.asset_key, partition=language.language, metadata=shown)
                )
        yield from preload_checks.results(services, report)
        work.done("Preload completed" if report.complete else "Preload not complete", metadata.run(report))
        if not (report.complete or report.waiting):
            raise _failure(report, context.op_execution_context.retry_number)
        work.banner("Preload Completed")


def _preload(
    context: dg.AssetExecutionContext,
    services: Services,
    work: Work,
    chosen: tuple[str, ...],
    *,
    deferred: bool,
) -> PreloadReport:
    work.says(f"[Step 1/2] Comparing storage with the lessons for {', '.join(chosen)}...")

    def on_planned(desired: list[DesiredContent]) -> None:
        context.log_event(lessons.observation(desired))
        work.says(
            f"[Step 2/2] Translating and storing what is missing of {len(desired):,} lesson contents..."
        )

    with progress_logged(services, work.says):
        report = asyncio.run(
            preload(
                services,
                chosen,
                run_id=context.run.run_id,
                attempt=context.op_execution_context.retry_number,
                deferred=deferred,
                on_planned=on_planned,
            )
        )
    if report.handed_in:
        new, old = report.handed_in.segments, report.handed_in.waiting
        work.says(f"Handed in as a batch: {new:,} segments; {old:,} had been handed in before.")
    return report


def _languages(
    context: dg.AssetExecutionContext, services: Services, asked: Sequence[str]
) -> tuple[str, ...]:
    """Those that were asked for, or all frequent ones; without those that this run has completed already."""
    if context.has_partition_key or context.has_partition_key_range:
        chosen = tuple(context.partition_keys)
    else:
        frequent = frequent_languages(services.data, services.settings.predefined_languages).codes
        partitions.follow(context.instance, frequent)
        chosen = tuple(code for code in frequent if not asked or code in asked)
    if not context.op_execution_context.retry_number:
        return chosen
    recorded = context.instance.all_logs(
        context.run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
    )
    done = {entry.dagster_event.partition for entry in recorded if entry.dagster_event}
    return tuple(code for code in chosen if code not in done)


def _failure(report: PreloadReport, retries: int) -> Exception:
    """What a preload that is not complete ends with: one further try where that may help."""
    text = _explain(report)
    if report.worth_retrying and retries == 0:
        return PassingError(f"{text}.")
    return dg.Failure(text, metadata=metadata.failures(report), allow_retries=False)


def _explain(report: PreloadReport) -> str:
    parts = [report.stopped.rstrip(".")] if report.stopped else []
    problems = [*report.problems, *(problem for one in report.languages for problem in one.failed)]
    if problems:
        parts.append(
            f"{len(problems)} contents could not be preloaded: " + "; ".join(map(_line, problems[:10]))
        )
    left = {one.language: one.left for one in report.languages if one.left}
    if left:
        parts.append("left to do: " + ", ".join(f"{count} in {code}" for code, count in left.items()))
    return ". ".join(parts)


def _line(problem: Problem) -> str:
    where = f"{problem.language or 'any language'}, lesson {problem.lesson}, {problem.content_type}"
    return f"{where}: {problem.reason}"
