"""Which way each object's texts go in TRANSLATION_MODE=auto: directly, by a batch, or by flex."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from langassets import batch_mode
from langassets.jobs.lessons import documents
from langassets.jobs.planned_object import PlannedObject
from langassets.jobs.preload.plan import LanguagePlan
from langassets.locales import tag_of
from langassets.services import Services
from langassets.translation import engine
from langassets.translation.cost.ways import cheapest
from langassets.translation.engine.tasks import TranslationTask
from langassets.translation.freshness import Decision
from langassets.translation.refusals import held
from langassets.translation.types import MemoryKey, Mode, TokenUsage

if TYPE_CHECKING:
    from langassets.batch_mode.job import Outlook

HANDED_IN = "handed in"
_CHANGED = frozenset({Decision.STALE_SOURCE, Decision.REPLACE_ADOPTED})


class Split(NamedTuple):
    """Of what is not in memory, the keys of objects that are asked for `directly`, that `wait` for a batch
    that is on its way, and those of the `rest`."""

    directly: set[str]
    wait: set[str]
    rest: set[str]


def is_soon(item: PlannedObject, plan: LanguagePlan) -> bool:
    """Whether users are waiting for an object: its lesson has changed, or nobody has the language yet. What
    is new, or made by an older recipe, is due by the next preload."""
    return item.decision in _CHANGED or (item.decision is Decision.MISSING and is_new(plan))


def is_new(plan: LanguagePlan) -> bool:
    """Whether a language was promoted of late: less than half of what it is to have stands."""
    stands = len(plan.fresh) + len(plan.adopted) + len(plan.edited)
    stands += sum(item.existing is not None for item in plan.to_make)
    missing = sum(item.existing is None for item in plan.to_make)
    return stands < missing


class NewTexts:
    """Tells what a model is to be asked for in a language: not what memory has, nor what was refused and is
    not asked for yet."""

    def __init__(self, services: Services, language: str) -> None:
        self._recipes, self._target = services.recipes, tag_of(language)
        self._known = services.memory.known(self._target)
        self._refused = {one.key: one for one in services.refusals.of_language(self._target)}

    def keys(self, text: str, source: str) -> tuple[MemoryKey, ...] | None:
        """By what an answer is kept (`source` is a tag); none where memory has one, None where the text was
        refused."""
        keys = self._recipes.keys(text, source, self._target)
        if any(key in self._known for key in keys):
            return ()
        return None if held(self._refused, keys) else keys


def way(services: Services, due: datetime) -> Mode:
    """How what is due then is asked for now: the cheapest way of the preferred model that is in time."""
    _, model = services.recipes.models[0]
    now = services.clock()

    def cost(usage: TokenUsage, mode: Mode) -> Decimal | None:
        return services.prices.cost(model, usage, mode, at=now)

    return cheapest(batch_mode.job.offered(services.settings), now, due, cost)


def split(services: Services, tasks: Iterable[TranslationTask], outlook: "Outlook") -> Split:
    """Sort documents by what memory lacks of them: what a batch did not bring goes directly, and what one is
    about to bring is waited for."""
    found = Split(set(), set(), set())
    for known in map(engine.lookup.Lookup(services.memory, services.recipes), engine.lookup.portions(tasks)):
        for task, segments in known.documents:
            missing = set[MemoryKey]()
            for _, keys in segments:
                if not any(key in known.recalled for key in keys):
                    missing.update(keys)
            into = found.directly if missing & outlook.left else found.rest
            into = found.wait if into is found.rest and missing & outlook.waiting else into
            into.add(task.id)
    return found


def segments_by_way(services: Services, plan: LanguagePlan, due: datetime | None) -> dict[str, int]:
    """How many segments that are to be asked for go which way, by its name; `handed in` are those that a
    batch has already. Without `due` all go directly."""
    to_make = {item.desired: item for item in plan.to_make if not item.is_copy}
    new = NewTexts(services, plan.language)
    batches = batch_mode.job.outlook(services) if due else None
    by_rest = way(services, due) if due else Mode.DIRECT
    found: dict[MemoryKey, str] = {}
    for want, document in documents(services.data, to_make):
        soon = due is None or is_soon(to_make[want], plan)
        for text in document.texts:
            keys = new.keys(text, document.source_language)
            if not keys:
                continue
            if soon or batches is None or batches.left & set(keys):
                found[keys[0]] = Mode.DIRECT
            else:
                found.setdefault(keys[0], HANDED_IN if batches.waiting & set(keys) else by_rest)
    return dict(sorted(Counter(map(str, found.values())).items()))
