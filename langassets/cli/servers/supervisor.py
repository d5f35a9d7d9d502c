"""Programs that are started together, stopped together, and started again one by one when they die.

Run as a program, this module takes the place of `langassets ui` once everything is in order, for it takes an
eighth of the memory.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from langassets.cli.servers.children import ended_with_us
from langassets.cli.servers.ports import answers

# A program that dies at once is not started without end: 1 s pause, then twice as long each time.
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_STEADY = 60.0  # having run so long, it begins with the first pause again


@dataclass(frozen=True, slots=True)
class Program:
    """One program: its name for people, its command, and the port of this machine that must answer before it
    is started, 0 for none."""

    name: str
    command: Sequence[str]
    after: int = 0


@dataclass(slots=True)
class _Running:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    next_start: float = 0.0
    pause: float = _FIRST_PAUSE

    def look_after(self, environ: Mapping[str, str]) -> None:
        """Start the program where it does not run, and what it waits for is there."""
        now = time.monotonic()
        if self.process is not None:
            if (code := self.process.poll()) is None:
                return
            # What it started and left behind would stand in the way of the next one.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            if now - self.started > _STEADY:
                self.pause = _FIRST_PAUSE
            ending = f"exit code {code}" if code >= 0 else f"signal {-code}"
            say(f"{self.program.name} ended ({ending}); it is started again in {self.pause:.0f} s.")
            self.process, self.next_start = None, now + self.pause
            self.pause = min(self.pause * 2, _LONGEST_PAUSE)
        elif now >= self.next_start and (not self.program.after or answers(self.program.after)):
            # A group of its own: Ctrl-C reaches the supervisor alone.
            self.process = subprocess.Popen(  # noqa: S603 (the commands are our own)
                self.program.command, env=environ, start_new_session=True
            )
            self.started = now


def keep_running(programs: Sequence[Program], environ: Mapping[str, str]) -> None:
    """Start all and keep them running until SIGINT, SIGTERM or a closed terminal comes."""
    # A shell that starts things in the background has them ignore Ctrl-C, and they hand that on.
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means what it says
        numbers.append(signal.SIGHUP)
    for number in numbers:
        signal.signal(number, signal.default_int_handler)
    running = [_Running(program) for program in programs]
    try:
        while True:
            for one in running:
                one.look_after(environ)
            time.sleep(0.2)
    except KeyboardInterrupt:
        # A second Ctrl-C is not to leave anything behind.
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        with suppress(OSError):  # of a terminal that is gone
            say("Stopping.")


def say(line: str) -> None:
    """To whoever started the programs."""
    print(line, file=sys.stderr, flush=True)


def become(record: Path, mark: str, environ: Mapping[str, str], programs: Sequence[Program]) -> NoReturn:
    """Be the supervisor of these programs from now on, in this process. `mark` is that of the start noted in
    `record`; the programs have it in their environment, with `environ` beside ours."""
    told = [str(record), mark, dict(environ), [asdict(program) for program in programs]]
    os.execv(  # noqa: S606 (the command is our own)
        sys.executable, [sys.executable, "-m", "langassets.cli.servers.supervisor", json.dumps(told)]
    )


def _main(told: str) -> None:
    record, mark, environ, programs = json.loads(told)
    name, _, value = mark.partition("=")
    with ended_with_us(Path(record), mark):
        keep_running([Program(**one) for one in programs], os.environ | environ | {name: value})


if __name__ == "__main__":
    _main(sys.argv[1])
