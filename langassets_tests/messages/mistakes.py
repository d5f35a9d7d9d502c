"""The `langassets` command, run in this process as a user would run it."""

import sys

import pytest

from langassets.cli import main


def run(monkeypatch: pytest.MonkeyPatch, *command: str, **environ: str) -> int:
    """The exit code of a command, run in this process."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["langassets", *command])
    with pytest.raises(SystemExit) as ended:
        main()
    code = ended.value.code
    return code if isinstance(code, int) else int(code is not None)
