"""What people made of objects that are to be made again: their words at places, and what they made of the
structure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.manifest import Origin
from langassets.database.translations.edits import edits_in
from langassets.database.translations.segments import segments_of
from langassets.database.translations.structures import structures_of
from langassets.jobs.planned_object import PlannedObject
from langassets.jobs.preload.storing import NewObject
from langassets.locales import tag_of
from langassets.translation.documents.document import Document, body_of
from langassets.translation.documents.places import TranslatedDocument, structure_of
from langassets.translation.edits.placing import Edit
from langassets.translation.edits.skeleton import Skeleton, skeleton_of
from langassets.translation.edits.structure import (
    StructureEdit,
    UnalignedError,
    absent,
    arranged,
    carried,
    sources_of,
)
from langassets.translation.freshness import Decision


@dataclass(frozen=True, slots=True)
class ByPeople:
    """What people made of one content in one language; whether it `stands` in its object as far as it is of
    the structure."""

    edits: Sequence[Edit] = ()
    structure: StructureEdit | None = None
    stands: bool = False

    def skeleton(self, item: PlannedObject, cut: Document) -> Skeleton | None:
        """The skeleton of the object as the person arranged it; None where that is the lesson's. Raises
        `UnalignedError` where the object is to be kept as it is, for that cannot be carried over."""
        if self.structure is None:
            return None
        try:
            return carried(self.structure, cut, item.code)
        except UnalignedError:
            if self.stands:
                raise
            return None  # what stands does not have it: there is nothing to be kept whole

    def assembled(
        self,
        item: PlannedObject,
        made: TranslatedDocument,
        skeleton: Skeleton | None,
        recipe: str,
        origin: Origin,
    ) -> NewObject:
        """The object that is made, as a person arranged it where they did. Raises `InputError` where it
        cannot be, `UnalignedError` where what stands is to be kept as it is."""
        cut = made.document
        there = cut.localized(item.code)
        if skeleton is not None:
            left_out = replace(made, absent=absent(skeleton, cut))
            try:
                data, around = arranged(item.desired.content_type, skeleton, left_out, tag_of(item.language))
            except UnalignedError:
                if self.stands:
                    raise
            else:
                edit = StructureEdit(skeleton_of(there), sources_of(cut), skeleton)
                return NewObject(item, body_of(data), recipe, origin, left_out, around, edit, self.edits)
        data = cut.rebuild(made.translations, item.code, made.wordings)
        around = structure_of(there, data)
        return NewObject(item, body_of(data), recipe, origin, made, around, edits=self.edits)


def made_by_people(data: sa.Engine, items: Iterable[PlannedObject]) -> dict[str, ByPeople]:
    """What people made of these objects, by key; those that nobody edited are left out."""
    wanted = {item.content: item for item in items}
    languages = {content.language for content in wanted}
    lessons = {content.lesson for content in wanted}
    found: dict[str, ByPeople] = {}
    with reading(data) as connection:
        edits = edits_in(connection, languages, lessons)
        structures = structures_of(connection, languages, lessons)
        stored = segments_of(connection, [wanted[one].key for one in structures.keys() & wanted.keys()])
    for content in (edits.keys() | structures.keys()) & wanted.keys():
        item, structure = wanted[content], structures.get(content)
        sources = tuple(one.source for one in stored.get(item.key, ()))
        stands = structure is not None and _stands(item, structure, sources)
        found[item.key] = ByPeople(edits.get(content, ()), structure, stands)
    return found


def _stands(item: PlannedObject, structure: StructureEdit, sources: tuple[str, ...]) -> bool:
    if item.existing is None or item.decision is Decision.OVERWRITE_EDITED:
        return False
    return (item.known is not None and item.known.edited) or sources == structure.sources
