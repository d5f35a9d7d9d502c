"""Where each language stands: its place in the tier, and what storage holds for it."""

import asyncio
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.content.known_lessons import active_lessons
from langassets.database.decisions import current_tier
from langassets.database.translations.segments import counts as segment_counts
from langassets.database.translations.segments import doubted as doubted_segments
from langassets.database.translations.segments import in_order
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.lessons import load_desired
from langassets.jobs.listing import StoredTotals
from langassets.jobs.preload.plan import plan_language
from langassets.locales import english_name, own_name, tag_of
from langassets.services import Services
from langassets.storage.keys import lessons_prefix
from langassets.storage.listing import each_language


@dataclass(frozen=True, slots=True)
class LanguageStatus:
    """One language. `share` is from 0 to 1, None before it was ever decided on; `coverage`, from 0 to 1, is
    the part of what is wanted that stands (fresh, or kept because a person made it), None for a language
    that is not frequent. `lessons`, `objects` and `size` (in bytes) are of active lessons; what stands of
    others (archived, deleted, gone, never known) is `inactive`.

    Of what langassets stored, `segments` says how many are in each state (without those in none), `doubted`
    how many of them a check doubts. `refused` are texts that models were asked for in vain, and are not asked
    for again before `asked_again_at`, when the first of them may be.
    """

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
    inactive_objects: int
    inactive_size: int
    coverage: float | None
    stale: int
    segments: dict[str, int]
    doubted: int
    refused: int
    asked_again_at: datetime | None

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
        active = active_lessons(connection)
        segments = segment_counts(connection)
        doubted = doubted_segments(connection)
    frequent = frequent_languages(data, services.settings.predefined_languages)
    decisions = {d.tag: d for d in tier.decisions} if tier else {}
    desired, _ = load_desired(data)
    chosen = [code for code in [*frequent.codes, *frequent.others(known)] if among is None or code in among]

    async def look(language: str) -> LanguageStatus:
        tag = tag_of(language)
        decision = decisions.get(tag)
        totals, plan = StoredTotals(active), None
        if language in frequent.codes:
            plan = await plan_language(services, store, language, desired, totals=totals)
        else:
            async for stored in store.list(lessons_prefix(language)):
                totals.add(stored)
        return LanguageStatus(
            language,
            tag,
            english_name(language),
            own_name(language),
            plan is not None,
            decision.share if decision else None,
            decision.reason if decision else "predefined" if plan else "never decided on",
            totals.lessons,
            totals.objects,
            totals.size,
            totals.inactive_objects,
            totals.inactive_size,
            (len(desired) - len(plan.to_make)) / len(desired) if plan and desired else None,
            sum(1 for item in plan.to_make if item.existing) if plan else 0,
            in_order(segments.get(language, {})),
            doubted.get(language, 0),
            *await asyncio.to_thread(services.refusals.waiting, tag),
        )

    async with services.store() as store:
        return [*(await each_language(chosen, look)).values()]
