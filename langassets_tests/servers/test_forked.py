"""What is forked has everything already."""

import sys
from pathlib import Path

import pytest

from langassets_tests.servers.forked import forked

_LATE = {
    "pandas",
    "alembic.command",
    "openai",
    "supabase",
    "langassets.definitions",
    "langassets_tests.chaos.job",
}


def _say(file: Path, names: set[str]) -> None:
    file.write_text(" ".join(sorted(names - sys.modules.keys())), encoding="utf-8")


def test_nothing_is_left_to_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    process = forked(_say, tmp_path / "missing", _LATE)
    process.join(120)
    assert (process.exitcode, (tmp_path / "missing").read_text("utf-8")) == (0, "")
