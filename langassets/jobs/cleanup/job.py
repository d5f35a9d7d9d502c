"""The cleanup job: survey, then carry out."""

import logging
from datetime import timedelta

from langassets.database import former_objects
from langassets.database.connection import writing
from langassets.database.locks import alone_in_storage
from langassets.database.usage.statistics import record_lesson_counts
from langassets.jobs.cleanup import clocks
from langassets.jobs.cleanup.carry_out import CleanupReport, carry_out
from langassets.jobs.cleanup.drill.drill import Drill, DrillReport
from langassets.jobs.cleanup.drill.rebuilding import Rebuilder
from langassets.jobs.cleanup.memory_check import MemoryCheck
from langassets.jobs.cleanup.open_steps import close_open_steps
from langassets.jobs.cleanup.plan import CleanupSurvey, survey
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.retention.plan import Action, RetentionPolicy
from langassets.retention.sampling import DrillPolicy
from langassets.services import Services
from langassets.storage.store import ContentStore

_log = logging.getLogger("langassets.cleanup")


def retention_policy(services: Services) -> RetentionPolicy:
    """The limits that the settings give."""
    settings = services.settings
    kept = (settings.keep_recent_days, settings.keep_most_used, settings.archive_days)
    return RetentionPolicy(*kept, settings.max_delete_fraction)


def drill_policy(services: Services) -> DrillPolicy:
    """How much is tried before it is believed, by the settings."""
    return DrillPolicy(services.settings.drill_all_up_to, services.settings.drill_accepted_share)


async def plan_cleanup(services: Services) -> CleanupSurvey:
    """What a cleanup would do now; nothing is changed, storage is listed, and read where a drill differs."""
    async with services.store() as store:
        return await _survey(services, store)


async def clean_up(services: Services, *, run_id: str, confirmed: bool = False) -> CleanupReport:
    """Clean up; see `carry_out` and `alone_in_storage` for what is raised."""
    data, clock = services.data, services.clock
    with alone_in_storage(data, who=f"cleanup, run {run_id}"):
        async with services.store() as store:
            await close_open_steps(data, store, clock)
            seen = await _survey(services, store)
            policy = None if confirmed else retention_policy(services)
            report = await carry_out(data, store, seen, policy, run_id=run_id, clock=clock)
        stuck = {step.language for step in [*(one for one, _ in report.failed), *seen.plan.refused]}
        counts = {code: count for code, count in seen.lessons.items() if code not in stuck}
        # It is known what stood once for as long as the archive has it, or ten years.
        kept = timedelta(days=min(services.settings.archive_days, 3650))
        with writing(data) as connection:
            record_lesson_counts(connection, counts, clock())
            former_objects.forget(connection, clock() - kept)
    return report


async def _survey(services: Services, store: ContentStore) -> CleanupSurvey:
    memory = MemoryCheck(services.data, services.recipes)
    seen = await survey(
        services.data,
        store,
        frequent_languages(services.data, services.settings.predefined_languages),
        retention_policy(services),
        memory,
        services.clock(),
    )
    purges = seen.plan.of(Action.PURGE)
    if purges and (reason := await clocks.why_distrusted(services)):
        _log.warning("Nothing is purged from the archive: %s.", reason)
        seen.plan.keep_instead(purges, f"not purged: {reason}")
    seen.drill = await _drill(services, store, seen, memory)
    return seen


async def _drill(
    services: Services, store: ContentStore, seen: CleanupSurvey, memory: MemoryCheck
) -> DrillReport:
    """Try whether memory makes again what is to be deleted on its account; what it does not, stays."""
    deletions = [step.key for step in seen.plan.of(Action.DELETE)]
    if not deletions:
        return DrillReport()
    rebuilder = Rebuilder(services, memory.contents, seen.pending.written)
    report = await Drill(services.data, store, rebuilder, held=True)(deletions, drill_policy(services))
    if report.failures:
        seen.plan.refuse({one.key for one in report.failures})
        _log.warning("Not deleted is what memory does not make again. %s", report.summary)
    return report
