"""What a state machine of a whole system knows, and how it looks at it."""

import asyncio
import json
from collections.abc import Callable, Collection, Coroutine
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from hypothesis.stateful import RuleBasedStateMachine

from langassets.database.schema import lesson_usage
from langassets.errors import LangassetsError, RefusedError
from langassets.jobs.cleanup.job import clean_up, plan_cleanup
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.locales import tag_of
from langassets.retention.plan import CleanupPlan
from langassets.storage import keys
from langassets_tests.chaos.machine.system import System
from langassets_tests.chaos.trips import Killed
from langassets_tests.jobs.lessons import change_lesson

LANGUAGES = ("es", "fr", "ru", "ar")
# Names in usage that are no lesson's.
STRANGE = ("01-photosynthesis", "999", "nosuchlesson")
PREDEFINED = frozenset({"en", "he"})


class Life(RuleBasedStateMachine):
    """The system, and what the machine remembers of it. `by_hand` are the bodies that people made and have
    not taken away themselves, `others` what is no lesson."""

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
