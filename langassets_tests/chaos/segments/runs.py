"""Preloads run, are disturbed, and leave what must hold."""

import asyncio
from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from langassets.database.connection import writing
from langassets.database.decisions import Tier, record_tier
from langassets.database.translations.reviews import Verdict
from langassets.errors import LangassetsError
from langassets.ingestion.review.speaking import Request
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.report import PreloadReport
from langassets.tiering.policy import TierDecision
from langassets_tests.chaos.segments.authors import MODELS
from langassets_tests.chaos.segments.editors import Editors
from langassets_tests.chaos.segments.state import Standing
from langassets_tests.chaos.segments.texts import LANGUAGES, own_words
from langassets_tests.chaos.trips import Killed
from langassets_tests.jobs.lessons import NOW

_chance = st.one_of(st.none(), st.none(), st.integers(1, 80))
_meanwhile = st.one_of(
    st.none(),
    st.tuples(st.just("edit"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.sampled_from(Verdict), st.integers(0, 9), st.integers(0, 1)),
)


class Runs(Standing, Editors):
    """A run that nothing disturbs leaves every lesson fresh that could be; no run loses anything."""

    @initialize(models=st.sampled_from(MODELS), lessons=st.integers(1, 2))
    def begin(self, models: list[tuple[str, str]], lessons: int) -> None:
        self.world.names = models
        frequent = tuple(TierDecision(code, code, 1.0, 1.0, True, "kept", "") for code in LANGUAGES)
        with writing(self.world.data) as connection:
            record_tier(connection, Tier(NOW, NOW, frequent), "run")
        for _ in range(lessons):
            self.lesson_comes()
        self.preload(None, None, None, None)

    @rule(
        kill_in=_chance,
        fail_in=st.one_of(st.none(), st.none(), st.integers(1, 15)),
        foul=st.one_of(st.none(), st.integers(0, 1000)),
        meanwhile=_meanwhile,
    )
    def preload(
        self,
        kill_in: int | None,
        fail_in: int | None,
        foul: int | None,
        meanwhile: tuple[object, int, int] | None,
    ) -> None:
        world = self.world
        spoken = sum(world.spoken.values())
        world.alone = True
        world.meanwhile = (lambda: self._happens(*meanwhile)) if meanwhile else None
        world.models.chance = None if foul is None else Random(foul)
        report = self._run(kill_in, fail_in)
        stopped = report is None or report.stopped is not None
        world.ledger.end(world.now, whole=not stopped, refused=world.refused_at)
        self.check_that_no_error_stands()
        if not stopped and foul is None and fail_in is None and spoken == sum(world.spoken.values()):
            self.check_that_all_is_fresh()

    @rule()
    def night_comes(self) -> None:
        """Nothing goes wrong."""
        self.days_pass(1)
        self.preload(None, None, None, None)

    def _run(self, kill_in: int | None, fail_in: int | None) -> PreloadReport | None:
        """The report of a run that came to its end."""
        world, reports = self.world, list[PreloadReport]()

        async def job() -> None:
            reports.append(await preload(world.services(), LANGUAGES, run_id="run"))

        world.trip.kill_in, world.trip.fail_in = kill_in, fail_in
        try:
            asyncio.run(job())
        except Killed:
            return None
        except LangassetsError:
            assert fail_in is not None, "a preload failed for no reason"
            return None
        finally:
            world.trip.kill_in = world.trip.fail_in = None
            world.meanwhile = None
            world.data.dispose()
        return reports[0]

    def _happens(self, what: object, which: int, place: int) -> None:
        if what == "edit":
            self.edit_meanwhile(which, place)
            return
        self.world.alone = False  # what is asked for may come to be known meanwhile
        verdict, texts, language = Verdict(str(what)), self.texts(), ("he", "es")[place]
        text = texts[which % len(texts)]
        own = own_words(text, language, self.next_number()) if verdict is Verdict.ACCEPTED else None
        self.speak(Request(verdict, language, "Ada", text=text, translation=own))
