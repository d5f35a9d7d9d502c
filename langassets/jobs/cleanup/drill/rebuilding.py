"""Objects made again as a preload would make them, from memory alone."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.content.lessons import LESSONS, RETIRED
from langassets.database.manifest import ManifestEntry, entries_of
from langassets.database.translations.edits import Content, edits_of
from langassets.database.translations.memory import DatabaseMemory
from langassets.database.translations.memory_rows import models
from langassets.errors import InputError
from langassets.jobs.lessons import DesiredContent, documents
from langassets.locales import same_language, tag_of
from langassets.translation.documents.document import Document, body_of
from langassets.translation.documents.mendings import is_outdated, mended_today, mendings_held
from langassets.translation.documents.places import shown
from langassets.translation.edits.placing import Edit
from langassets.translation.edits.standing import worded_places
from langassets.translation.engine.acceptance import fits
from langassets.translation.markdown.anchors.slugs import Slugs
from langassets.translation.object_recipe import ObjectRecipe
from langassets.translation.recipes import Recipes
from langassets.translation.types import MemoryKey, Segment, Wording

STATUSES = (*LESSONS, *RETIRED)
"""Those of lessons whose objects may be made again: one that is not active any more may come back."""


@dataclass(frozen=True, slots=True)
class DrilledObject:
    """An object that is to be made again: what the manifest says of it, and what it is made from."""

    entry: ManifestEntry
    content: DesiredContent

    @property
    def tag(self) -> str:
        """That of its language."""
        return tag_of(self.entry.language)


@dataclass(frozen=True)
class RebuiltObject:
    """An object as memory makes it now, of its lesson's texts: the keys of those that memory is to know, what
    is `said` for them, and what people `worded` for places. A `copy` is of a lesson in the same language."""

    drilled: DrilledObject
    source: Document
    copy: bool
    worded: Mapping[int, Wording]
    keys: Mapping[Segment, Sequence[MemoryKey]]
    said: Mapping[str, str]

    @cached_property
    def lacking(self) -> Collection[str]:
        """Texts that memory has nothing fitting for."""
        return {segment.text for segment in self.keys} - self.said.keys()

    @cached_property
    def data(self) -> Mapping[str, object]:
        """The object; a text that is lacking stands in it as it is, and so does all where nothing fits."""
        content, language = self.drilled.content, self.drilled.entry.language
        if self.copy:
            if not self.worded:
                return self.source.data
            language = content.source_language
        said = {text: text for text in self.source.texts} | dict(self.said)
        try:
            return self.source.rebuild(said, language, self.worded)
        except InputError:
            return self.source.data

    @property
    def body(self) -> bytes | None:
        """Its bytes; None where it cannot be made whole."""
        try:
            return None if self.lacking else body_of(self.data)
        except InputError:
            return None

    @property
    def was_mended(self) -> bool:
        """Whether the object was made before something was mended that its lesson holds: then it is made
        otherwise by now, whatever memory says."""
        entry = self.drilled.entry
        held = mendings_held(entry.content_type, self.source.data)
        before = ObjectRecipe.read(entry.recipe).mended
        return not self.copy and is_outdated(before, mended_today(self.source.slugs), held)

    def says(self, place: int, segment: Segment) -> Segment:
        """What stands at one of the lesson's places, by what it was made of."""
        wording = self.worded.get(place)
        if wording is not None:
            return shown(wording.text, wording.protected(segment))
        return shown(self.said.get(segment.text, segment.text), segment.protected)


def drilled_by_key(
    data: sa.Engine,
    contents: Mapping[tuple[str, str], DesiredContent],
    pending: Iterable[ManifestEntry] = (),
) -> Callable[[Sequence[str]], Iterator[DrilledObject]]:
    """How objects are found by their keys, in the manifest and among what killed runs wrote (`pending`);
    `contents` are by lesson and type. What has no content, or another since, is left out."""
    written = {entry.key: entry for entry in pending}

    def find(keys: Sequence[str]) -> Iterator[DrilledObject]:
        with reading(data) as connection:
            found = {one.key: one for one in entries_of(connection, keys)} | {
                key: written[key] for key in keys if key in written
            }
        for entry in found.values():
            content = contents.get((entry.lesson, entry.content_type))
            if content and content.source_hash == entry.source_hash:
                yield DrilledObject(entry, content)

    return find


class Rebuilder:
    """Makes objects again, by the recipe that each was made by as far as that can be told, else by today's;
    it asks no model, and so needs no key of one."""

    def __init__(self, data: sa.Engine, today: Recipes, slugs: Slugs = Slugs.AUTO) -> None:
        self._data = data
        self._memory = DatabaseMemory(data)
        self._today = today
        self._slugs = slugs
        self._by_model: dict[str, Recipes] = {}

    def rebuild(self, objects: Sequence[DrilledObject]) -> Iterator[RebuiltObject]:
        """Each of these; what has no content any more that could be read is left out. Each content is read
        and cut once, for all its languages."""
        by_content = defaultdict[DesiredContent, list[DrilledObject]](list)
        for one in objects:
            by_content[one.content].append(one)
        edits = self._edits(objects)
        made = [
            self._begun(one, source, edits)
            for content, source in documents(self._data, by_content, STATUSES, self._slugs)
            for one in by_content[content]
        ]
        recalled = self._memory.recall(
            list({key: None for one in made for keys in one.keys.values() for key in keys})
        )
        for begun in made:
            yield replace(begun, said=_said(begun, recalled))

    def _begun(
        self, one: DrilledObject, source: Document, edits: Mapping[Content, Sequence[Edit]]
    ) -> RebuiltObject:
        content = Content(one.tag, one.content.lesson, one.content.content_type)
        worded = worded_places(source, edits.get(content, ()))
        if same_language(one.content.source_language, one.entry.language):
            return RebuiltObject(one, source, True, worded, {}, {})
        recipes, pair = self._recipes(one), (source.source_language, one.tag)
        segments = source.segments_beyond(worded)
        keys = {segment: recipes.keys(segment.text, *pair) for segment in segments}
        return RebuiltObject(one, source, False, worded, keys, {})

    def _edits(self, objects: Sequence[DrilledObject]) -> dict[Content, list[Edit]]:
        lessons = defaultdict[str, set[str]](set)
        for one in objects:
            lessons[one.tag].add(one.content.lesson)
        found: dict[Content, list[Edit]] = {}
        with reading(self._data) as connection:
            for tag, some in lessons.items():
                found |= edits_of(connection, tag, some)
        return found

    def _recipes(self, one: DrilledObject) -> Recipes:
        model = ObjectRecipe.read(one.entry.recipe).model
        today = self._today
        if not model or model == today.made_by(*today.models[0]):
            return today
        if model not in self._by_model:
            with reading(self._data) as connection:
                every = dict.fromkeys([*today.models, *models(connection)])
            # What made it first; the others were asked where that one had nothing.
            ordered = sorted(every, key=lambda pair: today.made_by(*pair) != model)
            self._by_model[model] = replace(today, models=tuple(ordered))
        return self._by_model[model]


def _said(one: RebuiltObject, recalled: Mapping[MemoryKey, str]) -> dict[str, str]:
    """Of what memory holds for each text, the first that fits."""
    found: dict[str, str] = {}
    pair = (one.source.source_language, one.drilled.tag)
    for segment, keys in one.keys.items():
        known = (recalled[key] for key in keys if key in recalled)
        text = next((text for text in known if fits(segment, text, *pair)), None)
        if text is not None:
            found[segment.text] = text
    return found
