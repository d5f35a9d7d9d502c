"""Where each language stands: its place in the tier, and what storage holds for it."""

from dataclasses import dataclass

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.decisions import current_tier
from langassets.jobs.preload_plan import LanguagePlan, load_wanted, plan_language
from langassets.jobs.services import Services
from langassets.jobs.tier import frequent_languages
from langassets.locales import english_name, own_name, tag_of
from langassets.storage import keys


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


async def language_status(services: Services) -> list[LanguageStatus]:
    """The status of every language that was decided on or has objects; frequent ones first.

    It costs one listing a language, and changes nothing.
    """
    data, settings = services.data, services.settings
    with reading(data) as connection:
        tier = current_tier(connection)
        known = manifest.languages(connection)
    decisions = {d.language: d for d in tier.decisions} if tier else {}
    frequent = frequent_languages(data, settings.predefined_languages)
    wanted, _ = load_wanted(data)
    result = []
    async with services.store() as store:
        for language in [*frequent.codes, *frequent.others(known)]:
            found = [
                one
                async for one in store.list(keys.lessons_prefix(language))
                if keys.parse(one.key) is not None
            ]
            is_frequent = language in frequent.codes
            plan = LanguagePlan(language)
            if is_frequent:
                plan = await plan_language(
                    data, store, language, wanted, services.recipe(language), services.clock()
                )
            stale = sum(1 for item in plan.to_make if item.standing)
            decision = decisions.get(language)
            result.append(
                LanguageStatus(
                    language,
                    tag_of(language),
                    english_name(language),
                    own_name(language),
                    is_frequent,
                    decision.share if decision else None,
                    decision.reason if decision else "predefined" if is_frequent else "never decided on",
                    len({one.key.split("/")[2] for one in found}),
                    len(found),
                    sum(one.size for one in found),
                    (len(wanted) - len(plan.to_make)) / len(wanted) if is_frequent and wanted else None,
                    stale,
                )
            )
    return result
