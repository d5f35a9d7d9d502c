"""Each kind of alert, from a real failure to a webhook's receiver."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import InstigatorStatus

from langassets.alerts.outbox import TRIES
from langassets.ingestion.demo import load_demo
from langassets_tests.defs.conftest import Place
from langassets_tests.defs.daemon import daemon
from langassets_tests.servers.afternoon import AFTERNOON
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.postgres import new_database
from langassets_tests.servers.receiver import Receiver, receiving

SENSOR = "send_alerts"


@pytest.fixture
def instance(lasting_instance: dg.DagsterInstance) -> dg.DagsterInstance:
    """The sensors ask for the ticks of others."""
    return lasting_instance


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def told(home: Path, instance: dg.DagsterInstance, receiver: Receiver) -> Iterator[Place]:
    """langassets that tells the receiver, and keeps an eye on little: what it cleans up is all outdated."""
    made = Place(
        home,
        instance,
        ALERT_URLS=receiver.alerts,
        HEARTBEAT_URL=receiver.address,
        KEEP_RECENT_DAYS="0",
        KEEP_MOST_USED="0",
        MAX_DELETE_FRACTION="0",
        MAX_REQUESTS_PER_RUN="0",
    )
    yield made
    made.services.data.dispose()


def test_refused_stopped_changed_failed_and_nothing_twice(told: Place, receiver: Receiver) -> None:
    cursor = told.tick(SENSOR).cursor
    # Somebody put two objects there, of a language that is demoted below.
    for lesson in ("1", "2"):
        key = told.home / "storage" / "fr" / "lessons" / lesson / "text.json"
        key.parent.mkdir(parents=True)
        key.write_text("{}", encoding="utf-8")
        long_ago = (datetime.now(UTC) - timedelta(days=400)).timestamp()
        os.utime(key, (long_ago, long_ago))
    told.run("language_evaluation")
    told.run("language_cleanup")
    told.run("preload_frequent_languages")
    cursor = told.tick(SENSOR, cursor).cursor
    cursor = told.tick(SENSOR, cursor).cursor
    titles = receiver.titles()
    assert "langassets: A cleanup was refused" in titles
    assert "langassets: preload_frequent_languages stopped at its limit" in titles
    assert any(title.startswith("langassets: Languages promoted: es") for title in titles)
    assert any("coverage is complete" in title for title in titles)
    assert all("/runs/" in body["message"] for body in receiver.received)
    assert len(set(titles)) == len(titles)
    told.tick(SENSOR, cursor)
    assert receiver.titles() == titles


def test_a_run_that_failed_for_good_and_one_that_is_done(
    tmp_path: Path, instance: dg.DagsterInstance, receiver: Receiver
) -> None:
    (tmp_path / "empty").mkdir()
    place = Place(tmp_path / "empty", instance, ALERT_URLS=receiver.alerts, ALERT_ON_COMPLETION="true")
    cursor = place.tick(SENSOR).cursor
    place.run("language_evaluation")  # without a row of statistics
    place.run("language_cleanup")
    place.tick(SENSOR, cursor)
    titles = receiver.titles()
    assert "langassets: language_evaluation failed" in titles
    assert "langassets: language_cleanup is done" in titles
    place.services.data.dispose()


def test_an_alert_that_cannot_be_delivered_waits_and_fails_nothing(told: Place, receiver: Receiver) -> None:
    cursor = told.tick(SENSOR).cursor
    receiver.status = 500
    assert told.run("language_evaluation").success
    cursor = told.tick(SENSOR, cursor).cursor
    assert len(json.loads(cursor or "")["waiting"]) == 1
    assert "opensesame" not in (cursor or "")
    receiver.status = 200
    told.tick(SENSOR, cursor)
    assert len(receiver.received) == 1


@pytest.fixture
def month_old(home: Path, instance: dg.DagsterInstance, receiver: Receiver) -> Iterator[Place]:
    """langassets whose schedules have had their patterns for a month by now."""
    loaded_at = datetime.now(UTC) - timedelta(days=32)
    given = AFTERNOON | {"ALERT_URLS": receiver.alerts, "HEARTBEAT_URL": receiver.address}
    made = Place(home, instance, lambda: loaded_at, **given)
    yield made
    made.services.data.dispose()


def test_a_schedule_that_did_not_fire(month_old: Place, receiver: Receiver) -> None:
    """Somebody switched both off in the web UI a month ago."""
    now = datetime.now(UTC)
    with daemon(month_old) as dagster:
        assert not dagster.schedules(now - timedelta(days=31))
        for state in month_old.instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE):
            stopped = state.with_status(InstigatorStatus.STOPPED)
            month_old.instance.update_instigator_state(stopped)
        assert not dagster.schedules(now)
    cursor = month_old.tick(SENSOR).cursor
    month_old.tick(SENSOR, cursor)
    assert sorted(receiver.titles()) == [
        "langassets: language_evaluation did not start",
        "langassets: preload_frequent_languages did not start",
    ]


def test_a_heart_that_beats_until_a_job_is_late(told: Place, month_old: Place, receiver: Receiver) -> None:
    told.tick("heartbeat")
    assert receiver.asked == ["/ping/opensesame"]
    told.instance.daemon_cursor_storage.set_cursor_values({"langassets/patterns": "{}"})
    late = month_old.tick("heartbeat")
    assert "is not done" in late.said
    assert len(receiver.asked) == 1


def test_a_sensor_that_fails(home: Path, instance: dg.DagsterInstance, receiver: Receiver) -> None:
    """The model's server is gone, and what it was handed in a batch cannot be asked for."""
    with OpenAIServer() as model:
        model.batches.seconds = 3600
        place = Place(
            home,
            instance,
            ALERT_URLS=receiver.alerts,
            HEARTBEAT_URL=receiver.address,
            OPENAI_API_KEY=model.key,
            OPENAI_BASE_URL=model.url,
            TRANSLATION_MODE="batch",
        )
        assert place.run("preload_frequent_languages").success
    now = datetime.now(UTC)
    with daemon(place) as dagster:
        for minutes in (0, 6, 12):
            dagster.sensors(now + timedelta(minutes=minutes))
    [body] = [body for body in receiver.received if "collect_batches" in body["title"]]
    assert body["title"] == "langassets: Sensor collect_batches fails"
    assert "see whether the network and OPENAI_BASE_URL are right" in body["message"].splitlines()[0]
    assert "/automation" in body["message"]
    silent = place.tick("heartbeat").said
    assert "Sensor collect_batches fails" in silent
    # Switched off meanwhile, there is nothing left that could fail.
    direct = Place(home, instance, HEARTBEAT_URL=receiver.address)
    assert "All is well" in direct.tick("heartbeat").said
    for one in (place, direct):
        one.services.data.dispose()


def test_a_schedule_that_fails(
    home: Path, instance: dg.DagsterInstance, receiver: Receiver, postgres_server: str
) -> None:
    """Which runs a preload takes stands in the database, and that is gone."""
    midnight = datetime(2026, 11, 17, tzinfo=UTC)
    with new_database(postgres_server) as address:
        place = Place(
            home,
            instance,
            lambda: midnight,
            ALERT_URLS=receiver.alerts,
            HEARTBEAT_URL=receiver.address,
            DATABASE_URL=address,
            PRELOAD_LANGUAGES_PER_RUN="2",
        )
        load_demo(place.services.data, midnight)
        place.services.data.dispose()
    cursor = place.tick(SENSOR).cursor
    with daemon(place) as dagster:
        assert not dagster.schedules(midnight)
        assert not dagster.schedules(midnight + timedelta(hours=3, seconds=10))
    cursor = place.tick(SENSOR, cursor).cursor
    place.tick(SENSOR, cursor)
    [body] = [body for body in receiver.received if "did not start" not in body["title"]]
    assert body["title"] == "langassets: Schedule preload_frequent_languages_schedule fails"
    assert body["message"].startswith("The database cannot be used (DATABASE_URL)")
    assert "does not exist" in body["message"]
    assert "/automation" in body["message"]
    assert "Schedule preload_frequent_languages_schedule fails" in place.tick("heartbeat").said
    assert receiver.asked == []
    place.services.data.dispose()


def test_a_cost_limit_that_is_reached(home: Path, instance: dg.DagsterInstance, receiver: Receiver) -> None:
    with OpenAIServer() as model:
        place = Place(
            home,
            instance,
            ALERT_URLS=receiver.alerts,
            OPENAI_API_KEY=model.key,
            OPENAI_BASE_URL=model.url,
            OPENAI_MODEL="ours",
            MODEL_PRICES="ours=1000/1000",
            MAX_COST_PER_RUN="0.5",
        )
        cursor = place.tick(SENSOR).cursor
        assert not place.run("preload_frequent_languages").success
    place.tick(SENSOR, cursor)
    [body] = [body for body in receiver.received if "stopped at its limit" in body["title"]]
    assert "MAX_COST_PER_RUN" in body["message"]
    assert "/runs/" in body["message"]
    place.services.data.dispose()


def test_without_an_address_nobody_is_told(place: Place) -> None:
    assert "ALERT_URLS" in place.tick(SENSOR).said
    assert TRIES > 1
