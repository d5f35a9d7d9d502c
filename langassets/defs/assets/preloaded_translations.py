"""The asset `preloaded_translations`: a partition for each frequent language, one run for all."""

from collections.abc import Iterator, Sequence

import dagster as dg

from langassets.defs.assets import lessons, partitions, preload_metadata
from langassets.defs.checks import preload_results
from langassets.defs.runs.asset_run import AssetRun, asset_run
from langassets.defs.runs.due import due_by
from langassets.defs.runs.interruptible import run_interruptible
from langassets.defs.runs.progress import progress_logged
from langassets.errors import PassingError
from langassets.jobs.evaluation.frequent_languages import FrequentLanguages, frequent_languages
from langassets.jobs.lessons import DesiredContent
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.parts import is_whole
from langassets.jobs.preload.report import PreloadReport
from langassets.locales import is_language_code
from langassets.services import Services
from langassets.wording import counted


def preloaded_translations(
    context: dg.AssetExecutionContext, services: Services, asked: Sequence[str], mode: str
) -> Iterator[dg.AssetCheckResult]:
    """Plan, translate what is missing or stale, store it, report."""
    with asset_run(context, services) as run:
        run.log_heading("Starting Preload of Frequent Languages")
        report = _preload(context, services, run, asked, mode)
        of_run = {
            "at_a_glance": preload_metadata.coverage_at_a_glance(report),
            "coverage": preload_metadata.coverage_chart(report),
        }
        for one in report.languages:
            if one.complete:
                metadata = run.measured(preload_metadata.language_metadata(one, report, of_run))
                context.log_event(
                    dg.AssetMaterialization(context.asset_key, partition=one.language, metadata=metadata)
                )
        yield from preload_results(services, report)
        what = "Preload completed" if report.complete else "Preload not complete"
        run.summarize(what, preload_metadata.run_summary(report))
        if not (report.complete or report.waiting):
            raise _failure(report, context.op_execution_context.retry_number)
        run.log_heading("Preload Completed")


def _preload(
    context: dg.AssetExecutionContext, services: Services, run: AssetRun, asked: Sequence[str], mode: str
) -> PreloadReport:
    chosen = _languages(context, services, asked)
    lessons_key = dg.AssetKey(services.settings.names.key("lessons"))
    run.log(f"[Step 1/2] Comparing storage with the lessons for {', '.join(chosen)}...")

    def on_planned(desired: list[DesiredContent]) -> None:
        context.log_event(lessons.observation(lessons_key, desired))
        contents = counted(len(desired), "content")
        run.log(f"[Step 2/2] Translating and storing what is missing of {contents}...")

    mode = mode or services.settings.translation_mode
    with progress_logged(services, run.log):
        report = run_interruptible(
            preload(
                services,
                chosen,
                run_id=context.run.run_id,
                attempt=context.op_execution_context.retry_number,
                deferred=mode == "batch",
                due=due_by(services) if mode == "auto" else None,
                on_planned=on_planned,
            )
        )
    if report.handed_in:
        new, old = report.handed_in.segments, report.handed_in.waiting
        run.log(f"Handed in as a batch: {counted(new, 'segment')}; {old:,} had been handed in before.")
    return report


def _languages(
    context: dg.AssetExecutionContext, services: Services, asked: Sequence[str]
) -> tuple[str, ...]:
    """Those that were asked for, or all frequent ones; without those that this run has completed already."""
    frequent = frequent_languages(services.data, services.settings.predefined_languages)
    partitions_name = services.settings.names.partitions
    if context.has_partition_key or context.has_partition_key_range:
        chosen = _of_partitions(context, frequent, partitions_name)
    else:
        partitions.follow(context.instance, frequent.codes, partitions_name)
        chosen = _of_config(context, asked, frequent)
    if not context.op_execution_context.retry_number:
        return chosen
    recorded = context.instance.all_logs(
        context.run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
    )
    done = {entry.dagster_event.partition for entry in recorded if entry.dagster_event}
    return tuple(code for code in chosen if code not in done)


def _of_partitions(
    context: dg.AssetExecutionContext, frequent: FrequentLanguages, partitions_name: str
) -> tuple[str, ...]:
    asked = context.partition_keys
    if wrong := [key for key in asked if not is_language_code(key)]:
        raise dg.Failure(
            f"No language codes: {', '.join(map(repr, wrong))}. These partitions were added by hand; the "
            "next preload of all languages removes them.",
            allow_retries=False,
        )
    if not asked:
        # Dagster alone would do nothing and call that a success.
        order = ", ".join(context.instance.get_dynamic_partitions(partitions_name))
        raise dg.Failure(
            f"No language lies in this range. It goes by the order in which languages were added: {order}. "
            "Begin with the one that comes first, or start a run without partitions, which sees to all.",
            allow_retries=False,
        )
    return tuple(dict.fromkeys(map(frequent.keys.kept_as, asked)))


def _of_config(
    context: dg.AssetExecutionContext, languages: Sequence[str], frequent: FrequentLanguages
) -> tuple[str, ...]:
    asked = set(map(frequent.keys.kept_as, languages))
    chosen = tuple(code for code in frequent.codes if not asked or code in asked)
    if not chosen:
        said = f"Nothing to preload: frequent are {', '.join(frequent.codes) or 'no languages'}"
        said += f", asked for were {', '.join(languages)}." if asked else "."
        # A part of a preload was asked for by a tier that may be another one by now.
        if asked and is_whole(context.run.tags):
            raise dg.Failure(said, allow_retries=False)
        context.log.warning(said)
    return chosen


def _failure(report: PreloadReport, retries: int) -> Exception:
    """What a preload that is not complete ends with: one further try where that may help."""
    text = preload_metadata.failure_text(report)
    if report.worth_retrying and retries == 0:
        return PassingError(f"{text}.")
    return dg.Failure(text, metadata=preload_metadata.failure_metadata(report), allow_retries=False)
