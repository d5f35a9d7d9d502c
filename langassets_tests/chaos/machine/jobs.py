"""What langassets does, and what each job may leave behind."""

import asyncio
import json
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import rule

from langassets.database.schema import cleanup_journal, lesson_usage, tier_decisions
from langassets.jobs.evaluation.evaluate import evaluate, read_usage
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.preload.estimate import plan_preload
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.report import PreloadReport
from langassets.storage import keys
from langassets_tests.chaos.machine.life import PREDEFINED, Life
from langassets_tests.chaos.machine.system import KEEP_DAYS

_chance = st.one_of(st.none(), st.integers(1, 120))


class Jobs(Life):
    """Jobs run, fail and die at any operation."""

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

    def _planned(self) -> set[str]:
        return {row.key for row in self.system.rows(sa.select(cleanup_journal.c.key))}

    def _check_tier(self, before: set[str]) -> None:
        newest = sa.select(sa.func.max(tier_decisions.c.evaluated_at)).scalar_subquery()
        for row in self.system.rows(sa.select(tier_decisions).where(tier_decisions.c.evaluated_at == newest)):
            if row.tag in PREDEFINED:
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
