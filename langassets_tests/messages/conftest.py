"""A user's folder."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder, and nothing of the tester's own settings."""
    for name in list(os.environ):
        if name not in {"PATH", "LANG", "TMPDIR", "HOME"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "one.md").write_text("# One\n\nA sentence.\n")
    (tmp_path / "semicolons.csv").write_text("language;day;count\nen;2026-01-01;5\n")
    (tmp_path / "nothing.csv").write_bytes(b"")
    (tmp_path / "latin.csv").write_bytes(b"language,lesson,day,count\nen,caf\xe9,2026-01-01,5\n")
    (tmp_path / "days.csv").write_text("language,lesson,day,count\nen,1,2026-13-45,5\nen,1,2026-01-02,4\n")
    return tmp_path
