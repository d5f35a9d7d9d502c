"""Everything that was archived, put back where it was."""

from collections.abc import Collection
from dataclasses import replace

from langassets.database.connection import reading
from langassets.database.locks import alone_in_storage
from langassets.database.names import language_keys
from langassets.jobs.cleanup.carry_out import CleanupReport, carry_out
from langassets.jobs.cleanup.plan import CleanupSurvey, survey_restores
from langassets.retention.plan import RetentionPolicy
from langassets.services import Services
from langassets.storage import keys
from langassets.storage.store import ContentStore


async def plan_restore(services: Services, languages: Collection[str]) -> CleanupSurvey:
    """What would go back to these languages, to all of them where none is named; nothing is changed."""
    async with services.store() as store:
        return await _survey(services, store, languages)


async def restore(services: Services, languages: Collection[str], *, run_id: str) -> CleanupReport:
    """Put the newest archived copy of each lesson back, where nothing has taken its place."""
    with alone_in_storage(services.data, who=f"restore, run {run_id}"):
        async with services.store() as store:
            return await carry_out(
                services.data,
                store,
                await _survey(services, store, languages),
                RetentionPolicy(),
                run_id=run_id,
                clock=services.clock,
            )


async def _survey(services: Services, store: ContentStore, languages: Collection[str]) -> CleanupSurvey:
    if not languages:
        found = [keys.parse_archived(one.key) async for one in store.list(keys.ARCHIVE_PREFIX)]
        languages = {parsed[0].language for parsed in found if parsed}
    with reading(services.data) as connection:
        keys_of = language_keys.load(connection)
    survey = await survey_restores(store, languages, keys_of, services.clock())
    survey.plan.steps = [replace(step, reason="put back by hand") for step in survey.plan.steps]
    return survey
