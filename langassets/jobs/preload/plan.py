"""Preload, first half: what is wanted of each language, held against one listing and the manifest."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.content.content_texts import ContentTexts, keep_texts
from langassets.database.manifest import ManifestEntry, change_recipe, confirm
from langassets.database.translations.segments import mark_approved
from langassets.database.usage.lesson_usage import lesson_requests
from langassets.jobs.lessons import DesiredContent
from langassets.jobs.listing import PendingWrites, StoredTotals, pages
from langassets.jobs.object_recipes import MadeBy, outdated, todays_recipes
from langassets.jobs.planned_object import COPY, PlannedObject
from langassets.locales import same_language, tag_of
from langassets.services import Services
from langassets.storage import keys
from langassets.storage.listing import each_language
from langassets.storage.store import ContentStore, StoredObject
from langassets.translation.freshness import TO_MAKE, Decision, Known, decide
from langassets.translation.object_recipe import ObjectRecipe


@dataclass(slots=True)
class LanguagePlan:
    """What there is to do for one language; `to_make` has the most requested lessons first."""

    language: str
    recipe: ObjectRecipe = ObjectRecipe("")  # noqa: RUF009 - a tuple
    """The part that today's recipes of all its objects share."""

    to_make: list[PlannedObject] = field(default_factory=list)
    adopted: list[ManifestEntry] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    """Keys that were edited by hand and are left alone."""

    edited_stale: list[str] = field(default_factory=list)
    """Those of them whose lesson has changed since."""

    unaligned: dict[str, str] = field(default_factory=dict)
    """Why what was changed in them could not be learnt, by key."""

    learnt: list[str] = field(default_factory=list)
    """Keys of objects that were edited by hand, and whose edits are learnt."""

    touched: list[PlannedObject] = field(default_factory=list)
    """The objects that were edited by hand, until that was learnt."""

    fresh: list[DesiredContent] = field(default_factory=list)
    doubtful: list[PlannedObject] = field(default_factory=list)
    """What a change of the language's recipe may not concern; see `decide`."""

    unmended: list[PlannedObject] = field(default_factory=list)
    """What else stands by today's recipe, and was made before something was mended; see `decide`."""

    unlabelled: dict[DesiredContent, str] = field(default_factory=dict)
    """Keys of what is fresh and was stored by an earlier version, which kept the language's recipe alone."""

    renewed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Keys of what stands as today's recipe would make it, by that recipe, for the manifest to say so."""

    unsegmented: list[PlannedObject] = field(default_factory=list)
    """What stands as langassets stored it, and of whose segments nothing is known."""

    read_texts: list[ContentTexts] = field(default_factory=list)
    pending: PendingWrites = field(default_factory=PendingWrites)

    @property
    def missing(self) -> bool:
        """Whether something wanted does not stand at all."""
        return any(item.existing is None for item in self.to_make)

    def stands(self, known: Known) -> bool:
        """Whether a fresh object needs no second look: all is known of it, and nothing was mended since."""
        made = ObjectRecipe.read(known.recipe)
        return known.segmented and made.is_whole and made.mended == self.recipe.mended

    def add(self, item: PlannedObject, now: datetime) -> None:
        """Sort in what was decided on one object."""
        known, before = item.known, item.made_by
        is_ours = known is not None and not (known.adopted or item.is_copy)
        if known and not (known.adopted or known.segmented) and item.decision is not Decision.KEEP_EDITED:
            self.unsegmented.append(item)
        if item.decision is Decision.STALE_RECIPE and before.model == self.recipe.model and not item.is_copy:
            self.doubtful.append(item)
        elif item.decision in TO_MAKE:
            self.to_make.append(item)
        elif is_ours and item.decision is Decision.FRESH and before.mended != self.recipe.mended:
            self.unmended.append(item)
        elif item.decision is Decision.ADOPT and item.existing:
            self.adopted.append(item.entry(item.existing, now))
        elif item.decision is Decision.KEEP_EDITED:
            self.edited.append(item.key)
            self.touched.append(item)
            if known and known.source_hash != item.desired.source_hash:
                self.edited_stale.append(item.key)
        else:
            self._keep_fresh(item)

    def _keep_fresh(self, item: PlannedObject) -> None:
        self.fresh.append(item.desired)
        if item.known and not (item.known.adopted or item.made_by.is_whole or item.is_copy):
            self.unlabelled[item.desired] = item.key

    def take_back(self, item: PlannedObject, now: datetime) -> None:
        """Decide anew on an edited object: what was changed in it is learnt."""
        assert item.known
        assert item.existing
        self.leave(item)
        self.learnt.append(item.key)
        known = item.known._replace(etag=item.existing.etag, edited=True, segmented=True)
        recipe = COPY if item.is_copy else self.recipe.language
        decision = decide(item.desired.source_hash, recipe, item.existing.etag, known)
        self.add(replace(item, decision=decision, known=known), now)

    def keep(self, items: Iterable[PlannedObject]) -> None:
        """Leave objects alone that somebody edited since they were planned."""
        for item in items:
            self.leave(item)
            self.edited.append(item.key)
            self.touched.append(item)

    def overwrite(self, items: Iterable[PlannedObject]) -> None:
        """Make objects all the same that somebody edited since they were planned."""
        for item in items:
            self.leave(item)
            self.to_make.append(replace(item, decision=Decision.OVERWRITE_EDITED))

    def wait(self, item: PlannedObject, reason: str) -> None:
        """Leave a stale object as it is, for this reason: a person is to look at it first."""
        self.leave(item)
        self.edited.append(item.key)
        self.edited_stale.append(item.key)
        self.unaligned[item.key] = reason

    def leave(self, item: PlannedObject) -> None:
        """Take an object out of the plan, to be decided on anew."""
        for keys_of in (self.edited, self.edited_stale):
            if item.key in keys_of:
                keys_of.remove(item.key)
        for items in (self.touched, self.to_make):
            items[:] = [one for one in items if one.key != item.key]

    def decide(self, services: Services) -> None:
        """Decide on what is doubtful, by the texts of each, and on what was made before something was mended:
        fresh or to be made again."""
        made = {item.desired: item.made_by for item in [*self.doubtful, *self.unmended]}
        mended = outdated(services.data, made, self.recipe.mended)
        known = {item.desired: item.made_by for item in self.doubtful if item.desired not in mended}
        today = self._todays_recipes(services, known)
        for item in self.doubtful:
            recipe = today.get(item.desired)
            if recipe and recipe.makes_the_same_as(item.made_by):
                self.fresh.append(item.desired)
                self.renewed[str(recipe)].append(item.key)
            else:
                self.to_make.append(item)
        for item in self.unmended:
            if item.desired in mended:
                self.to_make.append(replace(item, decision=Decision.STALE_RECIPE))
                continue
            self._keep_fresh(item)
            if item.made_by.is_whole:
                self.renewed[str(item.made_by._replace(mended=self.recipe.mended))].append(item.key)
        self.doubtful.clear()
        self.unmended.clear()

    def label(self, services: Services) -> None:
        """Find out by what the objects of earlier versions were made, while that is still so today."""
        known = dict.fromkeys(self.unlabelled, ObjectRecipe(self.recipe.language))
        found = self._todays_recipes(services, known)
        # What a person approved since the plan is not in those objects: then the next run sees to it.
        if found and services.recipe(self.language) == self.recipe:
            for want, recipe in found.items():
                self.renewed[str(recipe)].append(self.unlabelled[want])
        self.unlabelled.clear()

    def _todays_recipes(self, services: Services, known: MadeBy) -> dict[DesiredContent, ObjectRecipe]:
        found, read = todays_recipes(services, self.language, self.recipe, known)
        self.read_texts += read
        return found


async def plan_languages(
    services: Services, store: ContentStore, languages: Iterable[str], desired: Sequence[DesiredContent]
) -> dict[str, LanguagePlan]:
    """What a preload has to do for each language, by today's settings."""
    overwrite = services.settings.overwrite_edited

    async def plan(language: str) -> LanguagePlan:
        return await plan_language(services, store, language, desired, overwrite_edited=overwrite)

    return await each_language(languages, plan)


async def plan_language(
    services: Services,
    store: ContentStore,
    language: str,
    desired: Sequence[DesiredContent],
    *,
    overwrite_edited: bool = False,
    totals: StoredTotals | None = None,
) -> LanguagePlan:
    """Decide on every wanted content of one language. Costs one listing, and changes nothing; what stands is
    added to `totals`, where they are given.

    What is held throughout is what is wanted, and what is to be made.
    """
    plan = LanguagePlan(language, services.recipe(language))
    recipes = {
        source: COPY if same_language(source, language) else plan.recipe.language
        for source in {want.source_language for want in desired}
    }
    now = services.clock()

    def add(want: DesiredContent, key: str, there: StoredObject | None, known: Known | None) -> None:
        decision = decide(
            want.source_hash,
            recipes[want.source_language],
            there.etag if there else None,
            known,
            overwrite_edited=overwrite_edited,
        )
        if decision is Decision.FRESH and known and plan.stands(known):
            plan.fresh.append(want)
            return
        plan.add(PlannedObject(language, key, want, decision, there, known), now)

    prefix = keys.lessons_prefix(language)
    unseen = {keys.below(prefix, want.lesson, want.content_type): want for want in desired}
    async for page in pages(services.data, store, language, plan.pending):
        for found, known in page:
            if totals:
                totals.add(found)
            if want := unseen.pop(found.key, None):
                add(want, found.key, found, known)
    for key, want in unseen.items():
        add(want, key, None, None)
    await asyncio.to_thread(plan.decide, services)
    if plan.to_make:
        with reading(services.data) as connection:
            used = lesson_requests(connection, language)
        places = {want.place: number for number, want in enumerate(desired)}

        def rank(item: PlannedObject) -> tuple[int, int, int]:
            want = item.desired
            requests = used[want.lesson].requests if want.lesson in used else 0
            return -requests, -want.usage_count, places[want.place]

        plan.to_make.sort(key=rank)
    return plan


def record_in_manifest(data: sa.Engine, plan: LanguagePlan) -> None:
    """Bring the manifest up to date with a plan: adopt what someone else put there, take over what a killed
    run wrote, drop its notes of what it did not come to write, and renew the recipes of what stays."""
    with writing(data) as connection:
        plan.pending.record(connection)
        confirm(connection, plan.adopted)
        keep_texts(connection, plan.read_texts)
        for recipe, objects in plan.renewed.items():
            change_recipe(connection, recipe, objects)
        if plan.renewed:
            mark_approved(connection, plan.language, tag_of(plan.language), plan.recipe.language)
    plan.read_texts.clear()
