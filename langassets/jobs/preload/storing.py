"""Writing lesson objects so that a process killed at any point leaves nothing that the next run misreads."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import chain

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading, writing
from langassets.database.manifest import ManifestEntry, Origin
from langassets.database.standbys import on_standbys
from langassets.database.translations.edits import make_again
from langassets.database.translations.segments import said_of_each
from langassets.database.translations.structures import replace_structures
from langassets.errors import StoreError
from langassets.jobs.cleanup.carry_out import carry_out
from langassets.jobs.cleanup.plan import CleanupSurvey
from langassets.jobs.planned_object import PlannedObject
from langassets.jobs.preload.report import PreloadReport
from langassets.retention.plan import Action, CleanupPlan, Step
from langassets.services import Services
from langassets.storage import keys
from langassets.storage.etags import etag_of
from langassets.storage.store import ContentStore, StoredObject
from langassets.translation.documents.places import TranslatedDocument
from langassets.translation.documents.stored import Said
from langassets.translation.edits.placing import Edit
from langassets.translation.edits.structure import StructureEdit
from langassets.translation.freshness import Decision

# Objects written and recorded together: a compromise between round trips to the database and what a
# killed process leaves to be rebuilt (from memory, so at no cost).
_STORED_AT_ONCE = 64

_ARCHIVED_FIRST = {
    Decision.REPLACE_ADOPTED: "put there by someone else, and its lesson has changed",
    Decision.OVERWRITE_EDITED: "edited by hand, and OVERWRITE_EDITED says to replace it",
}


@dataclass(frozen=True)
class NewObject:
    """An object that is ready to be stored, and what it was made of (None where it could not be cut)."""

    planned: PlannedObject
    body: bytes
    recipe: str
    origin: Origin
    made: TranslatedDocument | None = None
    structure: str = ""
    structure_edit: StructureEdit | None = None
    """What a person made of its structure, as it is carried over to its lesson."""

    edits: Sequence[Edit] = ()
    """What people had said of its places when it was made."""

    @cached_property
    def etag(self) -> str:
        """The one that it will have."""
        return etag_of(self.body)

    @property
    def stands_already(self) -> bool:
        """Whether the same stands under its key, byte for byte."""
        existing = self.planned.existing
        return existing is not None and existing.etag == self.etag

    def entry(self, at: datetime, said: Mapping[str, Said]) -> ManifestEntry:
        """What the manifest is to say of it; `said` is what people approved or imported of its texts."""
        planned, existing, stands = self.planned, self.planned.existing, self.stands_already
        stored = StoredObject(planned.key, len(self.body), self.etag, at)
        # What stands as a person left it goes to the archive before it is first replaced, and never before.
        is_theirs = stands and planned.known is not None and planned.known.edited
        return replace(
            planned.entry(stored, at),
            recipe=self.recipe,
            origin=Origin.EDITED if is_theirs else self.origin,
            structure=self.structure,
            segments=self.made.segments(said) if self.made else None,
            # Nothing takes the place of what is archived first.
            replaced=existing.stamp if existing and not (stands or self.why_archived) else "",
        )

    @property
    def why_archived(self) -> str | None:
        """Why what it takes the place of goes to the archive first; None where it does not."""
        reason = _ARCHIVED_FIRST.get(self.planned.decision)
        if self.planned.known and self.planned.known.edited:
            return reason or "edited by hand: what was changed is learnt, and made again with its lesson"
        return reason

    def archiving(self, now: datetime) -> Step | None:
        """The step by which that goes there."""
        planned, existing = self.planned, self.planned.existing
        if self.why_archived is None or existing is None or self.stands_already:
            return None
        target = keys.archived(keys.LessonKey(planned.language, *planned.desired.place), now)
        what = (planned.key, planned.language, planned.desired.lesson)
        return Step(*what, Action.ARCHIVE, self.why_archived, existing.size, existing.etag, target)


class Writer:
    """Stores objects a few at a time, and says in the report what became of each.

    Raises `StoreUnavailableError` where storage went away midway: what did succeed is recorded.
    """

    def __init__(self, services: Services, store: ContentStore, run_id: str, report: PreloadReport) -> None:
        self._data, self._clock = services.data, services.clock
        self._store = store
        self._run_id = run_id
        self._report = report
        self._ready: list[NewObject] = []
        self._changed: list[PlannedObject] = []

    def take_changed(self) -> list[PlannedObject]:
        """Objects that were not written, for somebody had changed them since they were planned, as they are
        now."""
        changed, self._changed = self._changed, []
        return changed

    async def add(self, new: NewObject) -> bool:
        """Store this one, with others once they are enough; whether they were."""
        self._ready.append(new)
        if len(self._ready) < _STORED_AT_ONCE:
            return False
        await self.flush()
        return True

    async def flush(self) -> None:
        """Store what is waiting, but for what somebody changed since it was planned. What someone else made,
        and is to be replaced, goes to the archive first."""
        ready, self._ready = self._ready, []
        ready = await self._archived_first(await self._unchanged(ready))
        if ready:
            await self._write(ready)

    async def _unchanged(self, ready: Sequence[NewObject]) -> list[NewObject]:
        """Look once more at what is to be replaced: a person may have edited it since it was planned, hours
        ago where a model is slow. One listing for each lesson in each language."""
        replaced = {
            new.planned.key: new.planned for new in ready if new.planned.existing and not new.stands_already
        }
        lessons = {f"{key.rpartition('/')[0]}/" for key in replaced}
        found = await asyncio.gather(*map(self._listed, sorted(lessons)))
        changed = {
            one.key: replace(there, existing=one)
            for one in chain.from_iterable(found)
            if (there := replaced.get(one.key)) and there.existing and there.existing.etag != one.etag
        }
        if changed:
            ours = await asyncio.to_thread(_written, self._data, [one.existing for one in changed.values()])
            changed = {key: one for key, one in changed.items() if key not in ours}
        self._changed += changed.values()
        return [new for new in ready if new.planned.key not in changed]

    async def _listed(self, lesson: str) -> list[StoredObject]:
        return [one async for one in self._store.list(lesson)]

    async def _archived_first(self, ready: list[NewObject]) -> list[NewObject]:
        """Archive what a person made, unless the same is to be written; those that can be written then."""
        now = self._clock()
        steps = [step for new in ready if (step := new.archiving(now))]
        if not steps:
            return ready
        survey = CleanupSurvey(CleanupPlan(steps), now)
        report = await carry_out(
            self._data, self._store, survey, None, run_id=self._run_id, clock=self._clock
        )
        stuck = {step.key: reason for step, reason in report.failed}
        for new in ready:
            if reason := stuck.get(new.planned.key):
                self._report.fail(new.planned, reason)
        return [new for new in ready if new.planned.key not in stuck]

    async def _write(self, ready: Sequence[NewObject]) -> None:
        """Note what is about to be written, with the ETag that it will have; write; record."""
        entries = await asyncio.to_thread(_note, self._data, ready, self._clock())
        results = await asyncio.gather(*map(self._write_one, ready), return_exceptions=True)
        stored = [
            replace(entry, etag=result)
            for entry, result in zip(entries, results, strict=True)
            if isinstance(result, str)
        ]
        await asyncio.to_thread(_confirm, self._data, stored, ready)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, StoreError):
                raise result
        for new, result in zip(ready, results, strict=True):
            if not isinstance(result, str):
                self._report.fail(new.planned, str(result))
            elif new.stands_already:
                self._report.keep(new.planned)
            else:
                self._report.store(new.planned, len(new.body))

    async def _write_one(self, new: NewObject) -> str:
        """Write one object, unless it stands already; its ETag."""
        if new.stands_already:
            return new.etag
        return (await self._store.write(new.planned.key, new.body)).etag


def _note(data: sa.Engine, ready: Sequence[NewObject], at: datetime) -> list[ManifestEntry]:
    """What the manifest is to say of objects once they stand, noted before they are written."""
    texts = defaultdict[tuple[str, str], set[str]](set)
    for new in ready:
        if new.made and new.origin is Origin.TRANSLATED:
            texts[new.planned.pair].update(new.made.document.texts)
    with writing(data) as connection:
        said = said_of_each(connection, texts)
        entries = [new.entry(at, said.get(new.planned.pair, {})) for new in ready]
        manifest.add_pending(connection, entries)
        arranged = {new.planned.content: new.structure_edit for new in ready if new.structure_edit}
        replace_structures(connection, arranged)
    on_standbys(data)
    return entries


def _confirm(data: sa.Engine, entries: Sequence[ManifestEntry], ready: Sequence[NewObject]) -> None:
    stored = {entry.key for entry in entries}
    every = {new.planned.content: new for new in ready if new.planned.key in stored}
    with writing(data) as connection:
        known = manifest.confirm(connection, entries)
        # What somebody said of a place since the object was made is not in it: the next run sees to it.
        said = {one for one, new in every.items() if _words(known.get(one, ())) != _words(new.edits)}
        if said:
            make_again(connection, said)


def _words(edits: Sequence[Edit]) -> list[tuple[str, str, str]]:
    """What edits say, wherever it stands."""
    return sorted((edit.source, edit.wording.text, str(edit.wording.parts)) for edit in edits)


def _written(data: sa.Engine, found: Sequence[StoredObject | None]) -> set[str]:
    """Keys of those objects that stand just as langassets wrote them last: the listing that the plan was made
    by was older than that, and nobody has edited them."""
    etags = {one.key: one.etag for one in found if one}
    with reading(data) as connection:
        known = manifest.known(connection, list(etags))
    return {key for key, one in known.items() if one.etag == etags[key] and not (one.adopted or one.edited)}
