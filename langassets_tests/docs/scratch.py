"""A project to run a page's blocks in, as a reader would in one terminal: what a block sets, the next sees.

No key, address or port of a page is real: `…` in a `.env` stands for one, and ours takes its place.
"""

import os
import re
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil

from langassets_tests.docs.pages import Block
from langassets_tests.project import BIN, ROOT
from langassets_tests.servers.afternoon import AFTERNOON
from langassets_tests.servers.ports import free_port
from langassets_tests.servers.waiting import wait_until

# The longest of them, `make run`, takes ten seconds on an idle machine.
_PATIENCE = 300
_COPIED = ("dagster.yaml", "workspace.yaml", "pyproject.toml", "Makefile", "requirements*.lock", "deploy")
_MADE = (".uv", ".run", ".dev")  # the Makefile's stamps: what they stand for is there already
_PORTS = {"3000": "WEBSERVER_PORT", "8000": "API_PORT"}
_ADDRESS = re.compile(r"(?<=127\.0\.0\.1:)(?:3000|8000)\b|(?<=localhost:)(?:3000|8000)\b")
_SETTING = re.compile(r"^([A-Z_]+)=(.*)$", re.MULTILINE)


class Scratch:
    """One project, and a shell in it that goes on from block to block."""

    def __init__(self, folder: Path, *, active: bool) -> None:
        self.folder = folder
        self.values: dict[str, str] = {}
        """What stands for `…` in a `.env`, by variable."""
        self._ports = {port: str(free_port()) for port in _PORTS}
        _fill(folder)
        path = os.environ.get("PATH", "")
        self.env = {
            "HOME": str(folder / "home"),
            "PATH": f"{folder / '.venv' / 'bin'}:{path}" if active else path,
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "100",
            **AFTERNOON,
            **{variable: self._ports[port] for port, variable in _PORTS.items()},
        }

    def run(self, commands: str, place: str = "before the page's own", *, fails: bool = False) -> str:
        """Run commands as they stand, stopping at the first that fails; what they printed. One must fail
        where `fails` is set, and none elsewhere."""
        after = self.folder.with_suffix(".env")
        done = subprocess.run(
            ["bash", "-c", f"trap 'env -0 >{after}' EXIT\nset -euo pipefail\n{self._here(commands)}"],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        assert (done.returncode != 0) is fails, (
            f"{place}: ended with {done.returncode}:\n{commands}\n{done.stdout}\n{done.stderr}"
        )
        self.env = dict(pair.split("=", 1) for pair in after.read_text().split("\0") if "=" in pair)
        return done.stdout

    def serve(self, block: Block) -> None:
        """Run a block that stays up until it answers at its address, then stop it by Ctrl-C."""
        assert block.argument is not None
        with self.running(block.text, block.argument):
            pass

    @contextmanager
    def running(self, command: str, *addresses: str) -> Iterator[None]:
        """A command that stays up, while it answers at `addresses`; stopped by Ctrl-C afterwards."""
        log = self.folder.with_suffix(".log")
        with log.open("w") as out:
            process = subprocess.Popen(
                ["bash", "-c", self._here(command)],
                cwd=self.folder,
                env=self.env,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        tree: list[psutil.Process] = []
        try:
            for address in addresses:
                answers = partial(_answers, self._here(address))
                wait_until(address, answers, alive=process, patience=_PATIENCE, told=log.read_text)
            yield
        finally:
            if process.poll() is None:
                top = psutil.Process(process.pid)
                tree = [top, *top.children(recursive=True)]
                os.killpg(process.pid, signal.SIGINT)
            _, left = psutil.wait_procs(tree, timeout=60)
            for one in left:
                one.kill()
            process.wait()
        assert not left, f"left running after Ctrl-C: {left}\n{log.read_text()}"

    def write(self, block: Block) -> None:
        """Write a block into the file that it shows."""
        assert block.argument is not None
        file = self.folder / block.argument
        assert self.folder in file.resolve().parents, block.place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self._settings(block) if file.name == ".env" else block.text, encoding="utf-8")

    def _settings(self, block: Block) -> str:
        def filled(found: re.Match[str]) -> str:
            name, value = found.groups()
            assert "…" not in value or name in self.values, f"{block.place}: nothing stands for {name}"
            return f"{name}={self.values[name]}" if "…" in value else found[0]

        text = _SETTING.sub(filled, block.text)
        # Nobody writes this line who asks OpenAI itself.
        return (
            f"{text}OPENAI_BASE_URL={self.values['OPENAI_BASE_URL']}\n" if "OPENAI_API_KEY" in text else text
        )

    def _here(self, text: str) -> str:
        return _ADDRESS.sub(lambda found: self._ports[found[0]], text)


def _fill(folder: Path) -> None:
    for source in (found for name in _COPIED for found in ROOT.glob(name)):
        if source.is_dir():
            shutil.copytree(source, folder / source.name)
        else:
            shutil.copy(source, folder)
    for name in (".dagster", "home", ".venv"):
        (folder / name).mkdir()
    (folder / ".venv" / "bin").symlink_to(BIN)
    for stamp in _MADE:
        (folder / ".venv" / stamp).touch()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=30):
            return True
    except urllib.error.HTTPError:
        return False  # not ready yet; nobody there at all is an OSError, which waiting takes as it should
