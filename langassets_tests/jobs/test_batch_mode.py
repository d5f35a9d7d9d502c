"""A preload in batch mode: handed in by one run, collected by the sensor, made into lessons by the next."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import dagster as dg
import pytest

from langassets.batch_mode.job import collect, hand_in, waiting
from langassets.batch_mode.records import BatchRecords
from langassets.database import locks
from langassets.database.connection import engine_of
from langassets.database.translations.reviews import Verdict
from langassets.definitions import assemble
from langassets.errors import PassingError, SettingsError
from langassets.ingestion.review.speaking import Request, speak
from langassets.ingestion.review.verdicts import Outcome
from langassets.jobs.preload.job import preload
from langassets.services import Services
from langassets.settings import load_settings
from langassets_tests.defs.conftest import sensor_tick
from langassets_tests.jobs.lessons import NOW, add_lesson
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.translator import translate

LANGUAGES = ["en", "he", "ar"]


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def services(server: OpenAIServer, tmp_path: Path) -> Services:
    environ = {
        "LANGASSETS_HOME": str(tmp_path),
        "OPENAI_API_KEY": server.key,
        "OPENAI_BASE_URL": server.url,
        "TRANSLATION_MODE": "batch",
    }
    made = Services(load_settings(environ), lambda: NOW)
    for number in range(3):
        text = f"# Cells {number}\n\nAll life is made of many small cells.\n"
        add_lesson(made.data, f"Lesson {number}", {"text": {"text": text}})
    return made


async def test_handed_in_once_collected_and_made_into_lessons(
    services: Services, server: OpenAIServer, tmp_path: Path
) -> None:
    server.batches.seconds = 3600
    report = await preload(services, LANGUAGES, run_id="first", deferred=True)
    assert report.waiting
    assert not report.complete
    assert report.handed_in is not None
    assert report.handed_in.segments == 8
    assert [len(one.stored) for one in report.languages] == [3, 0, 0]

    again = await preload(services, LANGUAGES, run_id="second", deferred=True)
    assert again.handed_in is not None
    assert again.handed_in.segments == 0
    assert again.handed_in.waiting > 0
    assert len(server.batches.batches) == 1
    assert waiting(services) == 1

    assert [batch.over for batch in await collect(services)] == [False]
    server.batches.seconds = 0
    [collected] = await collect(services)
    assert (collected.over, collected.segments, waiting(services)) == (True, 8, 0)

    last = await preload(services, LANGUAGES, run_id="third")
    assert last.complete
    assert [one.segments_from_model for one in last.languages] == [0, 0, 0]
    stored = json.loads((tmp_path / "storage" / "he" / "lessons" / "1" / "text.json").read_bytes())
    assert any("\u0590" <= letter <= "\u05ff" for letter in stored["text"])


def test_the_sensor_collects_and_has_the_lessons_made(services: Services, server: OpenAIServer) -> None:
    repository = assemble(services).get_repository_def()
    with dg.DagsterInstance.ephemeral() as instance:
        tick = partial(sensor_tick, repository, instance, "collect_batches")
        assert tick().said == "No batch is waited for."
        server.batches.seconds = 3600
        result = repository.get_job("preload_frequent_languages").execute_in_process(instance=instance)
        assert result.success
        assert "answered so far" in tick().said
        server.batches.seconds = 0
        [request] = tick().run_requests
        made = repository.get_job("preload_frequent_languages").execute_in_process(
            instance=instance, run_config=request.run_config
        )
        assert made.success
        assert instance.get_materialized_partitions(dg.AssetKey("preloaded_translations")) >= {"he", "ar"}
        assert tick().said == "No batch is waited for."


def test_batch_mode_wants_a_provider_with_batches() -> None:
    with pytest.raises(SettingsError, match="TRANSLATION_MODE is batch.*OPENAI_API_KEY or GEMINI_API_KEY"):
        load_settings({"TRANSLATION_MODE": "batch"})
    assert load_settings({"TRANSLATION_MODE": "batch", "GEMINI_API_KEY": "one"}).translation_mode == "batch"


def test_auto_hands_in_what_has_time_and_the_sensor_goes_on_in_the_same_way(
    services: Services, server: OpenAIServer
) -> None:
    services.settings.__dict__["translation_mode"] = "auto"
    services.clock = lambda: NOW + timedelta(hours=1)  # the hour of the daily preload
    repository = assemble(services).get_repository_def()
    job = repository.get_job("preload_frequent_languages")
    with dg.DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(instance=instance).success
        assert server.batches.batches == []  # nobody had the languages: users wait
        add_lesson(services.data, "New", {"text": {"text": "It is new, and nobody waits for it yet."}})
        assert job.execute_in_process(instance=instance).success
        assert len(server.batches.batches) == 1
        [request] = sensor_tick(repository, instance, "collect_batches").run_requests
        config = request.run_config["ops"]["preloaded_translations"]["config"]
        assert config["translation_mode"] == "auto"
        asked = len(server.requests)
        assert job.execute_in_process(instance=instance, run_config=request.run_config).success
        assert len(server.requests) == asked


async def test_a_lesson_that_cannot_be_read_fails_once(services: Services, server: OpenAIServer) -> None:
    server.batches.seconds = 3600
    add_lesson(services.data, "A list", {"text": ["no", "object"]})
    report = await preload(services, ["he"], run_id="run", deferred=True)
    [one] = report.languages
    assert [problem.reason for problem in one.failed] == [
        "its content is a list, where a JSON object is expected"
    ]
    assert one.left == 3


async def test_two_processes_hand_in_one_after_the_other(
    services: Services, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the parts of one preload do: what one has planned the other would take for left behind."""
    monkeypatch.setattr(locks, "PATIENCE", 0.1)
    shared = engine_of(postgres_url, services.settings.langassets_home)
    services.__dict__["data"] = shared
    with (
        locks.alone_with_batches(shared, who="preload, handing in batches"),
        pytest.raises(PassingError, match="handing in batches"),
    ):
        await hand_in(services, [], services.bill("run"))
    assert (await hand_in(services, [], services.bill("run"))).batches == []
    shared.dispose()


async def test_what_is_rejected_on_the_way_is_not_collected_and_asked_for_with_the_reason(
    services: Services, server: OpenAIServer
) -> None:
    text = "All life is made of many small cells."
    await preload(services, ["he"], run_id="first", deferred=True)
    said = Request(
        Verdict.REJECTED, "he", "Ada", text=text, translation=translate(text, "he"), reason="too formal"
    )
    [answer] = speak(services.data, services.recipes, said, NOW).answers
    assert answer.outcome is Outcome.TAKEN
    [collected] = await collect(services)
    assert (collected.segments, collected.rejected) == (3, 1)
    again = await preload(services, ["he"], run_id="second", deferred=True)
    assert again.handed_in is not None
    assert again.handed_in.segments == 1
    [batch] = BatchRecords(services.data).open("openai")
    [request] = batch.requests
    assert request.batch.texts == (text,)
    assert "too formal" in request.batch.complaints[0]
    assert request.batch.refused == {0: translate(text, "he")}
