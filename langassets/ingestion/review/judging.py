"""A model is asked for errors in translations that wait for a person: the most requested lessons' first, as
many as the money allows, and none twice."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from langassets.database.connection import reading, writing
from langassets.database.translations.judgements import Judged, Judgement, judgements, keep_judgements
from langassets.errors import ProviderUnavailableError
from langassets.ingestion.review.exporting import to_review
from langassets.ingestion.review.units import ReviewUnit
from langassets.locales import tag_of
from langassets.services import Services
from langassets.translation.cost.limits import SpendingLimits
from langassets.translation.cost.usage import Spent
from langassets.translation.engine.sending.client import ClosedError, ProviderClient
from langassets.translation.engine.sending.rate_limiter import RateLimiter
from langassets.translation.judging import read_errors, recipe
from langassets.translation.providers.opening import open_judge
from langassets.translation.types import Answer, Batch, Finish, TokenUsage
from langassets.wording import counted

_log = logging.getLogger("langassets.review")

BILLED_AS = "quality_judge"
"""Stands in the bill where an asset's name does."""

_AT_ONCE = 20  # translations in a request: models judge long lists worse


@dataclass(slots=True)
class JudgeReport:
    """What came of asking: translations `judged`, of them those `with_errors`; those whose answer was of no
    use; those `left` for another time, and why they are."""

    left: int
    judged: int = 0
    with_errors: int = 0
    useless: int = 0
    spent: Spent = field(default_factory=Spent)
    stopped: str = ""

    def __str__(self) -> str:
        """In words, for people."""
        dollars = self.spent.cost
        cost = "at a price that is not known" if dollars is None else f"for {dollars:.4f} dollars"
        judged = f"Judge: {counted(self.judged, 'translation')} judged {cost}, errors in {self.with_errors:,}"
        return f"{judged}; {self.left:,} left ({self.stopped})" if self.left else judged


def batches(units: Iterable[ReviewUnit]) -> Iterator[list[ReviewUnit]]:
    """Units of one language each, some for a request, the most requested first. What a check objects to comes
    first in any order, so that nothing is paid for it."""
    filling: dict[str, list[ReviewUnit]] = defaultdict(list)
    for unit in sorted(units, key=lambda unit: -unit.requests):
        if unit.confidence > 0:
            filling[unit.source_language].append(unit)
            if len(filling[unit.source_language]) == _AT_ONCE:
                yield filling.pop(unit.source_language)
    yield from filling.values()


async def judge(
    services: Services, language: str, since: datetime | None = None, source: str | None = None
) -> JudgeReport:
    """Have the model of QUALITY_JUDGE_MODEL judge what `to_review` gives for the same words and it has not
    judged yet, within QUALITY_JUDGE_MAX_COST and all limits of a run. What is answered is kept at once.

    Whatever goes wrong at the model is in the report. Raises `InputError` as `to_review` does, and
    `SettingsError` where the model cannot be asked by these settings.
    """
    units = to_review(services.data, services.recipes, language, since, source)
    return await _Asking(services, tag_of(language)).run(units)


class _Asking:
    def __init__(self, services: Services, language: str) -> None:
        settings = services.settings
        self._language = language
        self._services = services
        self._provider = open_judge(settings)
        self._judge = recipe(self._provider)
        limits = {"QUALITY_JUDGE_MAX_COST": settings.quality_judge_max_cost}
        if settings.max_cost_per_run is not None:
            limits["MAX_COST_PER_RUN"] = settings.max_cost_per_run
        named, most = min(limits.items(), key=lambda limit: limit[1])
        self._client = ProviderClient(
            self._provider,
            SpendingLimits(services.prices, most, settings.max_requests_per_run, named),
            RateLimiter(settings.translation_concurrency),
            timeout=settings.translation_timeout,
            bill=services.bill(f"judge-{uuid4().hex}", BILLED_AS),
        )

    async def run(self, units: Sequence[ReviewUnit]) -> JudgeReport:
        with reading(self._services.data) as connection:
            known = judgements(connection, self._language)
        judged = {unit for unit, said in known.items() if said.judge == self._judge}
        waiting = list(batches(one for one in units if _judged(one) not in judged))
        report = JudgeReport(left=sum(map(len, waiting)))
        todo = iter(waiting)
        workers = min(len(waiting), self._services.settings.translation_concurrency)
        try:
            await asyncio.gather(*(self._work(todo, report) for _ in range(workers)))
        finally:
            await self._provider.close()
        if report.useless:
            _log.warning("The judge said nothing of use of %s", counted(report.useless, "translation"))
        report.stopped = self._client.off or "answers were cut or refused"
        return report

    async def _work(self, todo: Iterator[list[ReviewUnit]], report: JudgeReport) -> None:
        for units in todo:
            try:
                answer = await self._client.send(_batch(units), report.spent, lessons=_lessons(units))
            except ClosedError:
                return
            except ProviderUnavailableError as error:
                self._client.close(str(error), for_now=True)
                return
            await self._keep(units, answer, report)

    async def _keep(self, units: Sequence[ReviewUnit], answer: Answer, report: JudgeReport) -> None:
        # What a cut answer does not reach, and what cost nothing, is asked for another time; what was paid
        # for in vain is kept as such, or each export would pay for it.
        cut = answer.finish is Finish.BROKEN or (answer.finish is Finish.TRUNCATED and answer.texts)
        again = cut or answer.usage == TokenUsage()
        said = {
            unit: read_errors(answer.texts.get(index, ""))
            for index, unit in enumerate(units)
            if index in answer.texts or not again
        }
        kept = [(_judged(unit), Judgement(self._judge, errors)) for unit, errors in said.items()]
        await asyncio.to_thread(self._write, kept)
        report.left -= len(said)
        report.useless += sum(errors is None for errors in said.values())
        report.judged += sum(errors is not None for errors in said.values())
        report.with_errors += sum(bool(errors) for errors in said.values())

    def _write(self, kept: Sequence[tuple[Judged, Judgement]]) -> None:
        with writing(self._services.data) as connection:
            keep_judgements(connection, self._language, kept, self._provider.model, self._services.clock())


def _judged(unit: ReviewUnit) -> Judged:
    return Judged.of(unit.source_language, unit.segment.text, unit.translation)


def _batch(units: Sequence[ReviewUnit]) -> Batch:
    return Batch(
        units[0].source_language,
        units[0].target_language,
        tuple(unit.segment.text for unit in units),
        translations=tuple(unit.translation for unit in units),
    )


def _lessons(units: Sequence[ReviewUnit]) -> Counter[str]:
    """How many characters a request has of each lesson, by its number."""
    characters: Counter[str] = Counter()
    for unit in units:
        characters[unit.segments[0].rsplit("/", 2)[0]] += len(unit.segment.text)
    return characters
