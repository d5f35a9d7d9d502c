"""Making the manifest agree with what stands, also where database and storage are of different moments."""

from collections.abc import Iterator

from langassets.database import manifest
from langassets.database.connection import writing
from langassets.database.locks import alone_in_storage
from langassets.database.manifest import ManifestEntry
from langassets.jobs.lessons import manifest_entry
from langassets.jobs.reconcile.compare import Differences, compared
from langassets.jobs.reconcile.unknown import Recognition
from langassets.services import Services
from langassets.storage.store import ContentStore


async def reconcile(services: Services, *, restored: bool = False) -> list[Differences]:
    """Make the manifest agree: forget what is missing, adopt what is foreign. What was edited stays known as
    edited, and nothing in storage is touched.

    Where database or storage was `restored`, what stands there as langassets stored it before is its own
    again, and so is what it has stored since: what that says is kept in memory. Returns what was found. Waits
    for the end of cleanups and preloads: see `alone_in_storage`.
    """
    found = []
    with alone_in_storage(services.data, who="reconcile"):
        async with services.store() as store:
            async for one in compared(services, store, everywhere=restored):
                # What nothing came after is as it was left, however it came back.
                entries = [version for version in one.taken_back if restored or version.source_hash]
                entries += _adopted(services, one)
                if restored:
                    entries += await _recognized(services, store, one)
                with writing(services.data) as connection:
                    manifest.confirm(connection, one.pending.written)
                    manifest.forget(connection, one.missing)
                    # Of one key the last is kept.
                    manifest.confirm(connection, {entry.key: entry for entry in entries}.values())
                found.append(one)
    return found


def _adopted(services: Services, found: Differences) -> Iterator[ManifestEntry]:
    for item in found.unknown:
        if item.existing and item.known is None:
            yield manifest_entry(item.desired, found.language, item.existing, services.clock())


async def _recognized(services: Services, store: ContentStore, found: Differences) -> list[ManifestEntry]:
    entries = await Recognition(services, found.language).of(store, found.unknown)
    found.newer = sorted(entries)
    return list(entries.values())
