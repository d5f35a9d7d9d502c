"""What a preload would do and cost, before anything is spent."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from langassets.database.rows import chunks
from langassets.errors import LangassetsError
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.forecast import Cost, Forecast, Forecasts, as_floats, in_words, together
from langassets.jobs.lessons import DesiredContent, Problem, distinct_texts, documents, load_desired
from langassets.jobs.planned_object import PlannedObject
from langassets.jobs.preload.former import former_texts
from langassets.jobs.preload.plan import LanguagePlan, plan_languages
from langassets.jobs.preload.ways import NewTexts, segments_by_way
from langassets.locales import tag_of
from langassets.services import Services
from langassets.storage.keys import lessons_prefix
from langassets.translation.engine.batching import PlacedText
from langassets.translation.freshness import Decision
from langassets.translation.types import Former, Mode
from langassets.wording import counted

if TYPE_CHECKING:
    from langassets.translation.documents.document import Document

_AT_ONCE = 50  # contents whose former versions are looked up together


@dataclass(frozen=True, slots=True)
class LanguageEstimate:
    """One language. Objects are contents of lessons; `segments` distinct texts in those to translate, of
    which `remembered` cost nothing: they stand in memory, or were refused and are not asked for yet; what is
    `expected` of the model has what is asked again in it."""

    language: str
    to_make: int
    fresh: int
    adopted: int
    edited: int
    segments: int
    remembered: int
    expected: Forecast

    def as_json(self) -> dict[str, Any]:
        """For machines; dollars are null where the model's price is not known."""
        found = asdict(self)
        del found["expected"]
        usage = self.expected.usage
        tokens = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
        return found | {"requests": self.expected.requests} | tokens | _dollars(self.expected.cost)


@dataclass(frozen=True, slots=True)
class PreloadEstimate:
    """A whole preload, as it would go now."""

    model: str
    languages: tuple[LanguageEstimate, ...]
    problems: tuple[Problem, ...] = ()
    ways: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How many new segments go which way, by language: see `segments_by_way`."""

    @property
    def requests(self) -> int:
        """Requests to the model, in all."""
        return sum(one.expected.requests for one in self.languages)

    @property
    def cost(self) -> Cost | None:
        """Dollars in all; None where the model's price is not known."""
        return together(one.expected.cost for one in self.languages)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        languages = [one.as_json() for one in self.languages]
        return asdict(self) | {"languages": languages, "requests": self.requests} | _dollars(self.cost)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """For people, a language each: objects to make, fresh, and kept as they are; segments in
        those to make, and new ones among them; what these take of the model: requests, tokens, dollars."""
        for one in self.languages:
            figures = (one.to_make, one.fresh, one.adopted + one.edited, one.segments)
            usage = one.expected.usage
            tokens = usage.input_tokens + usage.output_tokens
            asked = (one.segments - one.remembered, one.expected.requests, tokens)
            yield one.language, *(f"{number:,}" for number in (*figures, *asked)), in_words(one.expected.cost)

    def remarks(self) -> Iterator[str]:
        """For people: what cannot be made, and what all takes."""
        for problem in self.problems:
            yield f"lesson {problem.named}, {problem.content_type}: {problem.reason}"
        ways = sum((Counter(each) for each in self.ways.values()), Counter[str]())
        if ways.keys() - {Mode.DIRECT}:
            yield "Segments " + ", ".join(f"{way}: {number:,}" for way, number in sorted(ways.items()))
        yield f"In all about {counted(self.requests, 'request')} to {self.model} and {in_words(self.cost)}."


async def plan_preload(services: Services, due: datetime | None = None) -> PreloadEstimate:
    """What a preload would do now; nothing is changed, storage is only listed. What has time is due then, in
    TRANSLATION_MODE=auto."""
    desired, problems = load_desired(services.data)
    frequent = frequent_languages(services.data, services.settings.predefined_languages).codes
    async with services.store() as store:
        plans = await plan_languages(services, store, frequent, desired)
    ways = {language: segments_by_way(services, plan, due) for language, plan in plans.items()}
    return replace(estimate(services, plans.values(), problems), ways=ways)


def promotion_price(services: Services, language: str) -> str:
    """What it takes to translate every lesson into a language that is promoted, in words."""
    try:
        desired, _ = load_desired(services.data)
        plan = LanguagePlan(language)
        key = lessons_prefix(language)
        plan.to_make = [PlannedObject(language, key, want, Decision.MISSING, None) for want in desired]
        [one] = estimate(services, [plan]).languages
    except LangassetsError as error:
        return f"what it takes to translate cannot be said: {error}"
    price = f"{counted(one.expected.requests, 'request')} and {in_words(one.expected.cost)}"
    return f"its {counted(one.to_make, 'content takes', 'contents take')} about {price} to translate"


def estimate(
    services: Services, plans: Iterable[LanguagePlan], problems: Sequence[Problem] = ()
) -> PreloadEstimate:
    """What carrying out `plans` would ask of the preferred model and cost."""
    forecasts = Forecasts(services)
    languages = tuple(_language(services, plan, forecasts) for plan in plans)
    return PreloadEstimate(forecasts.model, languages, tuple(problems))


def _language(services: Services, plan: LanguagePlan, forecasts: Forecasts) -> LanguageEstimate:
    target = tag_of(plan.language)
    texts, asked = _texts(services, plan), NewTexts(services, plan.language)
    new = {
        source: [one for one in placed if asked.keys(one.text, source)] for source, placed in texts.items()
    }
    segments = sum(map(len, texts.values()))
    return LanguageEstimate(
        plan.language,
        len(plan.to_make),
        len(plan.fresh),
        len(plan.adopted),
        len(plan.edited),
        segments,
        segments - sum(map(len, new.values())),
        forecasts.of(new, target),
    )


def _texts(services: Services, plan: LanguagePlan) -> Mapping[str, Sequence[PlacedText]]:
    """What is to be translated, with what it was before, as the preload will show it to the model."""
    to_make = {item.desired: item for item in plan.to_make if not item.is_copy}
    former: dict[str, Mapping[str, Former]] = {}

    def each() -> Iterator[tuple[DesiredContent, "Document"]]:
        for chunk in chunks(documents(services.data, to_make), _AT_ONCE):
            former.clear()
            former.update(former_texts(services, [(to_make[want], content) for want, content in chunk]))
            yield from chunk

    return distinct_texts(each(), lambda want: former.get(to_make[want].key, {}))


def _dollars(cost: Cost | None) -> dict[str, float | None]:
    names = ("cost", "lowest_cost", "highest_cost")
    return dict(zip(names, as_floats(cost), strict=True))
