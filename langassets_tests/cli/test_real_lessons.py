"""Real Markdown lessons, in by the command and out in three languages, by pseudo-localization."""

import json
from pathlib import Path

import pytest

from langassets.translation.providers.pseudo import pseudo
from langassets_tests.project import ROOT, Project

LESSONS = ROOT.parent / "shared" / "lessons" / "en"


@pytest.fixture
def lessons() -> dict[str, str]:
    found = {file.name: file.read_bytes().decode() for file in sorted(LESSONS.glob("*.md"))}
    assert len(found) == 7, f"this test needs the seven lessons in {LESSONS.name}/ of the shared material"
    return found


def plain(text: str) -> str:
    """Pseudo-localized text as it was before."""
    letters = "".join(map(chr, range(32, 127)))
    accented = pseudo(letters)[1:-1]
    back = {ord(new): old for old, new in zip(letters, accented, strict=True) if new != old}
    return text.translate(back | {ord("⟦"): None, ord("⟧"): None})


def folded(text: str) -> str:
    """Text without regard to where its prose breaks a line."""
    return " ".join(text.split())


def test_every_byte_outside_the_prose_is_unchanged(tmp_path: Path, lessons: dict[str, str]) -> None:
    assert all(plain(text) == text for text in lessons.values())  # the way back is a way back
    project = Project(tmp_path, {"PREDEFINED_LANGUAGES": "he,ar,es"})
    printed = project.ok("langassets", "import-lessons", str(LESSONS))
    assert "7 added" in printed
    project.ok("langassets", "run", "preload")
    storage = tmp_path / ".langassets" / "storage"
    for language in ("he", "ar", "es"):
        stored = [
            json.loads(file.read_bytes())["text"] for file in storage.glob(f"{language}/lessons/*/text.json")
        ]
        back = sorted(map(plain, stored))
        assert list(map(folded, back)) == list(map(folded, sorted(lessons.values())))
        # Only a paragraph of prose that was broken over several lines comes back as one.
        assert set(lessons.values()) - set(back) == {lessons["index.md"]}
        assert not set(stored) & set(lessons.values())

    again = project.ok("langassets", "import-lessons", str(LESSONS))
    assert "0 added, 0 updated, 7 unchanged, 0 archived" in again
