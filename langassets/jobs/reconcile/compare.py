"""Whether manifest and storage agree, language by language."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.manifest import ManifestEntry
from langassets.database.names import language_keys
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.lessons import DesiredContent, load_desired
from langassets.jobs.listing import PendingWrites, listed, vanished
from langassets.jobs.planned_object import PlannedObject
from langassets.services import Services
from langassets.storage import keys
from langassets.storage.store import ContentStore, StoredObject
from langassets.translation.freshness import Decision

_Archive = Mapping[str, Mapping[str, StoredObject]]
"""What stands in the archive, by language and key."""


@dataclass(slots=True, repr=False)  # asyncio.run makes a repr of what it returns: of every object
class Differences:
    """One language. Each list holds keys, in order."""

    language: str
    agree: int = 0
    missing: list[str] = field(default_factory=list)
    """In the manifest, not in storage."""

    foreign: list[str] = field(default_factory=list)
    """In storage, not in the manifest: someone else put them there since the last preload."""

    edited: list[str] = field(default_factory=list)
    """Changed by someone since they were stored."""

    earlier: list[str] = field(default_factory=list)
    """As langassets stored them once, before they were replaced, removed or archived."""

    orphaned: list[str] = field(default_factory=list)
    """Of a lesson or a content type that is no longer active."""

    pending: PendingWrites = field(default_factory=PendingWrites)
    """What a killed preload wrote and did not come to record agrees."""

    taken_back: list[ManifestEntry] = field(default_factory=list)
    """What the manifest would say of the earlier ones."""

    unknown: list[PlannedObject] = field(default_factory=list)
    """The foreign and the edited ones."""

    newer: list[str] = field(default_factory=list)
    """Of the foreign and the edited ones those that were recognized as made since, by reading them."""


async def differences(services: Services) -> list[Differences]:
    """Compare manifest and storage language by language. One listing a language, and one of the archive;
    nothing is changed."""
    async with services.store() as store:
        return [one async for one in compared(services, store)]


async def compared(
    services: Services, store: ContentStore, *, everywhere: bool = False
) -> AsyncIterator[Differences]:
    """Each language in turn; see `differences`. With `everywhere`, those too that storage alone knows, for
    one more listing, of all that is there."""
    desired, _ = load_desired(services.data)
    by_place = {want.place: want for want in desired}
    archive = await _archive(store)
    seen = set(archive)
    if everywhere:
        seen |= {language async for one in store.list("") if (language := keys.language_of(one.key))}
    for language in _languages(services, seen):
        with reading(services.data) as connection:
            versions = manifest.versions(connection, language)
        found = await _compare(services, store, language, by_place, versions)
        _compare_archive(services, found, archive.get(language, {}), versions)
        yield found


async def _archive(store: ContentStore) -> _Archive:
    found = defaultdict[str, dict[str, StoredObject]](dict)
    async for one in store.list(keys.ARCHIVE_PREFIX):
        if language := keys.language_of(one.key):
            found[language][one.key] = one
    return found


def _languages(services: Services, seen: Iterable[str]) -> list[str]:
    """Frequent ones first; then others, whatever else the application or the manifest names one by, and what
    was `seen` in storage."""
    with reading(services.data) as connection:
        known = manifest.languages(connection)
        spelled = [one.code for one in language_keys.candidates(connection) if one.used or one.objects]
    frequent = frequent_languages(services.data, services.settings.predefined_languages)
    return list(dict.fromkeys([*frequent.codes, *frequent.others(known), *spelled, *sorted(seen)]))


async def _compare(
    services: Services,
    store: ContentStore,
    language: str,
    desired: Mapping[tuple[str, str], DesiredContent],
    versions: Mapping[tuple[str, str], ManifestEntry],
) -> Differences:
    result = Differences(language)
    objects = {
        found.key: (found, lesson, known)
        async for found, lesson, known in listed(services.data, store, language, result.pending)
    }
    result.missing = sorted(vanished(services.data, language, objects))
    for key, (found, lesson, known) in sorted(objects.items()):
        agrees = known is not None and known.etag == found.etag
        if not agrees and (version := versions.get((key, found.etag))):
            _take_back(result, found, version)
        want = desired.get((lesson.lesson, lesson.content_type))
        if want is None:
            result.orphaned.append(key)
        elif agrees:
            result.agree += 1
        elif (key, found.etag) not in versions:
            (result.edited if known else result.foreign).append(key)
            decision = Decision.KEEP_EDITED if known else Decision.ADOPT
            result.unknown.append(PlannedObject(language, key, want, decision, found, known))
    return result


def _take_back(result: Differences, found: StoredObject, version: ManifestEntry) -> None:
    result.earlier.append(found.key)
    result.taken_back.append(replace(version, key=found.key, language=result.language))


def _compare_archive(
    services: Services,
    result: Differences,
    there: Mapping[str, StoredObject],
    versions: Mapping[tuple[str, str], ManifestEntry],
) -> None:
    with reading(services.data) as connection:
        known = set(manifest.keys_of(connection, result.language))
    result.missing += sorted(key for key in known - there.keys() if keys.parse_archived(key))
    for key, found in sorted(there.items()):
        parsed = keys.parse_archived(key)
        if parsed and key not in known and (version := versions.get((parsed[0].key, found.etag))):
            _take_back(result, found, version)
