"""Whatever a model answers, nothing wrong is kept, and what another try can mend is mended."""

import asyncio
import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database.connection import engine_of
from langassets.database.translations.memory import DatabaseMemory
from langassets.database.translations.refusals import DatabaseRefusals
from langassets.services import utc_now
from langassets.translation.checks import tidy
from langassets.translation.documents.document import document
from langassets.translation.engine.engine import Engine
from langassets.translation.engine.tasks import Result, Translated, TranslationTask, Untranslated
from langassets.translation.types import Provider
from langassets_tests.translation.chaos import HOPELESS, Chaos, lessons, sound
from langassets_tests.translation.engines import VirtualTime
from langassets_tests.translation.scripted import ScriptedProvider

# The whole count is run by `benchmarks/translation.py`; here a part of it, with other seeds.
ANSWERS = int(os.environ.get("CHAOS_ANSWERS", "200"))


def translated(data: sa.Engine, providers: list[Provider], tasks: list[TranslationTask]) -> dict[str, Result]:
    refusals = DatabaseRefusals(data, 3, 60, utc_now)
    engine = Engine(
        providers,
        DatabaseMemory(data),
        refusals=refusals,
        max_doubtful_share=0.02,
        timing=VirtualTime().timing(),
    )

    async def collect() -> dict[str, Result]:
        return {result.id: result async for result in engine.translate(tasks)}

    return asyncio.run(collect())


def assert_sound(task: TranslationTask, result: Translated) -> None:
    """Every translation is the one right answer, and the lesson around it is as it was."""
    for text, translation in result.translations.items():
        assert translation == tidy(text, sound(text, task.target_language), task.target_language)
    rebuilt = task.document.rebuild(result.translations, task.target_language)  # type: ignore[attr-defined]
    assert len(document("text", rebuilt).segments) == len(task.document.segments)


@pytest.mark.parametrize("count", [1, 2], ids=["one provider", "with a fallback"])
def test_nothing_wrong_is_kept_and_everything_that_can_be_is_rescued(
    count: int, migrated_sqlite: Path, tmp_path: Path
) -> None:
    (tmp_path / "langassets.db").write_bytes(migrated_sqlite.read_bytes())
    data = engine_of(None, tmp_path)
    chaos = Chaos(seed=count)
    seed = 0
    while chaos.answers < ANSWERS:
        seed += 1
        tasks = list(lessons(6, seed))
        names = [("openai", "gpt-6-luna"), ("gemini", "gemini-3.5-flash-lite")][:count]
        results = translated(data, [ScriptedProvider(chaos, *name) for name in names], tasks)
        assert set(results) == {task.id for task in tasks}
        for task in tasks:
            result = results[task.id]
            if any(HOPELESS in segment.text for segment in task.document.segments):
                assert isinstance(result, Untranslated)
                assert all(HOPELESS in problem.text for problem in result.problems)
                assert result.stopped is None
            else:
                assert isinstance(result, Translated), result
                assert_sound(task, result)
    assert len(chaos.faults) >= 20
    data.dispose()
