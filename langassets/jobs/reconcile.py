"""Whether manifest and storage agree, and making the manifest agree with what stands."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from langassets.database import manifest
from langassets.database.connection import reading, writing
from langassets.database.locks import alone_in_storage
from langassets.database.manifest import ManifestEntry
from langassets.database.names import language_keys
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.lessons import DesiredContent, load_desired, manifest_entry
from langassets.jobs.listing import PendingWrites, listed, vanished
from langassets.services import Services
from langassets.storage.store import ContentStore


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

    orphaned: list[str] = field(default_factory=list)
    """Of a lesson or a content type that is no longer active."""

    pending: PendingWrites = field(default_factory=PendingWrites)
    """What a killed preload wrote and did not come to record agrees."""

    adopted: list[ManifestEntry] = field(default_factory=list)
    """What the manifest would say of the foreign ones."""

    @property
    def clean(self) -> bool:
        """Whether there is nothing to name."""
        return not (self.missing or self.foreign or self.edited or self.orphaned)


async def differences(services: Services) -> list[Differences]:
    """Compare manifest and storage language by language. One listing a language; nothing is changed."""
    return [one async for one in _compared(services)]


async def reconcile(services: Services) -> list[Differences]:
    """Make the manifest agree: forget what is missing, adopt what is foreign. What was edited stays known as
    edited, and nothing in storage is touched. Returns what was found. Waits for the end of cleanups and
    preloads: see `alone_in_storage`."""
    found = []
    with alone_in_storage(services.data, who="reconcile"):
        async for one in _compared(services):
            with writing(services.data) as connection:
                manifest.confirm(connection, one.pending.written)
                manifest.forget(connection, one.missing)
                manifest.confirm(connection, one.adopted)
            found.append(one)
    return found


async def _compared(services: Services) -> AsyncIterator[Differences]:
    desired, _ = load_desired(services.data)
    by_place = {(want.lesson, want.content_type): want for want in desired}
    async with services.store() as store:
        for language in _languages(services):
            yield await _compare(services, store, language, by_place)


def _languages(services: Services) -> list[str]:
    """Frequent ones first; then others, and whatever else the application or the manifest names one by."""
    with reading(services.data) as connection:
        known = manifest.languages(connection)
        spelled = [one.code for one in language_keys.candidates(connection) if one.used or one.objects]
    frequent = frequent_languages(services.data, services.settings.predefined_languages)
    return list(dict.fromkeys([*frequent.codes, *frequent.others(known), *spelled]))


async def _compare(
    services: Services,
    store: ContentStore,
    language: str,
    desired: Mapping[tuple[str, str], DesiredContent],
) -> Differences:
    result = Differences(language)
    objects = {
        found.key: (found, lesson, known)
        async for found, lesson, known in listed(services.data, store, language, result.pending)
    }
    result.missing = sorted(vanished(services.data, language, objects))
    for key, (found, lesson, known) in sorted(objects.items()):
        want = desired.get((lesson.lesson, lesson.content_type))
        if want is None:
            result.orphaned.append(key)
        elif known is None:
            result.foreign.append(key)
            result.adopted.append(manifest_entry(want, language, found, services.clock()))
        elif known.etag != found.etag:
            result.edited.append(key)
        else:
            result.agree += 1
    return result
