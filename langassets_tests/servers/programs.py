"""Programs that a test starts and stops as an operator would, each with its whole tree of processes."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import psutil

_T = TypeVar("_T")
# Eight programs that load at once on two busy cores take their time.
PATIENCE = 300.0


class Started:
    """One program; `log` is what it said."""

    def __init__(self, name: str, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        self.log = folder / f"{name}.log"
        self._tree: list[psutil.Process] = []
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        """Everything so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def tree(self) -> list[psutil.Process]:
        """It and everything that it started, the youngest first; empty once it is gone."""
        try:
            top = psutil.Process(self.process.pid)
            return [*reversed(top.children(recursive=True)), top]
        except psutil.NoSuchProcess:
            return []

    def cut(self) -> None:
        """Its machine loses power."""
        tree = self.tree()
        for process in tree:
            _send(process, signal.SIGSTOP)  # or one would see the other die
        for process in tree:
            _send(process, signal.SIGKILL)
        self.process.wait()

    def ask_to_stop(self) -> None:
        """Say that it is to end; said once."""
        if not self._tree:
            self._tree = self.tree()
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """End it in good order, or, after half a minute, at once."""
        self.ask_to_stop()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for process in self._tree:
            _send(process, signal.SIGKILL)


class Programs:
    """All programs of a test, run in `folder` with `env`."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self.folder, self.env = folder, env
        self._started: list[Started] = []

    def start(self, name: str, *command: str | Path, **environ: str) -> Started:
        """Start one."""
        made = Started(name, [str(part) for part in command], self.folder, {**self.env, **environ})
        self._started.append(made)
        return made

    def until(self, what: str, found: Callable[[], _T | None], patience: float = PATIENCE) -> _T:
        """Wait until something is there."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            try:
                if value := found():
                    return value
            except OSError:
                pass  # not up yet
            time.sleep(0.3)
        raise AssertionError(f"waited in vain for {what}\n{self._logs()}")

    def stop(self) -> None:
        """Stop all that still run."""
        for one in reversed(self._started):
            one.ask_to_stop()
        for one in reversed(self._started):
            one.stop()

    def _logs(self) -> str:
        ends = ("\n".join(one.said.splitlines()[-25:]) for one in self._started)
        return "\n".join(f"--- {one.log.name}\n{end}" for one, end in zip(self._started, ends, strict=True))


@contextmanager
def programs(folder: Path, env: Mapping[str, str]) -> Iterator[Programs]:
    """Programs that are stopped when the block ends."""
    made = Programs(folder, env)
    try:
        yield made
    finally:
        made.stop()


def answers(port: int) -> bool:
    """Whether somebody listens; raises OSError while nobody does."""
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    return True


def _send(process: psutil.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, psutil.NoSuchProcess):
        os.kill(process.pid, number) if process.is_running() else None
