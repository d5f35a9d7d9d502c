"""In which order a preload spends money that is short: by how often a lesson is requested for each dollar."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import Any

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.content.known_lessons import known_lessons
from langassets.database.names import language_keys
from langassets.database.rows import chunks
from langassets.database.usage.lesson_usage import lesson_requests
from langassets.jobs.cleanup.plan import survey_restores
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.forecast import Cost
from langassets.jobs.lessons import documents, load_desired
from langassets.jobs.planned_object import COPY, PlannedObject
from langassets.jobs.preload.estimate import estimate
from langassets.jobs.preload.limits import dollars_left
from langassets.jobs.preload.plan import LanguagePlan, plan_languages
from langassets.jobs.preload.ways import NewTexts
from langassets.locales import tag_of
from langassets.services import Services
from langassets.storage.store import ContentStore
from langassets.translation.cost.tokens import answer_tokens, tokens_of
from langassets.translation.freshness import TO_MAKE, Known, decide

MODEL, MEMORY, ARCHIVE, COPIED, REFUSED = "model", "memory", "archive", "copy", "refused"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An object to make: how often its lesson was requested in its language, the tokens of each text in it
    that a model is to be asked for, and what a token is expected to cost (None where that is not known)."""

    item: PlannedObject
    requests: int
    texts: Mapping[Hashable, int]
    dollars_a_token: Decimal | None = None
    by: str = MODEL
    """Who makes it: a model, or what has it already; `refused` for whose only new texts were refused, and are
    not asked for yet."""

    @property
    def worth(self) -> Fraction | None:
        """Requests a dollar, or a token where a token has no price; None for what costs nothing."""
        tokens = sum(self.texts.values())
        return Fraction(self.requests) / (tokens * Fraction(self.dollars_a_token or 1)) if tokens else None


@dataclass(frozen=True)
class Outlook:
    """What would be made, in order; what each costs, a text that several have counted with the first; and
    what limits leave, in dollars by setting."""

    ordered: Sequence[Candidate]
    costs: Sequence[Decimal | None]
    limits: Mapping[str, Decimal]

    @cached_property
    def together(self) -> Sequence[Decimal | None]:
        """What all has come to with each; None from the first on of which that is not known."""
        return list(accumulate(self.costs, _plus))

    @cached_property
    def within(self) -> int:
        """How many of them, from the first on, no limit leaves out."""
        if not self.limits:
            return len(self.ordered)
        least = max(min(self.limits.values()), Decimal(0))
        return sum(together is not None and together <= least for together in self.together)

    @property
    def free(self) -> Mapping[str, int]:
        """How many objects cost nothing, by who has them already."""
        return Counter(one.by for one in self.ordered if one.by != MODEL)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        objects = [
            {
                "language": one.item.language,
                "lesson": one.item.desired.lesson,
                "path": one.item.desired.path,
                "content_type": one.item.desired.content_type,
                "by": one.by,
                "requests": one.requests,
                "new_segments": len(one.texts),
                "cost": None if cost is None else float(cost),
                "together": None if together is None else float(together),
                "within_limits": place < self.within,
            }
            for place, (one, cost, together) in enumerate(
                zip(self.ordered, self.costs, self.together, strict=True)
            )
        ]
        limits = {name: float(dollars) for name, dollars in self.limits.items()}
        return {"limits": limits, "within_limits": self.within, "free": dict(self.free), "objects": objects}


def _plus(one: Decimal | None, two: Decimal | None) -> Decimal | None:
    return None if one is None or two is None else one + two


def by_worth(candidates: Sequence[Candidate]) -> list[Candidate]:
    """What costs nothing, then what is requested most for each dollar; equals stay as they come."""

    def key(one: Candidate) -> tuple[bool, Fraction]:
        worth = one.worth
        return worth is not None, -(worth or Fraction(0))

    return sorted(candidates, key=key)


def costs(ordered: Sequence[Candidate]) -> Iterator[Decimal | None]:
    """What each costs in this order; a text is paid for once. None where that is not known."""
    paid = set[Hashable]()
    for one in ordered:
        tokens = sum(count for text, count in one.texts.items() if text not in paid)
        paid.update(one.texts)
        price = one.dollars_a_token
        yield Decimal(0) if not tokens else None if price is None else tokens * price


def candidates(services: Services, plans: Sequence[LanguagePlan]) -> list[Candidate]:
    """What plans make, each language's most requested lessons first, the languages in turn. The texts of a
    language share its estimate by their tokens, so that together they come to it."""
    found = [
        (rank, one)
        for plan, priced in zip(plans, estimate(services, plans).languages, strict=True)
        for rank, one in enumerate(_of_language(services, plan, priced.expected.cost))
    ]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def ranks(services: Services, plans: Sequence[LanguagePlan]) -> dict[str, int]:
    """In which order the objects of plans are to be made where money is short, by key."""
    return {one.item.key: rank for rank, one in enumerate(by_worth(candidates(services, plans)))}


async def plan_worth(services: Services) -> Outlook:
    """What a preload would make now, in the order in which it would where a limit may cut it short; nothing
    is changed, storage is only listed."""
    desired, _ = load_desired(services.data)
    frequent = frequent_languages(services.data, services.settings.predefined_languages).codes
    async with services.store() as store:
        plans = await plan_languages(services, store, frequent, desired)
        missing = [code for code, plan in plans.items() if plan.missing]
        archived = await _archived(services, store, missing) if missing else {}
    back = [Candidate(item, 0, {}, by=ARCHIVE) for plan in plans.values() for item in _back(plan, archived)]
    ordered = by_worth([*back, *candidates(services, list(plans.values()))])
    return Outlook(ordered, list(costs(ordered)), dollars_left(services))


def _back(plan: LanguagePlan, archived: Mapping[str, Known | None]) -> list[PlannedObject]:
    """Take out of a plan what is as wanted once it is back from the archive."""

    def is_as_wanted(item: PlannedObject) -> bool:
        if item.key not in archived:
            return False
        known, recipe = archived[item.key], COPY if item.is_copy else plan.recipe.language
        etag = known.etag if known else ""
        return decide(item.desired.source_hash, recipe, etag, known) not in TO_MAKE

    back = [item for item in plan.to_make if is_as_wanted(item)]
    plan.to_make = [item for item in plan.to_make if not is_as_wanted(item)]
    return back


async def _archived(
    services: Services, store: ContentStore, languages: Sequence[str]
) -> dict[str, Known | None]:
    """The keys under which a preload would put something back, with what the manifest says of it."""
    now = services.clock()
    with reading(services.data) as connection:
        keys, known = language_keys.load(connection), known_lessons(connection, now)
    survey = await survey_restores(store, languages, keys, now, known)
    targets = {step.key: step.target for step in survey.plan.steps if step.target}
    known_of: dict[str, Known] = {}
    with reading(services.data) as connection:
        for chunk in chunks(targets):
            known_of |= manifest.known(connection, chunk)
    return {target: known_of.get(key) for key, target in targets.items()}


def _of_language(services: Services, plan: LanguagePlan, cost: Cost | None) -> list[Candidate]:
    with reading(services.data) as connection:
        used = lesson_requests(connection, plan.language)
    texts, refused = _new_texts(services, plan)
    together = {text: tokens for some in texts.values() for text, tokens in some.items()}
    price = cost.expected / max(1, sum(together.values())) if cost else None
    found = []
    for item in plan.to_make:
        requests = used[item.desired.lesson].requests if item.desired.lesson in used else 0
        new = texts.get(item.key)
        if item.is_copy:
            found.append(Candidate(item, requests, {}, by=COPIED))
        elif new:
            found.append(Candidate(item, requests, new, price))
        elif new is not None:  # else its content cannot be used: the plan says so
            found.append(Candidate(item, requests, {}, by=REFUSED if item.key in refused else MEMORY))
    return found


def _new_texts(services: Services, plan: LanguagePlan) -> tuple[dict[str, dict[Hashable, int]], set[str]]:
    """By object, the texts that a model is to be asked for, with their tokens in and out; and the objects
    with texts that were refused, and are not asked for yet."""
    target = tag_of(plan.language)
    to_make = {item.desired: item for item in plan.to_make if not item.is_copy}
    asked = NewTexts(services, plan.language)
    new, refused = defaultdict[str, dict[Hashable, int]](dict), set[str]()
    for want, content in documents(services.data, to_make):
        key, source = to_make[want].key, content.source_language
        new[key] = {}
        for text in content.texts:
            keys = asked.keys(text, source)
            if keys is None:
                refused.add(key)
            elif keys:
                new[key][target, source, text] = tokens_of(text, source) + answer_tokens(text, target)
    return new, refused
