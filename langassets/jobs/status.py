"""Where each language stands: its place in the tier, and what storage holds for it."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.decisions import current_tier
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.lessons import DesiredContent, load_desired
from langassets.jobs.preload.plan import LanguagePlan, StoredTotals, plan_language, stored_totals
from langassets.locales import english_name, own_name, tag_of
from langassets.services import Services
from langassets.storage.listing import each_language
from langassets.tiering.policy import TierDecision


@dataclass(frozen=True, slots=True)
class LanguageStatus:
    """One language. `share` is from 0 to 1, None before it was ever decided on; `coverage`, from 0 to 1, is
    the part of what is wanted that stands (fresh, or kept because a person made it), None for a language
    that is not frequent; `size` is in bytes."""

    language: str
    tag: str
    name: str
    own_name: str
    frequent: bool
    share: float | None
    reason: str
    lessons: int
    objects: int
    size: int
    coverage: float | None
    stale: int

    @property
    def freshness(self) -> float | None:
        """The part of what stands that is fresh, 0 to 1; None where nothing stands or nothing is wanted."""
        return 1 - self.stale / self.objects if self.frequent and self.objects else None


async def language_status(services: Services, among: Container[str] | None = None) -> list[LanguageStatus]:
    """The status of every language that was decided on or has objects, frequent ones first; where `among` is
    given, only of those.

    It costs one listing a language, and changes nothing.
    """
    data = services.data
    with reading(data) as connection:
        tier = current_tier(connection)
        known = manifest.languages(connection)
    frequent = frequent_languages(data, services.settings.predefined_languages)
    decisions = {d.tag: d for d in tier.decisions} if tier else {}
    desired, _ = load_desired(data)
    chosen = [code for code in [*frequent.codes, *frequent.others(known)] if among is None or code in among]

    async def look(language: str) -> LanguageStatus:
        decision = decisions.get(tag_of(language))
        if language not in frequent.codes:
            return _status(language, await stored_totals(store, language), decision, None, desired)
        plan = await plan_language(services, store, language, desired)
        return _status(language, plan.stored, decision, plan, desired)

    async with services.store() as store:
        return [*(await each_language(chosen, look)).values()]


def _status(
    language: str,
    there: StoredTotals,
    decision: TierDecision | None,
    plan: LanguagePlan | None,
    desired: Sequence[DesiredContent],
) -> LanguageStatus:
    """`plan` is that of a frequent language, None for any other."""
    return LanguageStatus(
        language,
        tag_of(language),
        english_name(language),
        own_name(language),
        plan is not None,
        decision.share if decision else None,
        decision.reason if decision else "predefined" if plan else "never decided on",
        there.lessons,
        there.objects,
        there.size,
        (len(desired) - len(plan.to_make)) / len(desired) if plan and desired else None,
        sum(1 for item in plan.to_make if item.existing) if plan else 0,
    )
