"""What plans say of real lessons, held against real tokens: before anything is learnt."""

import asyncio
from pathlib import Path

import sqlalchemy as sa

from langassets.jobs.forecast import Forecast
from langassets.jobs.preload.estimate import plan_preload
from langassets.locales import tag_of
from langassets.services import Services
from langassets.settings import load_settings
from langassets.translation.types import TokenUsage
from langassets_tests.jobs.lessons import add_lesson
from langassets_tests.servers.tokens import real_tokens
from langassets_tests.translation.real_pairs import judged

LESSONS = 30


def test_real_lessons_take_what_was_planned(engine: sa.Engine, tmp_path: Path) -> None:
    real = real_tokens()
    assert len(real) == 30
    _add_lessons(engine, list(real))
    planned = _planned(_services(engine, tmp_path, list(real)))
    off = {
        name: _off(planned[tag_of(name)].usage, TokenUsage(counts["input_tokens"], counts["output_tokens"]))
        for name, counts in real.items()
    }
    assert _beyond(off, 0.15) == {}


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


def _off(planned: TokenUsage, took: TokenUsage) -> tuple[float, float]:
    """By what part a plan is off, in and out."""
    return planned.input_tokens / took.input_tokens - 1, planned.output_tokens / took.output_tokens - 1


def _beyond(off: dict[str, tuple[float, float]], most: float) -> dict[str, tuple[float, float]]:
    return {name: parts for name, parts in off.items() if max(map(abs, parts)) > most}
