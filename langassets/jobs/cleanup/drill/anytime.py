"""A restore drill at any time, over what stands and what lies in the archive; it changes nothing."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.jobs.cleanup.drill.archive import drill_archive
from langassets.jobs.cleanup.drill.drill import Drill, DrillReport
from langassets.jobs.cleanup.drill.rebuilding import STATUSES, Rebuilder, drilled_by_key
from langassets.jobs.lessons import load_desired
from langassets.jobs.listing import PendingWrites, listed
from langassets.retention.sampling import DrillPolicy
from langassets.services import Services
from langassets.storage.store import ContentStore


@dataclass(slots=True, repr=False)
class StorageDrill:
    """What came of it."""

    standing: DrillReport
    archive: DrillReport

    @property
    def failures(self) -> int:
        """How many objects were not as memory, or the journal, has them."""
        return len(self.standing.failures) + len(self.archive.failures)


async def drill_storage(services: Services, languages: Collection[str], policy: DrillPolicy) -> StorageDrill:
    """Make again what stands as langassets stored it, of lessons that still say the same, in these languages
    or (none) in all; and hold the archive against its journal.

    What memory does not hold counts as that: a cleanup would not delete it. Raises what store and database
    raise; no model is asked, and no key of one needed.
    """
    with reading(services.data) as connection:
        every = sorted(manifest.languages(connection))
    pending = PendingWrites()
    desired, _ = load_desired(services.data, STATUSES)
    contents = {(want.lesson, want.content_type): want for want in desired}
    async with services.store() as store:
        ours = [
            key
            for language in every
            if not languages or language in languages
            async for key in _ours(services, store, language, pending)
        ]
        find = drilled_by_key(services.data, contents, pending.written)
        drill = Drill(services.data, store, Rebuilder(services.data, services.recipes, services.slugs), find)
        return StorageDrill(
            await drill(ours, policy), await drill_archive(services.data, store, languages, policy)
        )


async def _ours(
    services: Services, store: ContentStore, language: str, pending: PendingWrites
) -> AsyncIterator[str]:
    async for found, _, known in listed(services.data, store, language, pending):
        if known and known.etag == found.etag and not (known.adopted or known.edited):
            yield found.key
