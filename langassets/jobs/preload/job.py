"""Preload, second half: what is missing or stale is translated, checked, stored and recorded."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langassets.batch_mode.job import hand_in
from langassets.database import manifest
from langassets.database.connection import writing
from langassets.database.locks import alone_in_languages
from langassets.database.manifest import Origin
from langassets.database.records.model_usage import account_of, record_usage, spent_by
from langassets.database.usage.statistics import record_lesson_counts
from langassets.errors import InputError
from langassets.jobs.cleanup import open_steps
from langassets.jobs.cleanup.carry_out import carry_out
from langassets.jobs.cleanup.plan import survey_restores
from langassets.jobs.preload.archive_replaced import set_aside
from langassets.jobs.preload.estimate import estimate
from langassets.jobs.preload.plan import (
    COPY,
    DesiredContent,
    LanguagePlan,
    PlannedObject,
    Problem,
    load_desired,
    plan_language,
    record_in_manifest,
)
from langassets.jobs.preload.report import LanguageReport, PreloadReport
from langassets.jobs.preload.sources import contents, in_turn
from langassets.jobs.preload.storing import NewObject, body_of, store_all
from langassets.locales import tag_of
from langassets.retention.plan import RetentionPolicy
from langassets.services import Services
from langassets.storage.listing import each_language
from langassets.storage.store import ContentStore
from langassets.translation.cost.usage import ModelUsage
from langassets.translation.documents.document import Document, document
from langassets.translation.engine.engine import Engine
from langassets.translation.engine.tasks import NO_ANSWER, Translated, TranslationTask, Untranslated
from langassets.translation.engine.tasks import Problem as TextProblem

_log = logging.getLogger("langassets.preload")

# Objects written and recorded together: a compromise between round trips to the database and what a
# killed process leaves to be rebuilt (from memory, so at no cost).
_STORED_AT_ONCE = 64


async def preload(
    services: Services,
    languages: Sequence[str],
    *,
    run_id: str,
    attempt: int = 0,
    deferred: bool = False,
    on_planned: Callable[[list[DesiredContent]], None] = lambda _: None,
) -> PreloadReport:
    """Make sure that every lesson stands translated and fresh in storage for each of `languages`.

    What failed, and what a limit left to do, is in the report. Raises `PassingError` where storage or
    the database went away midway: what was done by then is recorded, and what was paid for remembered.
    A run that is tried again says so by `attempt`: each attempt has an account of its own, and the limits
    hold for all of them together. A `deferred` preload makes what memory holds and hands the rest in as a
    batch; once that is collected, a preload that is not deferred makes the rest.
    """
    with alone_in_languages(services.data, languages, who=f"preload, run {run_id}"):
        async with services.store() as store:
            run = _Run(services, store, run_id, attempt)
            on_planned(await run.plan(languages))
            await run.work(only_memory=deferred)
            if deferred:
                run.report.handed_in = await hand_in(services, run.left())
            run.report.storage_requests = store.requests
    with writing(services.data) as connection:
        counts = manifest.lesson_counts(connection, languages)
        record_lesson_counts(connection, counts, services.clock())
    return run.report


class _Run:
    """One preload; `report` is up to date at any time."""

    def __init__(self, services: Services, store: ContentStore, run_id: str, attempt: int) -> None:
        self.report = PreloadReport()
        self._account_id = account_of(run_id, attempt)
        self._services = services
        self._store = store
        self._run_id = run_id
        self._by_key: dict[str, tuple[LanguageReport, PlannedObject]] = {}
        self._recipes: dict[str, str] = {}
        self._failed: set[str] = set()
        self._documents: dict[str, Document] = {}
        self._ready: list[NewObject] = []
        self._done = 0

    async def plan(self, languages: Sequence[str]) -> list[DesiredContent]:
        """Plan each language, after what the archive has for it was put back; what is wanted."""
        services = self._services
        await open_steps.settle(services.data, self._store, services.clock, languages)
        desired, self.report.problems = load_desired(services.data)
        self._recipes = {language: services.recipe(language) for language in languages}
        plans = await each_language(languages, lambda language: self._plan(language, desired))
        # Only where something is missing can something be put back.
        restored = await self._restore([language for language, plan in plans.items() if plan.missing])
        plans |= await each_language(restored, lambda language: self._plan(language, desired))
        for language, plan in plans.items():
            record_in_manifest(services.data, plan)
            self.report.languages.append(LanguageReport(plan, restored=restored[language]))
        self._by_key = {item.key: (one, item) for one in self.report.languages for item in one.plan.to_make}
        return desired

    async def _plan(self, language: str, desired: Sequence[DesiredContent]) -> LanguagePlan:
        services = self._services
        return await plan_language(
            services.data,
            self._store,
            language,
            desired,
            self._recipes[language],
            services.clock(),
            overwrite_edited=services.settings.overwrite_edited,
        )

    async def _restore(self, languages: Sequence[str]) -> Counter[str]:
        """How much was put back, by language."""
        services = self._services
        if not languages:
            return Counter()
        survey = await survey_restores(self._store, languages, services.clock())
        if not survey.plan.steps:
            return Counter()
        report = await carry_out(
            services.data,
            self._store,
            survey,
            RetentionPolicy(),
            run_id=self._run_id,
            clock=services.clock,
        )
        return Counter(step.language for step in report.done)

    async def work(self, *, only_memory: bool = False) -> None:
        """Make and store what was planned, the most requested lessons of each language first."""
        self._progress(0)
        await self._copy()
        if not only_memory:
            self._hold_against_limits()
        spent = spent_by(self._services.data, self._run_id)
        async with self._services.engine(spent, only_memory=only_memory) as engine:
            try:
                async for result in engine.translate(self._tasks()):
                    self._take(result)
                    if len(self._ready) >= _STORED_AT_ONCE:
                        await self._store_ready()
                        self._account(engine)  # a limit holds for the retry of a run that is killed, too
                await self._store_ready()
            finally:
                self._account(engine)
        if only_memory:
            self.report.stopped = None  # it was not to ask for more

    def left(self) -> Iterator[TranslationTask]:
        """What is still to be translated, once `work` is over."""
        stored = {item.key for one in self.report.languages for item in one.stored}
        for task in self._tasks():
            del self._documents[task.id]
            if task.id not in stored:
                yield task

    def _hold_against_limits(self) -> None:
        """Say before the first request where the plan goes beyond a limit: the run will stop there."""
        settings = self._services.settings
        if settings.max_cost_per_run is None and settings.max_requests_per_run is None:
            return
        outlook = estimate(self._services, [one.plan for one in self.report.languages])
        for name, limit, planned in (
            ("MAX_COST_PER_RUN", settings.max_cost_per_run, outlook.cost),
            ("MAX_REQUESTS_PER_RUN", settings.max_requests_per_run, outlook.requests),
        ):
            if limit is not None and planned is not None and planned > limit:
                _log.warning(
                    "The plan takes about %.4g, and %s allows %.4g: the most requested lessons come first, "
                    "and what is left waits for the next run.",
                    planned,
                    name,
                    limit,
                )

    def _account(self, engine: Engine) -> None:
        """Take down what the engine spent, whatever became of the run."""
        self.report.stopped, self.report.passing = engine.stopped, engine.stopped_for_now
        rows = engine.totals.rows()
        by_tag = defaultdict[str, list[ModelUsage]](list)
        for row in rows:
            by_tag[row.language].append(row)
        for one in self.report.languages:
            # Of two codes of one language (`iw` and `he`) the first has it: it was spent once.
            one.usage = by_tag.pop(tag_of(one.language), [])
        account = [*rows, *engine.totals.memory_rows()]
        record_usage(self._services.data, self._account_id, account, self._services.clock())

    async def _copy(self) -> None:
        """Store lessons that are written in the language already."""
        for item, data in self._contents(copies=True):
            try:
                self._ready.append(NewObject(item, body_of(data), COPY, Origin.COPIED))
            except InputError as error:
                self._fail(item, str(error))
            if len(self._ready) >= _STORED_AT_ONCE:
                await self._store_ready()
        await self._store_ready()

    def _tasks(self) -> Iterator[TranslationTask]:
        """Documents to translate, read as the engine takes them."""
        for item, data in self._contents(copies=False):
            source = tag_of(item.desired.source_language)
            try:
                content = document(item.desired.content_type, data, source)
            except InputError as error:
                self._fail(item, str(error))
                continue
            self._documents[item.key] = content
            yield TranslationTask(item.key, source, tag_of(item.language), item.desired.title, content)

    def _contents(self, *, copies: bool) -> Iterator[tuple[PlannedObject, dict[str, Any]]]:
        """What is to be made, each with its content; what has none that can be used has failed."""
        plans = [one.plan for one in self.report.languages]
        for item, content in contents(
            self._services.data, in_turn(plans, copies=copies, without=self._failed)
        ):
            if isinstance(content, str):
                self._fail(item, content)
            else:
                yield item, content

    def _take(self, result: Translated | Untranslated) -> None:
        one, item = self._by_key[result.id]
        content = self._documents.pop(result.id)
        if isinstance(result, Untranslated):
            if result.problems:
                self._fail(item, "; ".join(map(_in_words, result.problems[:5])))
                one.segments_failed += len(result.problems)
                one.passing += all(problem.check == NO_ANSWER for problem in result.problems)
            return
        one.segments_from_memory += result.from_memory
        one.segments_from_model += result.from_model
        try:
            body = body_of(content.rebuild(result.translations, item.language))
        except InputError as error:
            self._fail(item, str(error))
        else:
            self._ready.append(NewObject(item, body, self._recipes[item.language], Origin.TRANSLATED))

    async def _store_ready(self) -> None:
        ready, self._ready = self._ready, []
        services = self._services
        stuck = await set_aside(services.data, self._store, ready, run_id=self._run_id, clock=services.clock)
        for made in ready:
            if reason := stuck.get(made.planned.key):
                self._fail(made.planned, reason)
        ready = [made for made in ready if made.planned.key not in stuck]
        for made, problem in await store_all(services.data, self._store, ready, services.clock):
            one, item = self._by_key[made.planned.key]
            if problem:
                self._fail(item, problem)
            else:
                one.stored.append(item)
                one.bytes_written += len(made.body)
                self._progress(1)

    def _fail(self, item: PlannedObject, reason: str) -> None:
        one, _ = self._by_key[item.key]
        self._failed.add(item.key)
        one.failed.append(Problem(item.language, item.desired.lesson, item.desired.content_type, reason))
        self._progress(1)

    def _progress(self, more: int) -> None:
        self._done += more
        self._services.progress("Preload", self._done, len(self._by_key))


def _in_words(problem: TextProblem) -> str:
    return f"{problem.check}: {problem.reason} ({problem.text[:60]!r})"
