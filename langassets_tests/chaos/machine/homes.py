"""Another home beside the first: a database and a bucket of its own, and one Dagster that both come upon."""

import asyncio
from contextlib import suppress
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from langassets.database.schema import metadata
from langassets.defs.runs.ownership import claim, owner, take_over
from langassets.errors import RefusedError, SettingsError
from langassets.jobs.cleanup.job import clean_up
from langassets.jobs.evaluation.evaluate import evaluate, read_usage
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.preload.job import preload
from langassets_tests.chaos.machine.life import Life
from langassets_tests.chaos.machine.system import System
from langassets_tests.jobs.lessons import add_lesson, request

_State = tuple[dict[str, bytes], dict[str, list[Any]]]


class Homes(Life):
    """No job touches what another home owns. `seen` is how the other home stood when it last did something
    itself."""

    def __init__(self) -> None:
        super().__init__()
        self.dagster = dg.DagsterInstance.ephemeral()
        self.other: System | None = None
        self.seen: _State = ({}, {})

    def teardown(self) -> None:
        self.dagster.dispose()
        if self.other:
            self.other.close()
        super().teardown()

    @precondition(lambda self: self.other is None)
    @rule(count=st.integers(1, 3))
    def another_home_is_made(self, count: int) -> None:
        self.other = System()
        for number in range(count):
            lesson = add_lesson(
                self.other.data, "Another lesson", {"text": {"text": f"Of another home {number}."}}
            )
            request(self.other.data, "es", lesson, 50, self.other.now.date())
        self.seen = _state(self.other)

    @precondition(lambda self: self.other)
    @rule(job=st.sampled_from(["evaluation", "preload", "cleanup"]), days=st.sampled_from([0, 40]))
    def the_other_home_works(self, job: str, days: int) -> None:
        assert self.other
        before = _state(self.system)
        self.other.pass_time(days)
        asyncio.run(_work(self.other, job))
        self.seen = _state(self.other)
        assert _state(self.system) == before, "a job of the other home touched this one"

    @precondition(lambda self: self.other)
    @rule(of_the_other=st.booleans(), replaces=st.booleans())
    def a_home_comes_upon_the_dagster_of_both(self, of_the_other: bool, replaces: bool) -> None:
        """Whose it is gets on; the other one is refused, until it takes it over for good."""
        home = self.other if of_the_other else self.system
        assert home
        services = home.services()
        before = owner(self.dagster)
        if replaces:
            take_over(self.dagster, services)
        elif before and before.tag != services.deployment.tag:
            with pytest.raises(SettingsError) as refused:
                claim(self.dagster, services)
            assert {before.tag, services.deployment.tag} <= set(str(refused.value).split())
            assert owner(self.dagster) == before
            return
        assert claim(self.dagster, services).ours == owner(self.dagster) == services.deployment

    @invariant()
    def no_job_touches_what_another_home_owns(self) -> None:
        if self.other:
            assert _state(self.other) == self.seen


async def _work(home: System, job: str) -> None:
    """Run a job to its end."""
    services = home.services()
    settings = services.settings
    match job:
        case "evaluation":
            read_usage(home.data, settings.tier_half_life_days, services.clock())
            evaluate(home.data, settings, services.clock(), job)
        case "preload":
            codes = frequent_languages(home.data, settings.predefined_languages).codes
            await preload(services, codes, run_id=job)
        case "cleanup":
            with suppress(RefusedError):
                await clean_up(services, run_id=job)


def _state(home: System) -> _State:
    """All that a home holds: objects, and rows by table."""
    rows = {table.name: list(home.rows(sa.select(table))) for table in metadata.tables.values()}
    return home.objects(), rows
