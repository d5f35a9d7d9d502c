"""A drill of the archive: whether what lies there is what was put there, by the journal of when it was."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Mapping
from random import Random, SystemRandom

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.records import journal
from langassets.database.records.journal import Archived
from langassets.database.rows import chunks
from langassets.errors import StoreError
from langassets.jobs.cleanup.drill.drill import DrillReport
from langassets.jobs.cleanup.drill.verdicts import Fault, Outcome, Verdict, failed
from langassets.retention.sampling import DrillPolicy
from langassets.storage import keys
from langassets.storage.etags import etag_of
from langassets.storage.store import ContentStore

# Objects read together.
_READ_AT_ONCE = 64
# What was uploaded in parts has another ETag than an MD5: all that can be held against it is the size.
_MD5 = re.compile(r"[0-9a-f]{32}\Z")


async def drill_archive(
    data: sa.Engine,
    store: ContentStore,
    languages: Collection[str],
    policy: DrillPolicy,
    random: Random | None = None,
) -> DrillReport:
    """Read what was archived, of these languages or (none) of all, and hold it against the journal: all, or a
    sample where the policy says so, all of it where one of those fails. What the journal does not know, since
    somebody else put it there, is not held. Raises what store and database raise."""
    found = [key async for key in _archived(store, languages)]
    report = DrillReport(len(found))
    chosen = policy.sample(found, random or SystemRandom())
    await _try(data, store, chosen, report)
    if report.failures and len(chosen) < len(found):
        await _try(data, store, sorted({*found} - {*chosen}), report)
    return report


async def _archived(store: ContentStore, languages: Collection[str]) -> AsyncIterator[str]:
    async for one in store.list(keys.ARCHIVE_PREFIX):
        parsed = keys.parse_archived(one.key)
        if parsed and (not languages or parsed[0].language in languages):
            yield one.key


async def _try(data: sa.Engine, store: ContentStore, every: Collection[str], report: DrillReport) -> None:
    with reading(data) as connection:
        known = journal.archived(connection, every)
    for chunk in chunks(every, _READ_AT_ONCE):
        report.add(await asyncio.gather(*(_verdict(store, key, known) for key in chunk)))


async def _verdict(store: ContentStore, key: str, known: Mapping[str, Archived]) -> Verdict:
    if key not in known:
        return Verdict(key, Outcome.NOT_HELD, (Fault("", "the journal does not know it"),))
    try:
        body = await store.read(key)
    except StoreError as error:
        return failed(key, str(error))
    etag, size = known[key]
    same = etag_of(body) == etag if _MD5.match(etag) else len(body) == size
    return Verdict(key, Outcome.SAME) if same else failed(key, "it is not what the journal says was archived")
