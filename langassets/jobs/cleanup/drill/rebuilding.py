"""Objects made again as a preload would make them, from memory alone."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from langassets.database.connection import reading
from langassets.database.content.lessons import LESSONS, RETIRED
from langassets.database.manifest import ManifestEntry, entries_of
from langassets.database.translations.edits import Content, edits_of
from langassets.database.translations.memory_rows import models
from langassets.errors import InputError
from langassets.jobs.lessons import DesiredContent, documents
from langassets.locales import same_language, tag_of
from langassets.services import Services
from langassets.translation.documents.document import Document, body_of
from langassets.translation.documents.mendings import is_outdated, mended_today, mendings_held
from langassets.translation.documents.places import shown
from langassets.translation.edits.placing import Edit
from langassets.translation.edits.standing import worded_places
from langassets.translation.engine.acceptance import fits
from langassets.translation.object_recipe import ObjectRecipe
from langassets.translation.recipes import Recipes
from langassets.translation.types import MemoryKey, Segment, Wording

STATUSES = (*LESSONS, *RETIRED)
"""Those of lessons whose objects may be made again: one that is not active any more may come back."""


@dataclass(frozen=True)
class RebuiltObject:
    """An object as memory makes it now, of its lesson's texts: what the manifest says of it, what it names as
    its language, the keys of those texts that memory is to know, what is `said` for them, and what people
    `worded` for places. A `copy` is of a lesson in the same language."""

    entry: ManifestEntry
    source: Document
    code: str
    copy: bool
    worded: Mapping[int, Wording]
    keys: Mapping[Segment, Sequence[MemoryKey]]
    said: Mapping[str, str]

    @property
    def pair(self) -> tuple[str, str]:
        """The tags of its lesson's language and of its own."""
        return self.source.source_language, tag_of(self.entry.language)

    @cached_property
    def lacking(self) -> Collection[str]:
        """Texts that memory has nothing fitting for."""
        return {segment.text for segment in self.keys} - self.said.keys()

    @cached_property
    def data(self) -> Mapping[str, object]:
        """The object; a text that is lacking stands in it as it is, and so does all where nothing fits."""
        if self.copy and not self.worded:
            return self.source.data
        said = {text: text for text in self.source.texts} | dict(self.said)
        try:
            return self.source.rebuild(said, self.code, self.worded)
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
        held = mendings_held(self.entry.content_type, self.source.data)
        before = ObjectRecipe.read(self.entry.recipe).mended
        return not self.copy and is_outdated(before, mended_today(self.source.slugs), held)

    def says(self, place: int, segment: Segment) -> Segment:
        """What stands at one of the lesson's places, by what it was made of."""
        wording = self.worded.get(place)
        if wording is not None:
            return shown(wording.text, wording.protected(segment))
        return shown(self.said.get(segment.text, segment.text), segment.protected)


class Rebuilder:
    """Makes objects again, by the recipe that each was made by as far as that can be told, else by today's;
    it asks no model, and so needs no key of one."""

    def __init__(
        self,
        services: Services,
        contents: Mapping[tuple[str, str], DesiredContent],
        pending: Iterable[ManifestEntry] = (),
    ) -> None:
        """What an object is made from is told by `contents`, by lesson and type; `pending` are those that
        killed runs wrote."""
        self._data, self._memory, self._slugs = services.data, services.memory, services.slugs
        self._today = services.recipes
        self._contents = contents
        self._pending = {entry.key: entry for entry in pending}
        self._by_model: dict[str, Recipes] = {}

    def rebuild(self, keys: Sequence[str]) -> Iterator[RebuiltObject]:
        """Each of these objects; what has no content, or another since, or none that could be read, is left
        out. Each content is read and cut once, for all its languages."""
        by_content = defaultdict[DesiredContent, list[ManifestEntry]](list)
        lessons = defaultdict[str, set[str]](set)
        for content, entry in self._found(keys):
            by_content[content].append(entry)
            lessons[tag_of(entry.language)].add(content.lesson)
        edits: dict[Content, list[Edit]] = {}
        with reading(self._data) as connection:
            for tag, some in lessons.items():
                edits |= edits_of(connection, tag, some)
        made = [
            self._begun(entry, content, source, edits)
            for content, source in documents(self._data, by_content, STATUSES, self._slugs)
            for entry in by_content[content]
        ]
        recalled = self._memory.recall(
            list({key: None for one in made for each in one.keys.values() for key in each})
        )
        for begun in made:
            yield replace(begun, said=_said(begun, recalled))

    def _found(self, keys: Sequence[str]) -> Iterator[tuple[DesiredContent, ManifestEntry]]:
        with reading(self._data) as connection:
            entries = {one.key: one for one in entries_of(connection, keys)}
        entries |= {key: self._pending[key] for key in keys if key in self._pending}
        for entry in entries.values():
            content = self._contents.get((entry.lesson, entry.content_type))
            if content and content.source_hash == entry.source_hash:
                yield content, entry

    def _begun(
        self,
        entry: ManifestEntry,
        content: DesiredContent,
        source: Document,
        edits: Mapping[Content, Sequence[Edit]],
    ) -> RebuiltObject:
        tag, written_in = tag_of(entry.language), content.source_language
        worded = worded_places(source, edits.get(Content(tag, *content.place), ()))
        if same_language(written_in, entry.language):
            return RebuiltObject(entry, source, written_in, True, worded, {}, {})
        recipes, pair = self._recipes(entry), (source.source_language, tag)
        keys = {one: recipes.keys(one.text, *pair) for one in source.segments_beyond(worded)}
        return RebuiltObject(entry, source, entry.language, False, worded, keys, {})

    def _recipes(self, entry: ManifestEntry) -> Recipes:
        model = ObjectRecipe.read(entry.recipe).model
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
    for segment, keys in one.keys.items():
        known = (recalled[key] for key in keys if key in recalled)
        text = next((text for text in known if fits(segment, text, *one.pair)), None)
        if text is not None:
            found[segment.text] = text
    return found
