"""Each kind of alert, from a real failure to a webhook's receiver."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from langassets.alerts.outbox import TRIES
from langassets_tests.defs.conftest import Place
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
    assert "langassets: A cleanup was refused by its limit" in titles
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


def test_a_schedule_that_did_not_fire(told: Place, receiver: Receiver) -> None:
    """Watched for a month by now, and nothing was ever started."""
    state = json.loads(told.tick(SENSOR).cursor or "")
    long_ago = (datetime.now(UTC) - timedelta(days=32)).isoformat()
    for watched in state["marks"]["watched"].values():
        watched[1] = long_ago
    cursor = told.tick(SENSOR, json.dumps(state)).cursor
    told.tick(SENSOR, cursor)
    assert sorted(receiver.titles()) == [
        "langassets: language_evaluation did not start",
        "langassets: preload_frequent_languages did not start",
    ]


def test_a_heart_that_beats_until_a_job_is_late(told: Place, receiver: Receiver) -> None:
    first = told.tick("heartbeat")
    assert receiver.asked == ["/ping/opensesame"]
    state = json.loads(first.cursor or "")
    for watched in state["marks"]["watched"].values():
        watched[1] = (datetime.now(UTC) - timedelta(days=32)).isoformat()
    late = told.tick("heartbeat", json.dumps(state))
    assert "is not done" in late.said
    assert len(receiver.asked) == 1


def test_without_an_address_nobody_is_told(place: Place) -> None:
    assert "ALERT_URLS" in place.tick(SENSOR).said
    assert TRIES > 1
