"""A restore drill at any time, over what stands and what lies in the archive; it changes nothing."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.records import journal
from langassets.database.records.journal import Archived
from langassets.database.rows import chunks
from langassets.errors import StoreError
from langassets.jobs.cleanup.drill.drill import Drill, DrillReport, tried
from langassets.jobs.cleanup.drill.rebuilding import STATUSES, Rebuilder
from langassets.jobs.cleanup.drill.verdicts import Fault, Outcome, Verdict, failed
from langassets.jobs.lessons import load_desired
from langassets.jobs.listing import PendingWrites, listed
from langassets.retention.sampling import DrillPolicy
from langassets.services import Services
from langassets.storage import keys
from langassets.storage.etags import etag_of
from langassets.storage.store import ContentStore

# Objects read together.
_READ_AT_ONCE = 64
# What was uploaded in parts has another ETag than an MD5: all that can be held against it is the size.
_MD5 = re.compile(r"[0-9a-f]{32}\Z")


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

    What memory does not hold counts as that: a cleanup would not delete it. What the journal does not know,
    since somebody else put it there, is not held against it. Raises what store and database raise; no model
    is asked, and no key of one needed.
    """
    with reading(services.data) as connection:
        every = sorted(manifest.languages(connection))
    pending = PendingWrites()
    desired, _ = load_desired(services.data, STATUSES)
    async with services.store() as store:
        ours = [
            key
            for language in every
            if not languages or language in languages
            async for key in _ours(services, store, language, pending)
        ]
        rebuilder = Rebuilder(services, {want.place: want for want in desired}, pending.written)
        standing = await Drill(services.data, store, rebuilder)(ours, policy)
        archived = [
            one.key
            async for one in store.list(keys.ARCHIVE_PREFIX)
            if (parsed := keys.parse_archived(one.key)) and (not languages or parsed[0].language in languages)
        ]

        async def read(some: Sequence[str], report: DrillReport) -> None:
            with reading(services.data) as connection:
                known = journal.archived(connection, some)
            for chunk in chunks(some, _READ_AT_ONCE):
                report.add(await asyncio.gather(*(_archived(store, key, known) for key in chunk)))

        return StorageDrill(standing, await tried(archived, policy, read))


async def _ours(
    services: Services, store: ContentStore, language: str, pending: PendingWrites
) -> AsyncIterator[str]:
    async for found, _, known in listed(services.data, store, language, pending):
        if known and known.etag == found.etag and not (known.adopted or known.edited):
            yield found.key


async def _archived(store: ContentStore, key: str, known: Mapping[str, Archived]) -> Verdict:
    """Whether what lies in the archive is what was put there, by the journal of when it was."""
    if key not in known:
        return Verdict(key, Outcome.NOT_HELD, (Fault("", "the journal does not know it"),))
    try:
        body = await store.read(key)
    except StoreError as error:
        return failed(key, str(error))
    etag, size = known[key]
    same = etag_of(body) == etag if _MD5.match(etag) else len(body) == size
    return Verdict(key, Outcome.SAME) if same else failed(key, "it is not what the journal says was archived")
