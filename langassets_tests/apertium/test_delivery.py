"""Real lessons by a real engine: nearly all are delivered in one run, and none with an error.

APERTIUM_LESSONS names a folder with the Markdown of a real course to take its lessons from.
"""

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pytest

from langassets.jobs.preload.job import preload
from langassets.jobs.preload.report import PreloadReport
from langassets.services import Services
from langassets.settings import load_settings
from langassets.translation.checks import Finding, check
from langassets.translation.markdown.escaping import TAG
from langassets.translation.types import Segment
from langassets_tests.apertium.engine import MODES, apertium_server
from langassets_tests.project import Project
from langassets_tests.translation.lessons import lesson_files, read

pytestmark = [pytest.mark.apertium, pytest.mark.timeout(1800)]

COUNT = 30
_CHAPTER = re.compile(r"^(?=## )", re.MULTILINE)


def lessons() -> list[str]:
    """The first lessons of the named course, or as many of some pages.

    Each of these begins at another chapter of the real documents at hand, and takes in those that follow
    until it is as long as they are on average.
    """
    if course := os.environ.get("APERTIUM_LESSONS"):
        return [path.read_text("utf-8") for path in sorted(Path(course).rglob("*.md"))[:COUNT]]
    texts = [read(path) for path in lesson_files("en")]
    long = sum(map(len, texts)) // len(texts)
    chapters = [chapter for text in texts for chapter in _CHAPTER.split(text) if chapter.strip()]
    return list(islice(_joined(chapters, long), COUNT))


def _joined(chapters: Sequence[str], long: int) -> Iterator[str]:
    for start in range(len(chapters)):
        lesson = ""
        for chapter in chapters[start:]:
            lesson += chapter
            if len(lesson) >= long:
                yield lesson
                break


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    folder = tmp_path / "lessons"
    folder.mkdir()
    written = lessons()
    assert len(written) == COUNT
    for number, text in enumerate(written):
        (folder / f"{number:02}.md").write_text(text, encoding="utf-8")
    with apertium_server() as server:
        environ = {
            "OPENAI_API_KEY": server.key,
            "OPENAI_BASE_URL": server.url,
            "PREDEFINED_LANGUAGES": ",".join(MODES),
            "TRANSLATION_CONCURRENCY": "2",
            "TRANSLATION_TIMEOUT": "600",
        }
        Project(tmp_path, environ).ok("langassets", "import-lessons", "lessons")
        yield Services(load_settings(environ | {"LANGASSETS_HOME": str(tmp_path / ".langassets")}))


async def test_nearly_all_is_delivered_in_one_run_and_nothing_with_an_error(services: Services) -> None:
    report = await preload(services, list(MODES), run_id="run")
    print("\n".join(told(report)))
    stored = [item for one in report.languages for item in one.stored]
    assert sum(one.desired for one in report.languages) == COUNT * len(MODES)
    assert len(stored) >= 0.99 * COUNT * len(MODES)
    errors = [finding for finding in stored_findings(services) if not finding.is_doubt]
    assert errors == []


def stored_findings(services: Services) -> Iterator[Finding]:
    """What the checks say of every translation in memory, and of every doubted one."""
    pairs = [(row.key, row.translation) for row in services.memory.everything()]
    for language in MODES:
        doubted = [one for one in services.refusals.of_language(language) if one.doubted]
        pairs += [(one.key, one.translation or "") for one in doubted]
    for key, translation in pairs:
        segment = Segment(key.text, ("",) * len(TAG.findall(key.text)))
        yield from check(segment, translation, key.source_language, key.target_language)


def told(report: PreloadReport) -> Iterator[str]:
    """What became of each language, and why a lesson waits."""
    for one in report.languages:
        figures = f"{one.segments_from_model} segments, {one.segments_doubted} doubted"
        yield f"{one.language}: {len(one.stored)} of {one.desired} contents, {figures}"
        yield from (f"    {problem.lesson}: {problem.reason}" for problem in one.failed)
