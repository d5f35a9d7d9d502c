"""The preload job: plan each language, copy, translate and store what is missing or stale, report."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from langassets import jobs
from langassets.database import manifest
from langassets.database.connection import reading, writing
from langassets.database.content.known_lessons import known_lessons
from langassets.database.locks import alone_in_languages
from langassets.database.names import language_keys
from langassets.database.records.bill_totals import Totals, totals
from langassets.database.translations.segments import counts as segment_counts
from langassets.database.usage.statistics import record_lesson_counts
from langassets.jobs.cleanup.open_steps import close_open_steps
from langassets.jobs.lessons import DesiredContent, load_desired
from langassets.jobs.preload.limits import has_limits
from langassets.jobs.preload.plan import plan_languages, record_in_manifest
from langassets.jobs.preload.report import LanguageReport, PreloadReport
from langassets.services import Services
from langassets.storage.store import ContentStore
from langassets.tiering.language_keys import LanguageKeys


async def preload(
    services: Services,
    languages: Sequence[str],
    *,
    run_id: str,
    attempt: int = 0,
    deferred: bool = False,
    due: datetime | None = None,
    on_planned: Callable[[list[DesiredContent]], None] = lambda _: None,
) -> PreloadReport:
    """Make sure that every lesson stands translated and fresh in storage for each of `languages`, which may
    be given by any of their codes.

    What failed, and what a limit left to do, is in the report. Raises `PassingError` where storage or
    the database went away midway: what was done by then is recorded, and what was paid for remembered.
    A run that is tried again says so by `attempt`: each attempt has an account of its own, and the limits
    hold for all of them together. A `deferred` preload makes what memory holds and hands the rest in as a
    batch; once that is collected, a preload that is not deferred makes the rest. With `due`, each object goes
    the cheapest way that is in time: what users wait for directly, what is due then by a batch or by flex.
    """
    report = PreloadReport(on_progress=lambda done, total: services.progress("Preload", done, total))
    with alone_in_languages(services.data, languages, who=f"preload, run {run_id}"):
        async with services.store() as store:
            on_planned(await _plan(services, store, languages, run_id, report))
            report.tell_progress()
            to_make = any(one.plan.to_make for one in report.languages)
            if deferred or due or has_limits(services.settings) or to_make:
                of_run = jobs.preload.translating.Run(run_id, attempt, deferred, due)
                await jobs.preload.translating.make(services, store, report, of_run)
            else:
                _ = services.prices  # what is wrong with them is said by every run
            report.storage_requests = store.requests
    with writing(services.data) as connection:
        report.bill = sum((one for _, one in totals(connection, run_id=run_id)), Totals())
        codes = [one.language for one in report.languages]
        segments = segment_counts(connection, codes)
        for one in report.languages:
            one.segments = segments.get(one.language, {})
        record_lesson_counts(connection, manifest.lesson_counts(connection, codes), services.clock())
    return report


async def _plan(
    services: Services, store: ContentStore, languages: Sequence[str], run_id: str, report: PreloadReport
) -> list[DesiredContent]:
    """Plan each language, after what the archive has for it was put back; what is wanted."""
    with writing(services.data) as connection:
        keys = language_keys.record(connection, services.clock(), languages)
    languages = list(dict.fromkeys(map(keys.kept_as, languages)))
    await close_open_steps(services.data, store, services.clock, languages)
    desired, report.problems = load_desired(services.data)
    plans = await plan_languages(services, store, languages, desired)
    # Only where something is missing can something be put back.
    missing = [language for language, plan in plans.items() if plan.missing]
    restored, not_restored = await _restore(services, store, missing, keys, run_id)
    plans |= await plan_languages(services, store, restored, desired)
    for language, plan in plans.items():
        if plan.touched:
            await jobs.preload.edits.edited.learn_edits(services, store, plan, list(plan.touched))
        else:
            await asyncio.to_thread(plan.decide, services)
        await asyncio.to_thread(plan.label, services)
        record_in_manifest(services.data, plan)
        if plan.unsegmented:
            await jobs.preload.segments.fill_segments(services, store, plan)
        report.languages.append(LanguageReport(plan, restored=restored[language]))
        for item in plan.to_make:
            # The next run has it for nothing.
            if item.existing is None and (reason := not_restored.get(item.key)):
                report.fail(item, f"it is in the archive, and could not be put back: {reason}")
    return desired


async def _restore(
    services: Services, store: ContentStore, languages: Sequence[str], keys: LanguageKeys, run_id: str
) -> tuple[Counter[str], dict[str, str]]:
    """Put back what the archive has; how much of each language, and why not, by key."""
    if not languages:
        return Counter(), {}
    now = services.clock()
    with reading(services.data) as connection:
        known = known_lessons(connection, now)
    survey = await jobs.cleanup.plan.survey_restores(store, languages, keys, now, known)
    if not survey.plan.steps:
        return Counter(), {}
    report = await jobs.cleanup.carry_out.carry_out(
        services.data, store, survey, None, run_id=run_id, clock=services.clock
    )
    failed = {step.target: reason for step, reason in report.failed if step.target}
    return Counter(step.language for step in report.done), failed
