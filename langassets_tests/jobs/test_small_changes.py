"""A lesson that changes a little: the model sees what its texts were, and is asked for nothing else."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.jobs.preload.estimate import plan_preload
from langassets.jobs.preload.job import preload
from langassets.services import Services
from langassets.settings import load_settings
from langassets_tests.jobs.lessons import NOW, add_lesson, change_lesson
from langassets_tests.servers.model_replies import Asked, Reply
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.translator import translate

LANGUAGES = ("es", "he")
BEFORE = [
    f"Paragraph {number} says how the work is saved before the window is closed." for number in range(8)
]
CHANGED = "Paragraph 3 says how the work is not saved before the window is closed."


def text(paragraphs: list[str]) -> dict[str, str]:
    return {"text": "\n\n".join(paragraphs)}


def services_of(engine: sa.Engine, home: Path, server: OpenAIServer, **more: str) -> Services:
    environ = {
        "LANGASSETS_HOME": str(home),
        "PREDEFINED_LANGUAGES": ",".join(LANGUAGES),
        "OPENAI_API_KEY": server.key,
        "OPENAI_BASE_URL": server.url,
        "OPENAI_MODEL": "gpt-6-luna",
    }
    made = Services(load_settings(environ | more), lambda: NOW)
    made.__dict__["data"] = engine  # the cached property, filled in
    return made


async def made(services: Services, run_id: str, languages: Sequence[str] = LANGUAGES) -> None:
    report = await preload(services, languages, run_id=run_id)
    assert report.complete


async def test_what_changed_goes_to_the_model_with_what_it_was(engine: sa.Engine, tmp_path: Path) -> None:
    with OpenAIServer() as server:
        services = services_of(engine, tmp_path, server)
        lesson = add_lesson(services.data, "A lesson", {"text": text(BEFORE)})
        await made(services, "first")
        assert not any("former" in asked.payload for asked in server.requests)
        change_lesson(
            services.data, lesson, text([*BEFORE[:3], CHANGED, "Something new is said.", *BEFORE[4:]])
        )
        server.requests.clear()
        for language in LANGUAGES:
            await made(services, f"second, {language}", [language])
        await made(services, "third")
    assert len(server.requests) == 2
    for asked in server.requests:
        assert list(asked.texts.values()) == [CHANGED, "Something new is said."]
        was = {"source": BEFORE[3], "translation": translate(BEFORE[3], asked.target_language)}
        assert asked.payload["former"] == {"1": was}


async def test_the_plan_counts_what_is_shown(engine: sa.Engine, tmp_path: Path) -> None:
    with OpenAIServer() as server:
        services = services_of(engine, tmp_path, server)
        lesson = add_lesson(services.data, "A lesson", {"text": text(BEFORE)})
        await made(services, "first")
        change_lesson(services.data, lesson, text([*BEFORE[:3], CHANGED, *BEFORE[4:]]))
        shown = await plan_preload(services)
        change_lesson(
            services.data,
            lesson,
            text([*BEFORE[:3], "What is said here has no former self at all.", *BEFORE[4:]]),
        )
        new = await plan_preload(services)
        assert [one.segments - one.remembered for one in shown.languages] == [1, 1]
        for one, other in zip(shown.languages, new.languages, strict=True):
            # The former text and its translation, some seventy characters each, and what is said of them.
            assert one.expected.usage.input_tokens > other.expected.usage.input_tokens + 40
        assert shown.cost is not None
        assert new.cost is not None
        assert shown.cost.expected > new.cost.expected


@pytest.mark.parametrize("copies", [True, False], ids=["a model that copies", "one that says nothing"])
async def test_the_former_translation_is_no_answer(engine: sa.Engine, tmp_path: Path, copies: bool) -> None:
    def behaviour(asked: Asked, reply: Reply) -> Reply:
        if "former" in asked.payload:
            reply.items = [
                (int(number), was["translation"]) for number, was in asked.payload["former"].items()
            ]
        return reply

    with OpenAIServer(behaviour=behaviour) as server:
        services = services_of(engine, tmp_path, server)
        lesson = add_lesson(services.data, "A lesson", {"text": text(BEFORE)})
        await made(services, "first")
        change_lesson(services.data, lesson, text([*BEFORE[:3], CHANGED, *BEFORE[4:]]))
        if not copies:
            services = services_of(engine, tmp_path, server, MAX_REQUESTS_PER_RUN="0")
            report = await preload(services, LANGUAGES, run_id="second")
            assert not report.complete
            return
        await made(services, "second")
        async with services.store() as store:
            stored = {
                language: (await store.read(f"{language}/lessons/{lesson}/text.json"))
                for language in LANGUAGES
            }
    for language, body in stored.items():
        assert translate(CHANGED, language) in body.decode()
        assert translate(BEFORE[3], language) not in body.decode()


async def test_the_model_sees_what_a_person_had_written(engine: sa.Engine, tmp_path: Path) -> None:
    mine = "Así lo digo yo: primero se guarda el trabajo del número 3, y después se cierra la ventana."
    with OpenAIServer() as server:
        services = services_of(engine, tmp_path, server)
        lesson = add_lesson(services.data, "A lesson", {"text": text(BEFORE)})
        await made(services, "first", ["es"])
        async with services.store() as store:
            key = f"es/lessons/{lesson}/text.json"
            stored = (await store.read(key)).decode()
            await store.write(key, stored.replace(translate(BEFORE[3], "es"), mine).encode())
        change_lesson(services.data, lesson, text([*BEFORE[:3], CHANGED, *BEFORE[4:]]))
        server.requests.clear()
        await made(services, "second", ["es"])
    [asked] = server.requests
    assert asked.payload["former"] == {"1": {"source": BEFORE[3], "translation": mine}}
