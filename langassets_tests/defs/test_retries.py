"""What is tried again, what is not, and what is kept meanwhile."""

import asyncio
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import anyio
import dagster as dg
import pytest

from langassets.database import locks
from langassets.database.locks import alone_in_storage
from langassets.defs.runs.asset_run import asset_run
from langassets.jobs.history import rows_of
from langassets.jobs.preload.parts import WHOLE
from langassets.translation.engine.sending import client
from langassets_tests.defs.conftest import Place
from langassets_tests.servers.model_replies import Asked, Reply
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.ports import free_port


def _retries(result: dg.ExecuteInProcessResult) -> int:
    return sum(event.event_type is dg.DagsterEventType.STEP_UP_FOR_RETRY for event in result.all_events)


class Silent(OpenAIServer):
    """A model that leaves Hebrew out of its answers until it is `well`."""

    well = False

    def __init__(self) -> None:
        super().__init__(behaviour=self._answer_all_but_hebrew)

    def _answer_all_but_hebrew(self, asked: Asked, reply: Reply) -> Reply:
        return reply if self.well or asked.target_language != "he" else Reply([])


@pytest.fixture
def silent() -> Iterator[Silent]:
    with Silent() as server:
        yield server


def test_only_the_languages_that_failed_are_tried_again(
    home: Path, instance: dg.DagsterInstance, silent: Silent
) -> None:
    place = Place(home, instance, OPENAI_API_KEY=silent.key, OPENAI_BASE_URL=silent.url)

    def clock() -> datetime:
        """Moves on, and the model is well from the second attempt on: each begins with a record."""
        begun = rows_of(place.services.data, "runs", 1)
        silent.well = silent.well or (bool(begun) and begun[0]["outcome"] == "retried")
        return datetime.now(UTC)

    place.services.clock = clock
    result = place.run("preload_frequent_languages")
    assert result.success
    assert _retries(result) == 1
    recorded = [
        event.partition
        for event in result.all_events
        if event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION
    ]
    assert sorted(filter(None, recorded)) == ["ar", "en", "he"]
    arabic = [
        text for asked in silent.requests if asked.target_language == "ar" for text in asked.texts.values()
    ]
    assert len(arabic) == len(set(arabic))
    [row] = rows_of(place.services.data, "runs", 10)
    assert row["outcome"] == "done"
    place.services.data.dispose()


def test_a_refusal_is_not_tried_again(place: Place) -> None:
    shutil.rmtree(place.home / "storage", ignore_errors=True)
    empty = Place(place.home, place.instance, PROMOTE_SHARE="1", DEMOTE_SHARE="1", MAX_REQUESTS_PER_RUN="0")
    result = empty.run("preload_frequent_languages")
    assert not result.success
    assert _retries(result) == 0
    [row] = rows_of(place.services.data, "runs", 10)
    assert row["outcome"] == "failed"
    assert "MAX_REQUESTS_PER_RUN" in row["problem"]
    empty.services.data.dispose()


def test_a_wrong_key_is_not_tried_again(home: Path, instance: dg.DagsterInstance, silent: Silent) -> None:
    place = Place(home, instance, OPENAI_API_KEY="sk-of-somebody-else", OPENAI_BASE_URL=silent.url)
    result = place.run("preload_frequent_languages")
    assert not result.success
    assert _retries(result) == 0
    [row] = rows_of(place.services.data, "runs", 10)
    assert row["outcome"] == "failed"
    assert "OPENAI_API_KEY" in row["problem"]
    assert "somebody-else" not in row["problem"]
    place.services.data.dispose()


def test_a_model_that_is_nowhere_is_given_up_early_and_what_needs_none_is_done(
    home: Path, instance: dg.DagsterInstance, silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hebrew is in memory, English needs no model; Arabic is tried again once, and then reported."""
    monkeypatch.setattr(client, "_TRIALS_OF_THE_UNKNOWN", 0)  # which is waited for
    silent.well = True
    there = Place(home, instance, OPENAI_API_KEY=silent.key, OPENAI_BASE_URL=silent.url)
    only_hebrew = WHOLE.config(languages=["he"])
    assert there.run("preload_frequent_languages", run_config=only_hebrew).success
    shutil.rmtree(home / "storage")
    nowhere = f"http://127.0.0.1:{free_port()}/v1"
    place = Place(home, instance, OPENAI_API_KEY=silent.key, OPENAI_BASE_URL=nowhere)
    result = place.run("preload_frequent_languages")
    assert not result.success
    assert _retries(result) == 1
    standing = Counter(path.relative_to(home).parts[1] for path in home.glob("storage/*/lessons/*/*.json"))
    assert standing["he"] == standing["en"] > standing["ar"]
    row, _ = rows_of(place.services.data, "runs", 10)
    assert "could not be reached from the start" in row["problem"]
    assert "OPENAI_BASE_URL" in row["problem"]
    assert sum(row["requests"] for row in rows_of(place.services.data, "cost", 10)) < 60
    for made in (there, place):
        made.services.data.dispose()


def test_another_instance_in_the_same_database_is_waited_for_and_named(
    home: Path, instance: dg.DagsterInstance, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.1)
    place = Place(home, instance, DATABASE_URL=database_url, RETRY_DELAY="0.01")
    with alone_in_storage(place.services.data, who="cleanup, run 1a2b"):
        result = place.run("language_cleanup")
    assert not result.success
    assert _retries(result) == 3
    logged = "\n".join(entry.user_message for entry in instance.all_logs(result.run_id))
    assert "(cleanup, run 1a2b, since" in logged
    assert re.findall(r"It is tried again in ([\d.]+) s", logged) == ["0.01", "0.02", "0.04"]
    [row] = rows_of(place.services.data, "runs", 10)
    assert "another instance" in row["problem"]
    assert place.run("language_cleanup").success
    place.services.data.dispose()


def test_an_interruption_within_an_http_clients_groups_is_told_as_one(
    home: Path, instance: dg.DagsterInstance
) -> None:
    """Ctrl-C while it connects: the client wraps what was raised, as often as it likes."""
    place = Place(home, instance)

    async def connecting() -> None:
        async with anyio.create_task_group(), anyio.create_task_group():
            raise dg.DagsterExecutionInterruptedError

    @dg.asset
    def cut(context: dg.AssetExecutionContext) -> None:
        with asset_run(context, place.services):
            asyncio.run(connecting())

    result = dg.materialize([cut], instance=instance, raise_on_error=False)
    [failure] = [event for event in result.all_events if event.is_step_failure]
    assert failure.step_failure_data.error
    assert failure.step_failure_data.error.cls_name == "DagsterExecutionInterruptedError"
    assert "ended while it worked" in str(rows_of(place.services.data, "runs", 1)[0]["problem"])
