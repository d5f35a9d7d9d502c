"""Languages that have objects under more codes than one: what stands where, and bringing it together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from langassets.database.connection import reading, writing
from langassets.database.locks import alone_in_storage
from langassets.database.names import language_keys
from langassets.database.usage import lesson_usage
from langassets.jobs.cleanup.carry_out import CleanupReport, carry_out
from langassets.jobs.cleanup.open_steps import close_open_steps
from langassets.jobs.cleanup.plan import CleanupSurvey, archived_key, lesson_object
from langassets.jobs.listing import PendingWrites, listed
from langassets.locales import tag_of
from langassets.retention.decisions import plan_merge
from langassets.retention.plan import CleanupPlan, LessonObject
from langassets.services import Services
from langassets.storage.keys import LessonKey
from langassets.storage.store import ContentStore
from langassets.tiering.language_keys import Candidate, LanguageKeys
from langassets.tiering.language_keys import language_keys as keys_of
from langassets.wording import counted


@dataclass(slots=True, repr=False)  # asyncio.run makes a repr of what it returns: of every object
class LanguageSurvey:
    """By which codes languages are stored, and what it takes to have each under one."""

    keys: LanguageKeys
    objects: dict[str, int]
    """Objects that stand, by code; only of languages that may have several."""

    cleanup: CleanupSurvey
    """The steps, to be carried out as those of a cleanup are."""

    used: set[str] = field(default_factory=set)
    """Codes that the application counts requests under."""

    kept_fresh: set[str] = field(default_factory=set)
    """Codes that the manifest has objects of."""

    def seen(self) -> Iterator[str]:
        """A sentence for each code that its language should not be under, or is under besides another."""
        for code, home in sorted(self.keys.merges.items()):
            why = "which the application uses" if home in self.used else "which it is kept under"
            yield (
                f"{tag_of(code)}: {counted(self.objects.get(code, 0), 'object lies', 'objects lie')} under "
                f"{code} instead of {home}, {why}."
            )
        for tag, others in sorted(self.keys.beside.items()):
            codes = " and ".join((self.keys.of(tag), *others))
            yield f"{tag}: the application uses {codes}, and each has objects: nothing is brought together."
            for code in sorted(set(others) - self.kept_fresh):
                yield f"{tag}: nothing keeps what lies under {code} up to date."

    def cures(self) -> Iterator[str]:
        """What to do about it."""
        if self.keys.merges:
            yield "See what would be moved: langassets plan languages. Then: langassets run languages"
        others = {code for codes in self.keys.beside.values() for code in codes}
        if others:
            yield (
                "To have one code, have the application use one, and remove the row of the other from "
                "language_stats."
            )
        if others - self.kept_fresh:
            yield "To keep all up to date until then: langassets reconcile"


async def plan_languages(services: Services) -> LanguageSurvey:
    """What lies where, and what `bring_together` would do; nothing is changed. A listing for each code of a
    language that has several."""
    async with services.store() as store:
        return await _survey(services, store)


async def bring_together(services: Services, *, run_id: str) -> CleanupReport:
    """Have each language under one code, but for those of which the application uses several.

    Nothing is deleted: what has its place free is moved there, the rest archived. Killed at any point, it
    goes on where it is called again. Waits for the end of cleanups and preloads: see `alone_in_storage`.
    """
    with alone_in_storage(services.data, who=f"languages, run {run_id}"):
        async with services.store() as store:
            await close_open_steps(services.data, store, services.clock)
            found = await _survey(services, store)
            report = await carry_out(
                services.data, store, found.cleanup, None, run_id=run_id, clock=services.clock
            )
    if not report.failed:
        with writing(services.data) as connection:
            # What the application uses comes to be the code, now that nothing lies under the other.
            language_keys.record(connection, services.clock(), found.keys.merges.values())
    return report


async def _survey(services: Services, store: ContentStore) -> LanguageSurvey:
    with reading(services.data) as connection:
        recorded = language_keys.recorded(connection)
        candidates = language_keys.candidates(connection)
        spelled = lesson_usage.spellings(connection)
    pending = PendingWrites()
    standing: dict[str, list[LessonObject]] = {}
    for code in sorted(_worth_a_look(candidates, recorded, spelled)):
        standing[code] = [
            lesson_object(found, lesson, known)
            async for found, lesson, known in listed(services.data, store, code, pending)
        ]
    counts = {code: len(objects) for code, objects in standing.items()}
    now = services.clock()
    settled = keys_of(recorded, _counted(candidates, counts))
    plan = CleanupPlan(total=sum(counts.values()))
    merges = sorted(settled.merges.items())
    for home in dict.fromkeys(home for _, home in merges):
        objects = [item for code, kept in merges if kept == home for item in standing.get(code, ())]
        taken = {item.key for item in standing.get(home, ())}
        for step in plan_merge(
            objects, home, taken, key_at_home=partial(_under, home), archived_key=partial(archived_key, now)
        ):
            plan.add(step)
    used = {one.code for one in candidates if one.used}
    kept_fresh = {one.code for one in candidates if one.objects}
    return LanguageSurvey(settled, counts, CleanupSurvey(plan, now, pending=pending), used, kept_fresh)


def _worth_a_look(
    candidates: Iterable[Candidate], recorded: dict[str, str], spelled: Iterable[str]
) -> set[str]:
    """Codes below which something may lie, of languages that have more codes than one."""
    codes = {*(one.code for one in candidates), *recorded.values()}
    codes |= {tag_of(code) for code in codes}
    groups = defaultdict[str, set[str]](set)
    for key, group in LanguageKeys().spellings([*codes, *spelled]).items():
        groups[key] |= set(group)
    return {code for group in groups.values() if len(group) > 1 for code in group}


def _counted(candidates: Iterable[Candidate], counts: dict[str, int]) -> Iterator[Candidate]:
    """Candidates with what stands in storage, where that was looked at."""
    known = {one.code: one for one in candidates}
    for code in sorted({*known, *counts}):
        one = known.get(code, Candidate(code))
        yield replace(one, objects=counts.get(code, one.objects))


def _under(code: str, item: LessonObject) -> str:
    return LessonKey(code, item.lesson, item.content_type).key
