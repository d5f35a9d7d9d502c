"""What is still to be made, each with its content as the database has it when its turn comes."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from langassets.database.connection import reading, writing
from langassets.database.content.content_texts import keep_texts
from langassets.database.content.lessons import content_data
from langassets.database.manifest import Origin
from langassets.database.rows import chunks
from langassets.database.translations.segments import said_of
from langassets.database.translations.wording import worded_by_people
from langassets.errors import InputError
from langassets.jobs.object_recipes import content_texts, recipe_of
from langassets.jobs.planned_object import COPY, PlannedObject
from langassets.jobs.preload.edits.by_people import ByPeople, made_by_people
from langassets.jobs.preload.former import former_texts
from langassets.jobs.preload.report import PreloadReport
from langassets.jobs.preload.segments import state_of_models
from langassets.jobs.preload.storing import NewObject
from langassets.locales import tag_of
from langassets.services import Services
from langassets.translation.documents.document import Document, body_of, document
from langassets.translation.documents.places import TranslatedDocument, structure_of
from langassets.translation.edits.placing import Edit
from langassets.translation.edits.skeleton import Skeleton
from langassets.translation.edits.standing import outdated_beside, worded_places
from langassets.translation.edits.structure import UnalignedError
from langassets.translation.engine.tasks import (
    NO_ANSWER,
    NOT_IN_ANSWER,
    Problem,
    Translated,
    TranslationTask,
    Untranslated,
)
from langassets.translation.object_recipe import ObjectRecipe
from langassets.translation.types import Former, Segment, Wording

# Contents fetched together from the database.
_FETCHED_AT_ONCE = 50

_KINDS = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false"}

Chosen = Container[str] | None
"""The keys of those objects that are meant; None for all."""


class Rest(NamedTuple):
    """Of a document, what is to be translated."""

    segments: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class _Task:
    """A document on its way, and what people worded in it, by place."""

    item: PlannedObject
    document: Document
    recipe: ObjectRecipe
    worded: Mapping[int, Wording]
    people: ByPeople
    skeleton: Skeleton | None
    waits: bool
    """Whether a person is to look at its translation before it is stored."""


class Contents:
    """Turns what is planned into translation tasks, and their results into objects to store; what cannot be
    used fails in the report."""

    def __init__(self, services: Services, report: PreloadReport, *, deferred: bool = False) -> None:
        self._services = services
        self._deferred = deferred
        self._report = report
        self._translating: dict[str, _Task] = {}
        self._kept_texts: set[tuple[str, str]] = set()
        self._state = state_of_models(services)

    def copies(self) -> Iterator[NewObject]:
        """Lessons that are written in the language already."""
        for chunk in chunks(self._each(copies=True), _FETCHED_AT_ONCE):
            people = made_by_people(self._services.data, [item for item, _ in chunk])
            for item, content in chunk:
                with self._said(item):
                    yield _copied(item, content, people.get(item.key, ByPeople()))

    def tasks(self, chosen: Chosen = None) -> Iterator[TranslationTask]:
        """Documents to translate of those that are `chosen`, read as they are taken."""
        for chunk in chunks(self._documents(chosen), _FETCHED_AT_ONCE):
            self._keep_texts(chunk)
            # Before the memory is asked for translations: what a person words otherwise in between is then
            # taken for new by the next preload, and never for known.
            recipes, former = self._recipes(chunk), former_texts(self._services, chunk)
            people = made_by_people(self._services.data, [item for item, _ in chunk])
            for item, cut in chunk:
                mine = people.get(item.key, ByPeople())
                worded, outdated = worded_places(cut, mine.edits), outdated_beside(cut, mine.edits)
                with self._said(item):
                    skeleton, waits = mine.skeleton(item, cut), self._waits(item, cut, outdated)
                    task = _Task(item, cut, recipes[item.key], worded, mine, skeleton, waits)
                    self._translating[item.key] = task
                    rest, want = Rest(cut.segments_beyond(worded)), item.desired
                    was = {**former.get(item.key, {}), **_by_people(outdated)}
                    yield TranslationTask(item.key, *item.pair, want.title, rest, was, want.lesson)

    def left(self, chosen: Chosen = None) -> Iterator[TranslationTask]:
        """The same for someone who does not bring the results back."""
        for task in self.tasks(chosen):
            del self._translating[task.id]
            yield task

    def translated(self, result: Translated | Untranslated) -> NewObject | None:
        """The object that a result makes; None where it makes none."""
        task = self._translating.pop(result.id)
        item, content = task.item, task.document
        language = self._report.of(item.language)
        if isinstance(result, Untranslated):
            # What is to be handed in is handed in whole: its other texts are needed as well.
            if result.problems and not (self._deferred and result.stopped):
                self._report.fail(item, "; ".join(map(_in_words, result.problems[:5])))
                language.segments_failed += len(result.problems)
                language.segments_not_asked += sum(problem.remembered for problem in result.problems)
                language.passing += all(map(_may_pass, result.problems))
            return None
        language.segments_from_memory += result.from_memory
        language.segments_from_model += result.from_model
        if task.waits:
            language.plan.wait(item, "what was edited has changed: its new translation waits for review")
            return None
        doubted = _doubted(result)
        made = TranslatedDocument(
            content, result.translations, task.worded, result.made, self._state, doubted
        )
        with self._said(item):
            new = task.people.assembled(item, made, task.skeleton, str(task.recipe), Origin.TRANSLATED)
            language.segments_doubted += len(doubted)
            return new
        return None

    @contextmanager
    def _said(self, item: PlannedObject) -> Iterator[None]:
        """Say in plan or report why an object is not made, where it cannot be."""
        try:
            yield
        except UnalignedError as error:
            self._report.of(item.language).plan.wait(item, str(error))
        except InputError as error:
            self._report.fail(item, str(error))

    def _documents(self, chosen: Chosen) -> Iterator[tuple[PlannedObject, Document]]:
        """What is to be translated, cut into segments: once for the languages that follow one another."""
        cut: Document | None = None
        for item, content in self._each(copies=False, chosen=chosen):
            want = item.desired
            with self._said(item):
                if cut is None or cut.data is not content:
                    source = tag_of(want.source_language)
                    cut = document(want.content_type, content, source, self._services.slugs)
                yield item, cut

    def _recipes(self, chunk: Sequence[tuple[PlannedObject, Document]]) -> dict[str, ObjectRecipe]:
        """By what each object is about to be made, by key."""
        languages = {tag_of(item.language) for item, _ in chunk}
        texts = set[str]().union(*(cut.texts for _, cut in chunk))
        worded = worded_by_people(self._services.data, self._services.recipes, languages, texts)
        found = {}
        for item, cut in chunk:
            source, target = item.pair
            today = self._report.of(item.language).plan.recipe
            said = worded[target].get(source, {})
            found[item.key] = recipe_of(self._services, target, today, cut.texts, said)
        return found

    def _waits(self, item: PlannedObject, cut: Document, outdated: Sequence[tuple[str, Edit]]) -> bool:
        """Whether something stands, and the new translation beside an outdated edit is not approved."""
        if not (self._services.settings.edits_wait_for_review and item.existing and outdated):
            return False
        texts = [text for text, _ in outdated]
        with reading(self._services.data) as connection:
            said = said_of(connection, *item.pair, texts)
        return not all(text in said and said[text].approved for text in texts)

    def _keep_texts(self, chunk: Sequence[tuple[PlannedObject, Document]]) -> None:
        """Note once for all languages of which texts the contents consist."""
        found = {item.desired: cut for item, cut in chunk if item.desired.place not in self._kept_texts}
        if found:
            with writing(self._services.data) as connection:
                keep_texts(connection, (content_texts(want, cut.texts) for want, cut in found.items()))
            self._kept_texts |= {want.place for want in found}

    def _each(self, *, copies: bool, chosen: Chosen = None) -> Iterator[tuple[PlannedObject, dict[str, Any]]]:
        """What is to be copied, or to be translated, with its content; a few are read together."""
        items = self._report.to_make(copies=copies)
        wanted = items if chosen is None else [item for item in items if item.key in chosen]
        for chunk in chunks(wanted, _FETCHED_AT_ONCE):
            with reading(self._services.data) as connection:
                rows = content_data(connection, {item.desired.place for item in chunk})
                found = {(lesson, content_type): value for lesson, content_type, value in rows}
            for item in chunk:
                content = found.get(item.desired.place)
                if isinstance(content, dict):
                    yield item, content
                else:
                    kind = _KINDS.get(type(content), "nothing")
                    self._report.fail(item, f"its content is {kind}, where a JSON object is expected")


def _by_people(outdated: Iterable[tuple[str, Edit]]) -> dict[str, Former]:
    """What people had written for texts that have changed since, for the model to see; not where they put in
    a part of their own, which the text as it is now does not have."""
    return {
        text: Former(edit.source_text, edit.wording.text)
        for text, edit in outdated
        if edit.source_text and not edit.wording.parts
    }


def _copied(item: PlannedObject, content: Mapping[str, Any], people: ByPeople) -> NewObject:
    """A lesson in its own language, with what people changed in it; raises what `assembled` raises."""
    want = item.desired
    try:
        cut = document(want.content_type, content, tag_of(want.source_language))
    except InputError:  # nobody can translate it, and it is as good as any other in its own language
        return NewObject(item, body_of(content), COPY, Origin.COPIED)
    made = TranslatedDocument.copied(cut, worded_places(cut, people.edits))
    skeleton = people.skeleton(item, cut)
    if not made.wordings and skeleton is None:
        around = structure_of(cut, content)
        return NewObject(item, body_of(content), COPY, Origin.COPIED, made, around, edits=people.edits)
    return people.assembled(item, made, skeleton, COPY, Origin.COPIED)


def _doubted(result: Translated) -> dict[str, list[str]]:
    """Why texts of a result are doubted."""
    reasons = defaultdict[str, list[str]](list)
    for problem in result.doubted:
        reasons[problem.text].append(f"{problem.check}: {problem.reason}")
    return reasons


def _may_pass(problem: Problem) -> bool:
    """Whether a segment only wanted for an answer, and may be asked for again soon."""
    return problem.check in {NO_ANSWER, NOT_IN_ANSWER} and not problem.remembered


def _in_words(problem: Problem) -> str:
    return f"{problem.check}: {problem.reason} ({problem.text[:60]!r})"
