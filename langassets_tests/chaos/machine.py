"""The life of a whole system, as Hypothesis invents it, and what must hold at every moment of it.

Lessons come, change, go and come back, all of them at times; usage shifts, and some of it names no lesson;
people edit objects, put some there and delete some; languages rise and fall; the model changes; jobs run,
fail and die at any operation; time passes.
"""

import asyncio
import json
from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from langassets.database.application import language_stats
from langassets.database.connection import writing
from langassets.database.schema import cleanup_journal, lesson_usage, tier_decisions
from langassets.errors import LangassetsError, RefusedError
from langassets.jobs.cleanup.job import clean_up, plan_cleanup
from langassets.jobs.evaluation.evaluate import evaluate, read_usage
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.preload.estimate import plan_preload
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.report import PreloadReport
from langassets.locales import tag_of
from langassets.retention.plan import CleanupPlan
from langassets.storage import keys
from langassets_tests.chaos.machine_world import ARCHIVE_DAYS, KEEP_DAYS, Killed, System
from langassets_tests.jobs.lessons import add_lesson, change_lesson, request

LANGUAGES = ("es", "fr", "ru", "ar")
# The same ones as some write them, and one that is never written as its tag is.
SPELLINGS = (*LANGUAGES, "ES", "Fr", "iw", "EN", "pt_BR", "pt-br")
_PREDEFINED = {"en", "he"}
# Keys that only look like lessons, or not even that: nobody's business but their owner's.
OTHERS = (
    "fr/lessons/1/speech.mp3",
    "fr/lessons/1/text.json.bak",
    "fr/lessons/a/b/text.json",
    "archive/readme.txt",
    "archive/fr/lessons/1/text.20300101T000000000000Z.json.txt",
    "lessons/1/text.json",
)
# Names in usage that are no lesson's.
STRANGE = ("01-photosynthesis", "999", "nosuchlesson")
_chance = st.one_of(st.none(), st.integers(1, 120))


class SystemMachine(RuleBasedStateMachine):
    """See above. `by_hand` are the bodies that people made and have not taken away themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.system = System()
        self.lessons: list[str] = []
        self.version: dict[str, int] = {}
        self.by_hand: dict[bytes, datetime] = {}
        self.others: dict[str, bytes] = {}
        self.disturbed = 0
        self.marks = 0

    def teardown(self) -> None:
        self.system.close()

    # What people and the application do

    @initialize(count=st.integers(2, 5))
    def begin(self, count: int) -> None:
        for _ in range(count):
            self.lesson_comes()
        self.languages_are_used(dict.fromkeys(("en", "he", *LANGUAGES), 100))

    @rule()
    def lesson_comes(self) -> None:
        if len(self.lessons) < 8:
            lesson = add_lesson(self.system.data, "A lesson", {"text": {"text": ""}})
            self.lessons.append(lesson)
            self._write(lesson, 1)

    @rule(data=st.data())
    def lesson_changes(self, data: st.DataObject) -> None:
        lesson = data.draw(st.sampled_from(self.lessons))
        if self.system.has_content(lesson):
            self._write(lesson, self.version[lesson] + 1)

    @rule(
        data=st.data(),
        status=st.sampled_from(["active", "active", "archived", "deleted"]),
        dated=st.booleans(),
    )
    def lesson_goes_or_returns(self, data: st.DataObject, status: str, dated: bool) -> None:
        lesson = data.draw(st.sampled_from(self.lessons))
        self.system.set_lesson(lesson, status, self.system.now if dated else None)

    @rule(data=st.data())
    def lesson_is_taken_out_of_the_tables_or_put_back(self, data: st.DataObject) -> None:
        self.system.take_out_or_put_back(data.draw(st.sampled_from(self.lessons)))

    @rule()
    def the_tables_of_lessons_are_empty_for_a_while(self) -> None:
        """An outage, as it looks from here, for longer than anything of a lesson that ended is kept."""
        before = self.system.objects()
        with self.system.no_lessons():
            for days in (0, KEEP_DAYS + 10):
                self.system.pass_time(days)
                self._attempt(self._clean_up(confirmed=False), None, None)
        self.system.now += timedelta(minutes=1)
        assert not [key for key in before if keys.parse(key) and key not in self.system.objects()]

    @rule(more=st.dictionaries(st.sampled_from(("en", "he", *SPELLINGS)), st.sampled_from([5, 50, 5000])))
    def languages_are_used(self, more: dict[str, int]) -> None:
        with writing(self.system.data) as connection:
            for language, requests in more.items():
                at = language_stats.c.language_code == language
                counted = language_stats.c.total_requests + requests
                if not connection.execute(
                    language_stats.update().where(at).values(total_requests=counted)
                ).rowcount:
                    row = {"language_code": language, "total_requests": requests}
                    connection.execute(language_stats.insert().values(**row))

    @rule(data=st.data(), language=st.sampled_from(SPELLINGS))
    def lesson_is_used(self, data: st.DataObject, language: str) -> None:
        lesson = data.draw(st.sampled_from(self.lessons))
        request(self.system.data, language, lesson, 3, self.system.now.date())

    @rule(
        language=st.sampled_from(LANGUAGES), name=st.sampled_from(STRANGE), requests=st.sampled_from([1, 900])
    )
    def usage_names_no_lesson(self, language: str, name: str, requests: int) -> None:
        request(self.system.data, language, name, requests, self.system.now.date())

    @rule(language=st.sampled_from(LANGUAGES), name=st.sampled_from(STRANGE))
    def usage_that_names_no_lesson_takes_nothing_from_any(self, language: str, name: str) -> None:
        """Whatever a cleanup would remove with it, it would have removed without."""
        before = {step.key for step in self._plan().steps}
        request(self.system.data, language, name, 900, self.system.now.date())
        plan = self._plan()
        assert {step.key for step in plan.steps} <= before, "usage that names no lesson had something removed"
        if language in plan.cleared_languages and self._matched(language) < self._unmatched(language):
            assert plan.doubts, "most of the usage names no lesson, and nobody is told"

    @rule(data=st.data())
    def person_edits_an_object(self, data: st.DataObject) -> None:
        live = self._live()
        if live:
            key = data.draw(st.sampled_from(live))
            self.by_hand.pop(self.system.objects()[key], None)  # they saw what stood there
            self._put_by_hand(key)

    @rule(data=st.data(), language=st.sampled_from(("he", *LANGUAGES)))
    def person_puts_an_object(self, data: st.DataObject, language: str) -> None:
        lesson = data.draw(st.sampled_from([*self.lessons, "gone"]))
        key = keys.LessonKey(language, lesson, "text").key
        if key not in self.system.objects():
            self._put_by_hand(key)

    @rule(data=st.data())
    def person_deletes_an_object(self, data: st.DataObject) -> None:
        live = self._live()
        if live:
            key = data.draw(st.sampled_from(live))
            self.by_hand.pop(self.system.objects()[key], None)
            self.system.remove(key)

    @rule(key=st.sampled_from(OTHERS))
    def someone_stores_something_else(self, key: str) -> None:
        self.others[key] = f"{key} {len(self.others)}".encode()
        self.system.put(key, self.others[key])

    @rule(days=st.sampled_from([1, 20, 40, 100]))
    def time_passes(self, days: int) -> None:
        self.system.pass_time(days)

    @rule(model=st.sampled_from(["gpt-6-luna", "gpt-5-mini"]))
    def the_model_is_changed(self, model: str) -> None:
        self.system.model = model

    # What langassets does

    @rule(kill_in=_chance)
    def evaluation(self, kill_in: int | None) -> None:
        before = self._frequent()
        services = self.system.services()
        settings = services.settings

        async def job() -> None:
            read_usage(self.system.data, settings.tier_half_life_days, services.clock())
            evaluate(self.system.data, settings, services.clock(), "evaluation")

        if self._attempt(job, kill_in, None):
            self._check_tier(before)
        self.system.now += timedelta(minutes=1)

    @rule(kill_in=_chance, fail_in=_chance, confirmed=st.booleans())
    def cleanup(self, kill_in: int | None, fail_in: int | None, confirmed: bool) -> None:
        before = self.system.objects()
        wanted = self._wanted()
        in_doubt = bool(self._plan().doubts) and not confirmed
        done = self._attempt(self._clean_up(confirmed=confirmed), kill_in, fail_in)
        after = self.system.objects()
        gone = [key for key in before if before[key] != after.get(key)]
        lessons = [key for key in before if keys.parse(key) or keys.parse_archived(key)]
        restored = sum(key not in before and keys.parse(key) is not None for key in after)
        assert confirmed or len(gone) - restored <= 0.5 * len(lessons), "more went than may go unconfirmed"
        assert set(gone) <= self._planned(), "something went that no plan named"
        assert set(gone) <= set(lessons), "something went that is no lesson"
        assert not wanted.intersection(gone), "an active lesson of a frequent language went"
        assert not in_doubt or not gone, "a plan in doubt was carried out"
        self._check_losses(before, after, gone)
        if done:
            plan = self._plan()
            assert not plan.steps, f"a second cleanup would do something: {plan.steps}"
            assert not self._left_behind(), "objects of lessons that ended long ago stand for ever"
        self.system.now += timedelta(minutes=1)

    @rule(kill_in=_chance, fail_in=_chance)
    def preload(self, kill_in: int | None, fail_in: int | None) -> None:
        services = self.system.services()
        reports: list[PreloadReport] = []
        languages = frequent_languages(self.system.data, services.settings.predefined_languages).codes

        async def job() -> None:
            reports.append(await preload(services, languages, run_id="preload"))

        if self._attempt(job, kill_in, fail_in) and fail_in is None:
            assert reports[0].complete, reports[0]
            self._check_lessons(languages)
            plan = asyncio.run(plan_preload(self.system.services()))
            left = {one.language: one.to_make for one in plan.languages if one.to_make}
            assert not left, f"a second preload would make {left}"
        self.system.now += timedelta(minutes=1)

    # What holds at every moment

    @invariant()
    def predefined_languages_are_frequent(self) -> None:
        assert self._frequent() >= _PREDEFINED

    @invariant()
    def nothing_a_person_made_is_lost_before_its_time(self) -> None:
        standing = set(self.system.objects().values())
        for body in [body for body in self.by_hand if body not in standing]:
            age = (self.system.now - self.by_hand.pop(body)) / timedelta(days=1)
            assert age > ARCHIVE_DAYS, (
                f"{body!r} is gone, and was there {age:.0f} days ago outside the archive"
            )
        for key, body in self.system.objects().items():
            if body in self.by_hand and keys.parse(key):
                self.by_hand[body] = self.system.now  # it stands in its place

    @invariant()
    def two_spellings_never_lead_to_two_objects(self) -> None:
        live = [place for key in self._live() if (place := keys.parse(key))]
        assert len(live) == len({replace(place, language=tag_of(place.language)) for place in live}), live

    @invariant()
    def what_is_not_a_lesson_is_not_touched(self) -> None:
        objects = self.system.objects()
        assert {key: objects.get(key) for key in self.others} == self.others

    @invariant()
    def nothing_is_paid_for_twice(self) -> None:
        assert not self.system.paid_again, "asked for, and in memory already"
        twice = sum(count - 1 for count in self.system.paid.values())
        assert twice <= 100 * self.disturbed

    @invariant()
    def every_stored_lesson_is_whole(self) -> None:
        for key, body in self.system.objects().items():
            if body not in self.by_hand and (keys.parse(key) or keys.parse_archived(key)):
                assert set(json.loads(body)) == {"text", "n"}, key

    # How

    def _write(self, lesson: str, version: int) -> None:
        self.version[lesson] = version
        text = (
            f"This lesson has the number {1000 + int(lesson)}.\n\nIt is its version {2000 + version} by now."
        )
        change_lesson(self.system.data, lesson, {"text": text, "n": version})

    def _put_by_hand(self, key: str) -> None:
        self.marks += 1
        body = json.dumps({"by hand": self.marks}).encode()
        self.system.put(key, body)
        self.by_hand[body] = self.system.now

    def _attempt(
        self, job: Callable[[], Coroutine[Any, Any, None]], kill_in: int | None, fail_in: int | None
    ) -> bool:
        """Run a job with what is to go wrong; whether it was done."""
        trip = self.system.trip
        trip.kill_in, trip.fail_in = kill_in, fail_in
        try:
            asyncio.run(job())
        except RefusedError:
            return False
        except Killed:
            self.disturbed += 1
            return False
        except LangassetsError:
            assert fail_in is not None, "a job failed for no reason"
            self.disturbed += 1
            return False
        finally:
            trip.kill_in = trip.fail_in = None
            self.system.data.dispose()
        return True

    def _clean_up(self, *, confirmed: bool) -> Callable[[], Coroutine[Any, Any, None]]:
        services = self.system.services()

        async def job() -> None:
            await clean_up(services, run_id="cleanup", confirmed=confirmed)

        return job

    def _plan(self) -> CleanupPlan:
        try:
            return asyncio.run(plan_cleanup(self.system.services())).plan
        finally:
            self.system.data.dispose()

    def _wanted(self) -> set[str]:
        """Keys of active lessons in frequent languages."""
        active = self.system.lessons_by_status("active")
        return {
            keys.LessonKey(language, lesson, "text").key for language in self._frequent() for lesson in active
        }

    def _left_behind(self) -> list[str]:
        """Keys of lessons that were archived or deleted so long ago, by their own date, that nothing of them
        is recent: usage, object or end."""
        recent = self.system.now - timedelta(days=KEEP_DAYS + 1)
        asked = {
            (row.language, row.lesson)
            for row in self.system.rows(sa.select(lesson_usage))
            if row.day >= recent.date()
        }
        ended = {
            lesson
            for status in ("archived", "deleted")
            for lesson, at in self.system.lessons_by_status(status).items()
            if at and at < recent
        }
        return [
            key
            for key in self._live()
            if (place := keys.parse(key))
            and place.lesson in ended
            and (place.language, place.lesson) not in asked
            and self.system.written(key) < recent
        ]

    def _check_losses(self, before: dict[str, bytes], after: dict[str, bytes], gone: list[str]) -> None:
        """What is deleted can be made again: its lesson still has its content, word for word as it was."""
        kept = set(after.values())
        for key in gone:
            place = keys.parse(key)
            if place is None or before[key] in kept:
                continue
            assert before[key] not in self.by_hand, "what a person made was deleted"
            version = json.loads(before[key])["n"]
            assert self.system.has_content(place.lesson), "deleted, and nothing to make it of again"
            assert version == self.version[place.lesson], "deleted, and its lesson is another by now"

    def _matched(self, language: str) -> int:
        return self._requests(language) - self._unmatched(language)

    def _unmatched(self, language: str) -> int:
        return self._requests(language, STRANGE)

    def _requests(self, language: str, names: Collection[str] | None = None) -> int:
        rows = self.system.rows(sa.select(lesson_usage).where(lesson_usage.c.language == language))
        return sum(row.requests for row in rows if names is None or row.lesson in names)

    def _live(self) -> list[str]:
        return [key for key in self.system.objects() if keys.parse(key)]

    def _frequent(self) -> set[str]:
        """By tag: before the first job the application may come to use another code more than the first."""
        return set(map(tag_of, frequent_languages(self.system.data, ("en", "he")).codes))

    def _planned(self) -> set[str]:
        return {row.key for row in self.system.rows(sa.select(cleanup_journal.c.key))}

    def _check_tier(self, before: set[str]) -> None:
        newest = sa.select(sa.func.max(tier_decisions.c.evaluated_at)).scalar_subquery()
        for row in self.system.rows(sa.select(tier_decisions).where(tier_decisions.c.evaluated_at == newest)):
            if row.tag in _PREDEFINED:
                assert row.frequent
            elif row.frequent and row.tag not in before:
                assert row.share >= 0.05 * (1 - 1e-9), "promoted below the share that promotes"
            elif not row.frequent and row.tag in before:
                assert row.share < 0.03, "demoted at or above the share that demotes"

    def _check_lessons(self, languages: tuple[str, ...]) -> None:
        """Every active lesson stands, by hand or as it is today."""
        objects = self.system.objects()
        for language in languages:
            for lesson in self.system.lessons_by_status("active"):
                body = objects[keys.LessonKey(language, lesson, "text").key]
                if body not in self.by_hand:
                    stored = json.loads(body)
                    assert stored["n"] == self.version[lesson], "an outdated lesson stands as today's"
                    assert f"{2000 + self.version[lesson]}" in stored["text"]
