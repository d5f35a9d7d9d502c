"""A preload in parts, as Dagster sees it: a set of runs that counts as one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from langassets.defs.alerts.overdue import not_done
from langassets.defs.runs.cron_patterns import CronPatterns
from langassets.defs.runs.ownership import claim
from langassets.ingestion.demo import load_demo
from langassets.jobs import history
from langassets.jobs.preload.parts import LANGUAGES_TAG
from langassets.services import utc_now
from langassets.settings import load_settings
from langassets_tests.defs.conftest import Place

SCHEDULE, PRELOAD = "preload_frequent_languages_schedule", "preload_frequent_languages"
DUE = datetime(2099, 11, 15, 3, tzinfo=UTC)  # after the pattern came into force, which is now


@pytest.fixture
def place(tmp_path: Path, lasting_instance: dg.DagsterInstance, postgres_url: str) -> Iterator[Place]:
    old = datetime(2026, 1, 1, tzinfo=UTC)  # since when the patterns have been in force
    settings = {"DATABASE_URL": postgres_url, "PRELOAD_LANGUAGES_PER_RUN": "1"}
    noting = Place(tmp_path, lasting_instance, lambda: old, **settings)
    noting.tick("recover_cut_runs")
    noting.services.data.dispose()
    made = Place(tmp_path, lasting_instance, utc_now, **settings)
    load_demo(made.services.data, made.services.clock())
    yield made
    made.services.data.dispose()


def test_schedule_and_start_ask_for_a_run_of_each_part(place: Place) -> None:
    for requests in (
        place.schedule_tick(SCHEDULE, DUE).run_requests,
        place.tick("preload_on_startup").run_requests,
    ):
        assert [request.tags[LANGUAGES_TAG] for request in requests] == ["ar", "en", "he"]
        assert len({request.run_key for request in requests}) == 3


def test_a_part_under_way_keeps_the_next_set_waiting(place: Place) -> None:
    run = place.unfinished(PRELOAD, dg.DagsterRunStatus.STARTED, **{LANGUAGES_TAG: "he"})
    for tick in (place.schedule_tick(SCHEDULE, DUE), place.tick("preload_on_startup")):
        assert not tick.run_requests
        assert run.run_id in tick.said


def test_a_tick_that_a_daemon_left_half_done_asks_for_the_same_set(place: Place) -> None:
    """Dagster tells by the key which runs of it are there."""
    first = place.schedule_tick(SCHEDULE, DUE).run_requests
    place.unfinished(PRELOAD, dg.DagsterRunStatus.NOT_STARTED, **{"dagster/run_key": str(first[0].run_key)})
    assert place.schedule_tick(SCHEDULE, DUE).run_requests == first


def test_a_part_sees_to_its_languages_and_leaves_the_others(place: Place) -> None:
    [request] = [
        one for one in place.schedule_tick(SCHEDULE, DUE).run_requests if one.tags[LANGUAGES_TAG] == "he"
    ]
    beside = place.unfinished(PRELOAD, dg.DagsterRunStatus.STARTED)
    result = place.run(PRELOAD, run_config=request.run_config, tags=request.tags)
    assert result.success
    events = result.asset_materializations_for_node("preloaded_translations")
    assert [event.partition for event in events] == ["he"]
    assert sorted(place.instance.get_dynamic_partitions("language")) == ["ar", "en", "he"]
    assert {path.parts[-4] for path in place.home.glob("storage/*/lessons/*/*.json")} >= {"he"}
    assert not list(place.home.glob("storage/ar/lessons/*/*.json"))
    place.instance.report_run_failed(beside)


def test_a_run_that_begins_beside_another_does_not_take_it_for_cut(place: Place) -> None:
    beside = place.unfinished(PRELOAD, dg.DagsterRunStatus.STARTED)
    gone = "a-run-that-dagster-does-not-know"
    for run in (beside.run_id, gone):
        history.begin(
            place.services.data,
            (run, "preloaded_translations", place.services.clock()),
            [beside.run_id, gone],
        )
    assert place.run(
        PRELOAD, run_config={"ops": {"preloaded_translations": {"config": {"languages": ["en"]}}}}
    ).success
    outcomes = {row["run_id"]: row["outcome"] for row in history.rows_of(place.services.data, "runs", 10)}
    assert (outcomes[beside.run_id], outcomes[gone]) == ("running", "cut")


def test_it_is_done_when_each_part_is(place: Place) -> None:
    now = datetime.now(UTC)
    an_hour_ago = (now - timedelta(hours=1, minutes=1)).strftime("%M %H * * *")
    crons = {"PRELOAD_CRON": an_hour_ago, "EVALUATION_CRON": "0 0 29 2 *"}
    patterns = CronPatterns(load_settings(crons), now - timedelta(days=2))
    own = claim(place.instance, place.services)
    for code in ("ar", "en"):
        place.unfinished(PRELOAD, dg.DagsterRunStatus.SUCCESS, **{LANGUAGES_TAG: code})
    place.unfinished(PRELOAD, dg.DagsterRunStatus.FAILURE, **{LANGUAGES_TAG: "he"})
    assert not_done(own, patterns, now) != []
    place.unfinished(PRELOAD, dg.DagsterRunStatus.SUCCESS, **{LANGUAGES_TAG: "he"})
    assert not_done(own, patterns, now) == []
