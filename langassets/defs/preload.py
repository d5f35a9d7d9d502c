"""The asset `preloaded_translations`: a partition for each frequent language, one run for all."""

import asyncio
from collections.abc import Iterator

import dagster as dg

from langassets.defs import lessons, metadata, partitions
from langassets.defs.tier import frequent_language_tier
from langassets.jobs.preload import preload
from langassets.jobs.preload_plan import Problem
from langassets.jobs.preload_report import PreloadReport
from langassets.jobs.services import Services
from langassets.jobs.tier import frequent_languages


@dg.asset(
    deps=[frequent_language_tier, lessons.KEY],
    partitions_def=partitions.languages,
    backfill_policy=dg.BackfillPolicy.single_run(),
    # What is recorded is each language that is complete, by events of our own: one that failed is not.
    output_required=False,
    group_name="content",
    kinds={"openai", "supabase"},
    owners=["team:content"],
    pool="storage",
    description="For one frequent language: every lesson and content type, translated and fresh in storage. "
    "A run without a partition sees to all frequent languages at once.",
)
def preloaded_translations(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> Iterator[dg.Output[None]]:
    """Plan, translate what is missing or stale, store it, report."""
    yield from ()  # a plain function's return would be recorded as a materialization of no language
    chosen = _languages(context, services)
    report = asyncio.run(
        preload(
            services,
            chosen,
            run_id=context.run_id,
            on_planned=lambda wanted: context.log_event(lessons.observation(wanted)),
        )
    )
    for language in report.languages:
        if language.complete:
            context.log_event(
                dg.AssetMaterialization(
                    context.asset_key,
                    partition=language.language,
                    metadata=metadata.preload(language, report),
                )
            )
    if not report.complete:
        raise dg.Failure(_explain(report), metadata=metadata.failures(report), allow_retries=False)


def _languages(context: dg.AssetExecutionContext, services: Services) -> tuple[str, ...]:
    if context.has_partition_key or context.has_partition_key_range:
        return tuple(context.partition_keys)
    frequent = frequent_languages(services.data, services.settings.predefined_languages).codes
    partitions.follow(context.instance, frequent)
    return frequent


def _explain(report: PreloadReport) -> str:
    parts = [report.stopped] if report.stopped else []
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
