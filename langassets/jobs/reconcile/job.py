"""Making the manifest agree with what stands, also where database and storage are of different moments."""

from langassets.database import manifest
from langassets.database.connection import writing
from langassets.database.locks import alone_in_storage
from langassets.jobs.reconcile.compare import Differences, compared
from langassets.jobs.reconcile.unknown import Recognition
from langassets.services import Services


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
                entries += [
                    item.entry(item.existing, services.clock())
                    for item in one.unknown
                    if item.existing and item.known is None
                ]
                if restored:
                    newer = await Recognition(services, one.language).of(store, one.unknown)
                    one.newer = sorted(newer)
                    entries += newer.values()
                with writing(services.data) as connection:
                    manifest.confirm(connection, one.pending.written)
                    manifest.forget(connection, one.missing)
                    # Of one key the last is kept.
                    manifest.confirm(connection, {entry.key: entry for entry in entries}.values())
                found.append(one)
    return found
