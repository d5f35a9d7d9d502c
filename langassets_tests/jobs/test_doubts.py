"""A delivered doubt: known where it stands, first in review, a warning, and over once a person has spoken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.translations.segments import doubted
from langassets.ingestion.review.exporting import to_review
from langassets.ingestion.review.importing import import_reviewed
from langassets.ingestion.review.units import Reviewed, fingerprint
from langassets.jobs import asset_checks
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.report import PreloadReport
from langassets.jobs.status import language_status
from langassets.services import Services
from langassets.settings import load_settings
from langassets_tests.jobs.lessons import NOW, add_lesson
from langassets_tests.servers.model_replies import Asked, Reply
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.translation.test_doubts import LONG, NAME, PARAGRAPHS


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    """A model that leaves one name as it is, whatever it is told."""

    def behaviour(asked: Asked, reply: Reply) -> Reply:
        texts = asked.texts
        return Reply([(number, NAME if texts[number] == NAME else text) for number, text in reply.items])

    with OpenAIServer(behaviour=behaviour) as running:
        yield running


@pytest.fixture
def services(engine: sa.Engine, server: OpenAIServer, tmp_path: Path) -> Services:
    environ = {
        "LANGASSETS_HOME": str(tmp_path),
        "OPENAI_API_KEY": server.key,
        "OPENAI_BASE_URL": server.url,
        "PREDEFINED_LANGUAGES": "en,he",
    }
    made = Services(load_settings(environ), lambda: NOW)
    made.__dict__["data"] = engine  # the cached property, filled in
    add_lesson(engine, "Long", {"text": {"text": LONG}})
    add_lesson(engine, "Short", {"text": {"text": f"# {NAME}\n\n{PARAGRAPHS[0]}"}})
    return made


async def run(services: Services, run_id: str) -> PreloadReport:
    return await preload(services, ["en", "he"], run_id=run_id)


async def test_it_stands_in_a_long_lesson_is_told_of_and_ends_with_a_persons_word(
    services: Services, server: OpenAIServer
) -> None:
    hebrew = (await run(services, "first")).of("he")
    assert [(len(hebrew.stored), len(hebrew.failed), hebrew.segments_doubted)] == [(1, 1, 1)]
    with reading(services.data) as connection:
        assert doubted(connection) == {"he": 1}
    [row] = await language_status(services, {"he"})
    assert (row.doubted, row.refused) == (1, 1)
    assert row.asked_again_at
    finding = asset_checks.nothing_is_doubted(services.data)
    assert not finding.holds
    assert finding.text.startswith("Checks doubt 1 in he.")

    first = to_review(services.data, services.recipes, "he")[0]
    assert (first.segment.text, first.translation, first.confidence) == (NAME, NAME, 0.0)
    assert "untranslated" in first.reasons[0]
    taken = Reviewed(1, "en", "he", NAME, NAME, fingerprint(NAME), approved=True)
    report = import_reviewed(services.data, services.recipes, [taken])
    assert (report.approved, report.problems) == (1, ())
    server.requests.clear()
    second = await run(services, "second")
    assert second.complete
    assert server.requests == []
    assert asset_checks.nothing_is_doubted(services.data).holds
    [row] = await language_status(services, {"he"})
    assert (row.doubted, row.refused, row.coverage) == (0, 0, 1.0)


async def test_what_is_not_approved_is_still_checked_in_full(services: Services) -> None:
    await run(services, "first")
    corrected = Reviewed(1, "en", "he", NAME, "Clear", fingerprint(NAME))
    report = import_reviewed(services.data, services.recipes, [corrected])
    assert report.approved == 0
    assert "untranslated" in report.problems[0].reason
    wrong = Reviewed(1, "en", "he", NAME, "Ясный путь", fingerprint(NAME), approved=True)
    assert "script" in import_reviewed(services.data, services.recipes, [wrong]).problems[0].reason


async def test_it_is_not_exported_as_sound(services: Services) -> None:
    await run(services, "first")
    assert NAME not in {row.key.text for row in services.memory.everything()}
