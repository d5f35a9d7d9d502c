"""What a preload would do and cost, before anything is spent."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from langassets.database.rows import chunks
from langassets.errors import LangassetsError
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.lessons import DesiredContent, Problem, distinct_texts, documents, load_desired
from langassets.jobs.preload.former import former_texts
from langassets.jobs.preload.plan import LanguagePlan, PlannedObject, plan_languages
from langassets.jobs.preload.ways import segments_by_way
from langassets.locales import tag_of
from langassets.services import Services
from langassets.storage.keys import lessons_prefix
from langassets.translation.cost.tokens import batch_tokens
from langassets.translation.documents.document import Document
from langassets.translation.engine.batching import PlacedText, answer_tokens_of, batch_of, cut
from langassets.translation.engine.refusals import held
from langassets.translation.freshness import Decision
from langassets.translation.providers.usage import expected_usage
from langassets.translation.recipes import remembered
from langassets.translation.types import Former, Mode, TokenUsage
from langassets.wording import counted

_AT_ONCE = 50  # contents whose former versions are looked up together


@dataclass(frozen=True, slots=True)
class LanguageEstimate:
    """One language. Objects are contents of lessons; `segments` distinct texts in those to translate, of
    which `remembered` cost nothing: they stand in memory, or were refused and are not asked for yet; `cost`
    is in dollars, None where the model's price is not known."""

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
        return sum(one.requests for one in self.languages)

    @property
    def cost(self) -> float | None:
        """Dollars in all; None where the model's price is not known."""
        costs = [one.cost for one in self.languages]
        return None if None in costs else float(sum(cost for cost in costs if cost is not None))

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self) | {"requests": self.requests, "cost": self.cost}

    def rows(self) -> Iterator[tuple[str, ...]]:
        """For people, a language each: objects to make, fresh, and kept as they are; segments in
        those to make, and new ones among them; what these take of the model: requests, tokens, dollars."""
        for one in self.languages:
            figures = (one.to_make, one.fresh, one.adopted + one.edited, one.segments)
            asked = (one.segments - one.remembered, one.requests, one.input_tokens + one.output_tokens)
            yield one.language, *(f"{number:,}" for number in (*figures, *asked)), _dollars(one.cost)

    def remarks(self) -> Iterator[str]:
        """For people: what cannot be made, and what all takes."""
        for problem in self.problems:
            yield f"lesson {problem.named}, {problem.content_type}: {problem.reason}"
        together = sum((Counter(ways) for ways in self.ways.values()), Counter[str]())
        if together.keys() - {Mode.DIRECT}:
            yield "Segments " + ", ".join(f"{way}: {number:,}" for way, number in sorted(together.items()))
        yield f"In all about {counted(self.requests, 'request')} to {self.model} and {_dollars(self.cost)}."


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
    price = f"{counted(one.requests, 'request')} and {_dollars(one.cost)}"
    return f"its {counted(one.to_make, 'content takes', 'contents take')} about {price} to translate"


def estimate(
    services: Services, plans: Iterable[LanguagePlan], problems: Sequence[Problem] = ()
) -> PreloadEstimate:
    """What carrying out `plans` would ask of the preferred model and cost."""
    _, model = services.recipes.models[0]
    languages = tuple(_language(services, plan, model) for plan in plans)
    return PreloadEstimate(model, languages, tuple(problems))


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


def _language(services: Services, plan: LanguagePlan, model: str) -> LanguageEstimate:
    target = tag_of(plan.language)
    known = services.memory.known(target)
    refused = {one.key: one for one in services.refusals.of_language(target)}
    segments = new_segments = requests = 0
    usage = TokenUsage()
    for source, texts in _texts(services, plan).items():
        new = [
            one
            for one in texts
            if not remembered([one.text], source, target, services.recipes, known)
            and not held(refused, services.recipes.keys(one.text, source, target))
        ]
        segments += len(texts)
        new_segments += len(new)
        sent, expected = expected_requests(services, new, source, target)
        requests, usage = requests + sent, usage + expected
    cost = services.prices.cost(model, usage, requests=requests)
    return LanguageEstimate(
        plan.language,
        len(plan.to_make),
        len(plan.fresh),
        len(plan.adopted),
        len(plan.edited),
        segments,
        segments - new_segments,
        requests,
        usage.input_tokens,
        usage.output_tokens,
        None if cost is None else float(cost),
    )


def _texts(services: Services, plan: LanguagePlan) -> Mapping[str, Sequence[PlacedText]]:
    """What is to be translated, with what it was before, as the preload will show it to the model."""
    to_make = {item.desired: item for item in plan.to_make if not item.is_copy}
    former: dict[str, Mapping[str, Former]] = {}

    def each() -> Iterator[tuple[DesiredContent, Document]]:
        for chunk in chunks(documents(services.data, to_make), _AT_ONCE):
            former.clear()
            former.update(former_texts(services, [(to_make[want], content) for want, content in chunk]))
            yield from chunk

    return distinct_texts(each(), lambda want: former.get(to_make[want].key, {}))


def _dollars(cost: float | None) -> str:
    return "at a price that is not known (set MODEL_PRICES)" if cost is None else f"${cost:,.4f}"
