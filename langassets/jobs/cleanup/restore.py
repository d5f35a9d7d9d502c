"""What was archived, put back where it was; where the bucket keeps versions, what was deleted too."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from langassets.database.connection import reading
from langassets.database.locks import alone_in_storage
from langassets.database.names import language_keys
from langassets.database.records import journal
from langassets.jobs.cleanup.carry_out import CleanupReport, carry_out
from langassets.jobs.cleanup.plan import CleanupSurvey, survey_restores
from langassets.jobs.cleanup.versions import bring_back, plan_return
from langassets.services import Services
from langassets.storage import keys
from langassets.storage.store import ContentStore
from langassets.storage.versions import StoredVersion


@dataclass(slots=True, repr=False)
class RestorePlan:
    """What would go back: from the archive, and the keys of what would from versions."""

    archived: CleanupSurvey
    versions: Sequence[str]


@dataclass(slots=True, repr=False)
class RestoreReport:
    """What went back from the archive; and by key, why what there is a version of did not, None where it
    did."""

    archived: CleanupReport
    versions: Mapping[str, str | None]


async def plan_restore(services: Services, languages: Collection[str]) -> RestorePlan:
    """What would go back to these languages, to all of them where none is named; nothing is changed."""
    async with services.store() as store:
        archived = await _survey(services, store, languages)
        taken = {step.target for step in archived.plan.steps}
        versions = await _versions(services, store, languages)
        return RestorePlan(archived, [target for target in versions if target not in taken])


async def restore(services: Services, languages: Collection[str], *, run_id: str) -> RestoreReport:
    """Put the newest archived copy of each lesson back, where nothing has taken its place; then the versions
    of what cleanups deleted."""
    with alone_in_storage(services.data, who=f"restore, run {run_id}"):
        async with services.store() as store:
            survey = await _survey(services, store, languages)
            archived = await carry_out(
                services.data, store, survey, None, run_id=run_id, clock=services.clock
            )
            versions = await _versions(services, store, languages)
            return RestoreReport(archived, await bring_back(store, versions))


async def _versions(
    services: Services, store: ContentStore, languages: Collection[str]
) -> dict[str, StoredVersion]:
    with reading(services.data) as connection:
        removed = journal.removed(connection)
        keys_of = language_keys.load(connection)
    return await plan_return(store, removed, languages, keys_of)


async def _survey(services: Services, store: ContentStore, languages: Collection[str]) -> CleanupSurvey:
    if not languages:
        found = [keys.parse_archived(one.key) async for one in store.list(keys.ARCHIVE_PREFIX)]
        languages = {parsed[0].language for parsed in found if parsed}
    with reading(services.data) as connection:
        keys_of = language_keys.load(connection)
    survey = await survey_restores(store, languages, keys_of, services.clock())
    survey.plan.steps = [replace(step, reason="put back by hand") for step in survey.plan.steps]
    return survey
