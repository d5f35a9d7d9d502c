"""A project of a test's own: the files of the root in a folder, and the commands run there for real."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from langassets_tests.commands import run_command

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
# What an interpreter reads when it starts, and a forked one does not.
_AT_START = {"PYTHONIOENCODING", "PYTHONUTF8", "LC_ALL"}
_ROOT_FILES = ("dagster.yaml", "workspace.yaml", "pyproject.toml")


@dataclass
class Project:
    """Runs commands as a user would, from the project's root, with nothing of the tester's own settings."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in _ROOT_FILES:
            shutil.copy(ROOT / name, self.folder)
        (self.folder / ".dagster").mkdir(exist_ok=True)

    @property
    def env(self) -> dict[str, str]:
        """The environment of a command."""
        names = ("PATH", "LANG", "TMPDIR", "MPLCONFIGDIR")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        return kept | {"HOME": str(self.folder), "PYTHONPATH": str(ROOT), "COLUMNS": "200"} | self.environ

    def run(self, *command: str, timeout: float = 170) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment's `bin` to its end."""
        if command[0] == "langassets" and not _AT_START & self.environ.keys():
            done = run_command(command[1:], self.folder, self.env, timeout)
            assert "\x1b" not in done.stdout + done.stderr, f"{command} colours what is no terminal"
            return done
        return subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def ok(self, *command: str) -> str:
        """Run a command that must succeed; what it printed."""
        done = self.run(*command)
        assert done.returncode == 0, f"{command} gave {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout
