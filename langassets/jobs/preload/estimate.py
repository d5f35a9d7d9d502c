"""What a preload would do and cost, before anything is spent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from langassets.database.connection import reading
from langassets.database.lessons import content_data
from langassets.errors import InputError, LangassetsError
from langassets.jobs.evaluation.in_force import frequent_languages
from langassets.jobs.preload.plan import (
    DesiredContent,
    LanguagePlan,
    PlannedObject,
    Problem,
    is_copy,
    load_desired,
    plan_language,
)
from langassets.locales import tag_of
from langassets.services import Services
from langassets.storage.keys import lessons_prefix
from langassets.storage.listing import each_language
from langassets.translation.cost.prices import parse_prices
from langassets.translation.cost.tokens import batch_tokens
from langassets.translation.documents.document import document
from langassets.translation.engine.batching import PlacedText, answer_tokens_of, batch_of, cut
from langassets.translation.engine.client import expected_usage
from langassets.translation.freshness import Decision
from langassets.translation.recipes import remembered
from langassets.translation.types import TokenUsage


@dataclass(frozen=True, slots=True)
class LanguageOutlook:
    """One language. Objects are contents of lessons; `segments` distinct texts in those to translate, of
    which `remembered` cost nothing; `cost` is in dollars, None where the model's price is not known."""

    language: str
    to_make: int
    fresh: int
    adopted: int
    edited: int
    segments: int
    remembered: int
    requests: int
    input_tokens: int
    output_tokens: int
    cost: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A whole preload, as it would go now."""

    model: str
    languages: tuple[LanguageOutlook, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def requests(self) -> int:
        """Requests to the model, in all."""
        return sum(one.requests for one in self.languages)

    @property
    def cost(self) -> float | None:
        """Dollars in all; None where the model's price is not known."""
        costs = [one.cost for one in self.languages]
        return None if None in costs else float(sum(cost for cost in costs if cost is not None))

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self) | {"requests": self.requests, "cost": self.cost}

    def lines(self) -> Iterator[str]:
        """For people."""
        for one in self.languages:
            yield (
                f"{one.language}: {one.to_make:,} to make, {one.fresh:,} fresh, "
                f"{one.adopted + one.edited:,} kept as they are; {one.segments - one.remembered:,} of "
                f"{one.segments:,} segments to translate, about {_requests(one.requests)}, "
                f"{one.input_tokens + one.output_tokens:,} tokens, {_dollars(one.cost)}"
            )
        for problem in self.problems:
            yield f"lesson {problem.lesson}, {problem.content_type}: {problem.reason}"
        yield f"In all about {_requests(self.requests)} to {self.model} and {_dollars(self.cost)}."


async def plan_preload(services: Services) -> Outlook:
    """What a preload would do now; nothing is changed, storage is only listed."""
    desired, problems = load_desired(services.data)
    frequent = frequent_languages(services.data, services.settings.predefined_languages).codes
    async with services.store() as store:
        plans = await each_language(
            frequent,
            lambda language: plan_language(
                services.data,
                store,
                language,
                desired,
                services.recipe(language),
                services.clock(),
                overwrite_edited=services.settings.overwrite_edited,
            ),
        )
    return estimate(services, plans.values(), problems)


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
    price = _dollars(one.cost)
    return f"its {one.to_make:,} contents take about {_requests(one.requests)} and {price} to translate"


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count:,} requests"


def estimate(services: Services, plans: Iterable[LanguagePlan], problems: Sequence[Problem] = ()) -> Outlook:
    """What carrying out `plans` would ask of the preferred model and cost."""
    _, model = services.recipes.models[0]
    return Outlook(model, tuple(_language(services, plan, model) for plan in plans), tuple(problems))


def expected_requests(
    services: Services, texts: Sequence[PlacedText], source: str, target: str
) -> tuple[int, TokenUsage]:
    """How many requests to the preferred model it takes to translate `texts`, and about what they are billed
    for; languages are tags."""
    _, model = services.recipes.models[0]
    usage, start = TokenUsage(), 0
    sizes = cut(answer_tokens_of([one.text for one in texts], target), batch_tokens(model))
    for size in sizes:
        usage += expected_usage(batch_of(texts[start : start + size], source, target, services.glossary))
        start += size
    return len(sizes), usage


def _language(services: Services, plan: LanguagePlan, model: str) -> LanguageOutlook:
    desired = [item.desired for item in plan.to_make if not is_copy(item.desired, plan.language)]
    target = tag_of(plan.language)
    texts: dict[str, dict[str, PlacedText]] = {}
    for number, (want, found) in enumerate(_texts(services, desired)):
        per_source = texts.setdefault(tag_of(want.source_language), {})
        for place, text in enumerate(found):
            per_source.setdefault(text, PlacedText(text, number, place, want.title))
    known = services.memory.known(target)
    segments = recalled = requests = 0
    usage = TokenUsage()
    for source, by_text in texts.items():
        new = [
            one
            for text, one in by_text.items()
            if not remembered([text], source, target, services.recipes, known)
        ]
        segments += len(by_text)
        recalled += len(by_text) - len(new)
        sent, expected = expected_requests(services, new, source, target)
        requests, usage = requests + sent, usage + expected
    return LanguageOutlook(
        plan.language,
        len(plan.to_make),
        len(plan.fresh),
        len(plan.adopted),
        len(plan.edited),
        segments,
        recalled,
        requests,
        usage.input_tokens,
        usage.output_tokens,
        parse_prices(services.settings.model_prices).cost(model, usage),
    )


def _texts(
    services: Services, desired: Sequence[DesiredContent]
) -> Iterator[tuple[DesiredContent, tuple[str, ...]]]:
    by_place = {(want.lesson, want.content_type): want for want in desired}
    with reading(services.data) as connection:
        for lesson, content_type, data in content_data(connection, by_place):
            want = by_place[lesson, content_type]
            try:
                if isinstance(data, dict):
                    yield want, document(content_type, data, tag_of(want.source_language)).texts
            except InputError:
                continue  # the preload itself reports it


def _dollars(cost: float | None) -> str:
    return "at a price that is not known (set MODEL_PRICES)" if cost is None else f"${cost:,.4f}"
