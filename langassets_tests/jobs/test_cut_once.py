"""What a lesson needs for every language alike is done once."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.jobs.preload import contents
from langassets.jobs.preload.job import preload
from langassets.services import Services
from langassets.settings import load_settings
from langassets.translation.documents import segments
from langassets_tests.jobs.lessons import NOW, add_lesson

LANGUAGES = ("he", "ar", "es", "fr")


async def test_lessons_are_cut_once_for_all_languages(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings({"LANGASSETS_HOME": str(tmp_path), "PREDEFINED_LANGUAGES": ",".join(LANGUAGES)})
    services = Services(settings, lambda: NOW)
    services.__dict__["data"] = engine  # the cached property, filled in
    for name in ("bridge", "river", "storm"):
        text = f"# The {name}\n\nA link to [the end](#the-end).\n\n## The end\n\nIt is about a {name}."
        add_lesson(services.data, f"The {name}", {"text": {"text": text}})
    done: list[str] = []

    def counted(module: Any, name: str) -> None:
        own = getattr(module, name)

        def counting(*given: object) -> object:
            done.append(name)
            return own(*given)

        monkeypatch.setattr(module, name, counting)

    counted(contents, "document")
    counted(segments, "in_page_fragments")
    report = await preload(services, LANGUAGES, run_id="first")
    assert report.complete
    assert sum(len(one.stored) for one in report.languages) == 3 * len(LANGUAGES)
    assert (done.count("document"), done.count("in_page_fragments")) == (3, 3)
