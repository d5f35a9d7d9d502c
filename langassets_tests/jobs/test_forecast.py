"""What plans say of real lessons, held against real tokens: before anything is learnt, and after one run."""

import asyncio
import shutil
from pathlib import Path

import sqlalchemy as sa

from langassets.database.connection import writing
from langassets.database.schema import metadata
from langassets.jobs.forecast import Forecast
from langassets.jobs.preload.estimate import plan_preload
from langassets.jobs.preload.job import preload
from langassets.locales import tag_of
from langassets.services import Services
from langassets.settings import load_settings
from langassets.translation.cost.learning import Corrections, Experience
from langassets.translation.types import TokenUsage
from langassets_tests.jobs.lessons import add_lesson
from langassets_tests.servers.tokens import CountingServer, real_tokens
from langassets_tests.translation.real_pairs import judged

LESSONS = 30
FEW = ["tl", "es", "zh-TW"]
"""Languages for a whole run: those that are the farthest off, and one of another script."""
_KEPT = ("model_usage", "installation", "language_keys")


def test_real_lessons_take_what_was_planned(engine: sa.Engine, tmp_path: Path) -> None:
    real = real_tokens()
    assert len(real) == 30
    _add_lessons(engine, list(real))
    planned = _planned(_services(engine, tmp_path, list(real)))
    took = {tag_of(name): _usage(counts) for name, counts in real.items()}
    unlearnt = {tag: _off(planned[tag].usage, took[tag]) for tag in took}
    assert _beyond(unlearnt, 0.15) == {}
    # A run in which texts were asked for again: in none, in some, or in most requests of a language.
    again = {
        tag: TokenUsage(*(round((1, 1.5, 3)[number % 3] * part) for part in _parts(usage)))
        for number, (tag, usage) in enumerate(took.items())
    }
    known = {tag: _experience(planned[tag], usage) for tag, usage in again.items()}
    corrections = Corrections(known)
    learnt = {tag: _off(corrections.of(tag).of(1, planned[tag].usage)[1], again[tag]) for tag in again}
    assert _beyond(learnt, 0.05) == {}


def test_after_one_run_plans_say_what_it_took(engine: sa.Engine, tmp_path: Path) -> None:
    known = _add_lessons(engine, list(real_tokens()))
    with CountingServer(lambda language, text: known[language][text]) as server:
        services = _services(engine, tmp_path, FEW, OPENAI_BASE_URL=server.url, OPENAI_API_KEY=server.key)
        before = _planned(services)
        asyncio.run(preload(services, FEW, run_id="first"))
        assert server.took.keys() == before.keys()
        _forget(engine, tmp_path)
        server.took.clear()
        after = _planned(services)
        asyncio.run(preload(services, FEW, run_id="second"))
        assert _beyond({tag: _off(one.usage, server.took[tag]) for tag, one in after.items()}, 0.05) == {}
        for tag, one in after.items():
            cost = services.prices.cost("gpt-6-luna", server.took[tag])
            unlearnt = before[tag].cost
            assert one.cost
            assert unlearnt
            assert cost is not None
            assert one.cost.lowest <= cost <= one.cost.highest
            assert one.cost.highest / one.cost.lowest < unlearnt.highest / unlearnt.lowest


def _experience(planned: Forecast, took: TokenUsage) -> Experience:
    sent, answered = _parts(planned.usage)
    return Experience(
        planned.requests, planned.requests, sent, took.input_tokens, answered, took.output_tokens
    )


def _forget(engine: sa.Engine, home: Path) -> None:
    """Everything that was made, but not what it took."""
    with writing(engine) as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name not in _KEPT:
                connection.execute(table.delete())
    shutil.rmtree(home / "storage")


def _add_lessons(engine: sa.Engine, languages: list[str]) -> dict[str, dict[str, str]]:
    """Thirty lessons; and their real translations, by the tag of the language and the text."""
    lessons, known = judged(LESSONS, languages)
    for number, text in enumerate(lessons):
        add_lesson(engine, f"Lesson {number}", {"text": {"text": text}})
    return {tag_of(name): texts for name, texts in known.items()}


def _services(engine: sa.Engine, home: Path, languages: list[str], **more: str) -> Services:
    environ = {
        "LANGASSETS_HOME": str(home),
        "PREDEFINED_LANGUAGES": ",".join(languages),
        "OPENAI_API_KEY": "sk-test",
        "OPENAI_MODEL": "gpt-6-luna",
        **more,
    }
    if engine.dialect.name != "sqlite":
        environ["DATABASE_URL"] = engine.url.render_as_string(hide_password=False)
    return Services(load_settings(environ))


def _planned(services: Services) -> dict[str, Forecast]:
    outlook = asyncio.run(plan_preload(services))
    assert {one.to_make for one in outlook.languages} == {LESSONS}
    return {tag_of(one.language): one.expected for one in outlook.languages}


def _usage(counts: dict[str, int]) -> TokenUsage:
    return TokenUsage(counts["input_tokens"], counts["output_tokens"])


def _parts(usage: TokenUsage) -> tuple[int, int]:
    return usage.input_tokens, usage.output_tokens


def _off(planned: TokenUsage, took: TokenUsage) -> tuple[float, float]:
    """By what part a plan is off, in and out."""
    return planned.input_tokens / took.input_tokens - 1, planned.output_tokens / took.output_tokens - 1


def _beyond(off: dict[str, tuple[float, float]], most: float) -> dict[str, tuple[float, float]]:
    return {name: parts for name, parts in off.items() if max(map(abs, parts)) > most}
