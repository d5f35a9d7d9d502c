"""What is still to be made, each with its content as the database has it when its turn comes."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.lessons import content_data
from langassets.database.manifest import Origin
from langassets.errors import InputError
from langassets.jobs.preload.plan import COPY, PlannedObject
from langassets.jobs.preload.report import PreloadReport
from langassets.jobs.preload.storing import NewObject, body_of
from langassets.locales import tag_of
from langassets.translation.documents.document import Document, document
from langassets.translation.engine.tasks import NO_ANSWER, Problem, Translated, TranslationTask, Untranslated

# Contents fetched together from the database.
_FETCHED_AT_ONCE = 50


class Contents:
    """Turns what is planned into translation tasks, and their results into objects to store; what cannot be
    used fails in the report."""

    def __init__(self, data: sa.Engine, report: PreloadReport) -> None:
        self._data = data
        self._report = report
        self._translating: dict[str, tuple[PlannedObject, Document]] = {}

    def copies(self) -> Iterator[NewObject]:
        """Lessons that are written in the language already."""
        for item, content in self._each(copies=True):
            try:
                yield NewObject(item, body_of(content), COPY, Origin.COPIED)
            except InputError as error:
                self._report.fail(item, str(error))

    def tasks(self) -> Iterator[TranslationTask]:
        """Documents to translate, read as they are taken."""
        for item, content in self._each(copies=False):
            want = item.desired
            source = tag_of(want.source_language)
            try:
                cut = document(want.content_type, content, source)
            except InputError as error:
                self._report.fail(item, str(error))
                continue
            self._translating[item.key] = (item, cut)
            yield TranslationTask(item.key, source, tag_of(item.language), want.title, cut)

    def left(self) -> Iterator[TranslationTask]:
        """The same for someone who does not bring the results back."""
        for task in self.tasks():
            del self._translating[task.id]
            yield task

    def translated(self, result: Translated | Untranslated) -> NewObject | None:
        """The object that a result makes; None where it makes none."""
        item, content = self._translating.pop(result.id)
        language = self._report.of(item.language)
        if isinstance(result, Untranslated):
            if result.problems:
                self._report.fail(item, "; ".join(map(_in_words, result.problems[:5])))
                language.segments_failed += len(result.problems)
                language.passing += all(problem.check == NO_ANSWER for problem in result.problems)
            return None
        language.segments_from_memory += result.from_memory
        language.segments_from_model += result.from_model
        try:
            body = body_of(content.rebuild(result.translations, item.language))
        except InputError as error:
            self._report.fail(item, str(error))
            return None
        return NewObject(item, body, language.plan.recipe, Origin.TRANSLATED)

    def _each(self, *, copies: bool) -> Iterator[tuple[PlannedObject, dict[str, Any]]]:
        """What is to be copied, or to be translated, with its content; a few are read together."""
        every = self._report.to_make(copies=copies)
        for start in range(0, len(every), _FETCHED_AT_ONCE):
            chunk = every[start : start + _FETCHED_AT_ONCE]
            found = self._read(chunk)
            for item in chunk:
                content = found.get((item.desired.lesson, item.desired.content_type))
                if isinstance(content, dict):
                    yield item, content
                else:
                    reason = f"its content is {_kind(content)}, where a JSON object is expected"
                    self._report.fail(item, reason)

    def _read(self, items: Sequence[PlannedObject]) -> dict[tuple[str, str], Any]:
        places = {(item.desired.lesson, item.desired.content_type) for item in items}
        with reading(self._data) as connection:
            return {(lesson, name): value for lesson, name, value in content_data(connection, places)}


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false"}
    return names.get(type(value), "nothing")


def _in_words(problem: Problem) -> str:
    return f"{problem.check}: {problem.reason} ({problem.text[:60]!r})"
