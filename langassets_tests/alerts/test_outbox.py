"""What waits, what was told, and what a receiver gets of it."""

import json
import logging
from collections.abc import Sequence

import pytest

from langassets.alerts import delivery
from langassets.alerts.outbox import TRIES, Alert, Outbox
from langassets_tests.servers.receiver import receiving


def _alert(key: str) -> Alert:
    return Alert(
        key, "run_failed", f"{key} failed", "It is out of credit.", f"http://127.0.0.1:3000/runs/{key}"
    )


def test_each_occasion_is_told_once_over_restarts() -> None:
    outbox = Outbox()
    outbox.add([_alert("a"), _alert("a")])
    told: list[str] = []

    def send(alert: Alert, _places: Sequence[int] | None) -> list[int]:
        told.append(alert.key)
        return []

    outbox.deliver(send)
    again = Outbox.from_json(outbox.to_json())
    again.add([_alert("a"), _alert("b")])
    again.deliver(send)
    assert told == ["a", "b"]
    assert Outbox.from_json(again.to_json()) == again


def test_what_cannot_be_delivered_is_let_go_and_stands_in_nobodys_way() -> None:
    outbox = Outbox()
    outbox.add([*(_alert(f"bad{number}") for number in range(7)), _alert("good")])
    told: list[str] = []

    def send(alert: Alert, _places: Sequence[int] | None) -> list[int]:
        told.append(alert.key)
        return [] if alert.key == "good" else [0]

    lost = [alert.key for _ in range(2 * TRIES) for alert in outbox.deliver(send)[1]]
    assert sorted(lost) == [f"bad{number}" for number in range(7)]
    assert told.count("good") == 1
    assert told.count("bad0") == TRIES
    assert not outbox.waiting


def test_what_is_named_for_ever_is_told_once() -> None:
    outbox = Outbox()
    told: list[str] = []
    for number in range(1200):
        outbox.add([_alert("a schedule that was missed"), _alert(f"run {number}")])
        told += [alert.key for alert in outbox.deliver(lambda _alert, _places: [])[0]]
    assert told.count("a schedule that was missed") == 1
    assert len(told) == 1201


def test_an_address_that_took_an_alert_is_not_sent_it_again() -> None:
    """One of two does not answer for a while."""
    outbox = Outbox()
    outbox.add([_alert("a")])
    with receiving() as good, receiving() as bad:
        bad.status = 500
        addresses = [good.alerts, bad.alerts, "nosuch://host"]
        for _ in range(3):
            outbox = Outbox.from_json(outbox.to_json())
            assert outbox.deliver(lambda alert, places: delivery.send(alert, addresses, places)) == ([], [])
        bad.status = 200
        sent, _ = outbox.deliver(lambda alert, places: delivery.send(alert, addresses, places))
    assert [alert.key for alert in sent] == ["a"]
    assert len(good.received) == len(bad.received) == 1


def test_a_receiver_gets_title_text_and_link() -> None:
    with receiving() as server:
        assert delivery.send(_alert("a"), [server.alerts]) == []
    [body] = server.received
    assert body["title"] == "langassets: a failed"
    assert "out of credit" in body["message"]
    assert "http://127.0.0.1:3000/runs/a" in body["message"]
    assert body["type"] == "failure"


@pytest.mark.parametrize("address", ["json://user:opensesame@127.0.0.1:9/", "nosuch://opensesame@host"])
def test_what_fails_is_said_without_the_address(address: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert delivery.send(_alert("a"), [address]) == [0]
    assert "opensesame" not in caplog.text


def test_a_heartbeat(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with receiving() as server:
        assert delivery.ping(server.address)
        server.status = 500
        assert not delivery.ping(server.address)
    assert not delivery.ping(server.address)
    assert server.asked == ["/ping/opensesame"] * 2
    ours = [record for record in caplog.records if record.name.startswith(("langassets", "httpx"))]
    assert "opensesame" not in json.dumps([record.getMessage() for record in ours])
