"""What a bucket with versions keeps of what cleanups removed: how much it is, and the way back."""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from langassets.database.records.journal import Removed
from langassets.database.rows import chunks
from langassets.errors import StoreError, StoreUnavailableError
from langassets.retention.plan import Action, Step
from langassets.storage import keys
from langassets.storage.store import ContentStore
from langassets.storage.versions import StoredVersion, Versioning, Versions, versions_of
from langassets.tiering.language_keys import LanguageKeys

_log = logging.getLogger("langassets.cleanup")
_AT_ONCE = 200


async def bytes_kept(store: ContentStore, done: Iterable[Step]) -> int:
    """How many bytes of what was deleted or purged the bucket keeps, seen in a listing of its versions: one
    request where it keeps none, else one more for each language and a thousand versions.

    Where they cannot be listed, all of it counts as kept: nothing is called free that may not be.
    """
    gone = [step for step in done if step.action in (Action.DELETE, Action.PURGE)]
    versions = versions_of(store)
    if not gone or versions is None:
        return 0
    try:
        if await versions.versioning() is Versioning.DISABLED:
            return 0
        kept = {(one.key, one.etag) for one in await _noncurrent(versions, (step.key for step in gone))}
    except (StoreError, StoreUnavailableError) as error:
        _log.warning("What the bucket keeps of what was removed is not known, and counts as kept: %s", error)
        return sum(step.size for step in gone)
    return sum(step.size for step in gone if (step.key, step.etag) in kept)


async def plan_return(
    store: ContentStore, removed: Collection[Removed], languages: Collection[str], keys_of: LanguageKeys
) -> dict[str, StoredVersion]:
    """The versions of what cleanups removed in these languages (none: in all), by the key that each goes to;
    nothing where the bucket keeps none, or something stands in its place. Raises what the store raises."""
    versions = versions_of(store)
    if not removed or versions is None or await versions.versioning() is Versioning.DISABLED:
        return {}
    chosen = {keys_of.kept_as(language) for language in languages}
    targets = {one.key: _target(one.key, keys_of) for one in removed}
    wanted = [
        one
        for one in removed
        if (target := targets[one.key]) and (not chosen or keys.language_of(target) in chosen)
    ]
    found = newest(wanted, targets, await _noncurrent(versions, (one.key for one in wanted)))
    standing = {one.key for prefix in _prefixes(found) async for one in store.list(prefix)}
    return {target: found[target] for target in sorted(found.keys() - standing)}


def newest(
    removed: Iterable[Removed], targets: Mapping[str, str], versions: Iterable[StoredVersion]
) -> dict[str, StoredVersion]:
    """By target the version that was removed last; only of the very bodies that a cleanup removed. What else
    a bucket keeps (what people deleted, replaced or moved) is not for us to bring back."""
    kept = {(one.key, one.etag): one for one in versions}
    ordered = sorted(removed, key=lambda one: one.at)
    return {targets[one.key]: kept[one.key, one.etag] for one in ordered if (one.key, one.etag) in kept}


async def bring_back(store: ContentStore, wanted: Mapping[str, StoredVersion]) -> dict[str, str | None]:
    """Write versions to their targets, each body compared with what was removed; by target, why one could not
    be. A restore that is cut off is done by the next, which finds standing what came back."""
    found: dict[str, str | None] = {}
    if versions := versions_of(store):
        for some in chunks(wanted, _AT_ONCE):
            problems = await asyncio.gather(*(_write(store, versions, wanted[one], one) for one in some))
            found |= zip(some, problems, strict=True)
    return found


async def _write(store: ContentStore, versions: Versions, one: StoredVersion, target: str) -> str | None:
    try:
        await store.write(target, await versions.read(one))
    except (StoreError, StoreUnavailableError) as error:
        return str(error)
    return None


def _target(key: str, keys_of: LanguageKeys) -> str:
    """Where it stood before it was archived, if it was; under the code that its language is kept under."""
    archived = keys.parse_archived(key)
    lesson = archived[0] if archived else keys.parse(key)
    return replace(lesson, language=keys_of.kept_as(lesson.language)).key if lesson else ""


async def _noncurrent(versions: Versions, of: Iterable[str]) -> list[StoredVersion]:
    return [one for prefix in _prefixes(of) async for one in versions.noncurrent(prefix)]


def _prefixes(of: Iterable[str]) -> list[str]:
    return sorted({keys.prefix_of(key) for key in of})
