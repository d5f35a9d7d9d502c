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
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NoReturn

from langassets.cli.servers.children import ended_with_us
from langassets.cli.servers.ports import answers

# A program that dies at once is not started without end: 1 s pause, then twice as long each time.
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_STEADY = 60.0  # having run so long, it begins with the first pause again
_STOP_TIME = 30.0


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


@dataclass(slots=True)
class Supervisor:
    """Keeps programs running; `say` is told what happens."""

    programs: Sequence[Program]
    environ: Mapping[str, str]
    say: Callable[[str], None]
    _running: list[_Running] = field(default_factory=list)

    def run(self) -> None:
        """Start all and keep them running until SIGINT, SIGTERM or a closed terminal comes; then stop all."""
        # A shell that starts things in the background has them ignore Ctrl-C, and they hand that on.
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means what it says
            numbers.append(signal.SIGHUP)
        for number in numbers:
            signal.signal(number, signal.default_int_handler)
        self._running = [_Running(program) for program in self.programs]
        try:
            while True:
                for one in self._running:
                    self._look_after(one)
                time.sleep(0.2)
        except KeyboardInterrupt:
            # A second Ctrl-C is not to leave anything behind.
            for number in numbers:
                signal.signal(number, signal.SIG_IGN)
            with suppress(OSError):  # of a terminal that is gone
                self.say("Stopping.")
        finally:
            self._stop()

    def _look_after(self, one: _Running) -> None:
        now = time.monotonic()
        if one.process is not None:
            if (code := one.process.poll()) is None:
                return
            # What it started and left behind would stand in the way of the next one.
            _signal_group(one.process, signal.SIGKILL)
            if now - one.started > _STEADY:
                one.pause = _FIRST_PAUSE
            self.say(f"{one.program.name} ended ({_ending(code)}); it is started again in {one.pause:.0f} s.")
            one.process, one.next_start = None, now + one.pause
            one.pause = min(one.pause * 2, _LONGEST_PAUSE)
        elif now >= one.next_start and (not one.program.after or answers(one.program.after)):
            # A group of its own: Ctrl-C reaches the supervisor alone, which stops them in order.
            one.process = subprocess.Popen(  # noqa: S603 (the commands are our own)
                one.program.command, env=self.environ, start_new_session=True
            )
            one.started = now

    def _stop(self) -> None:
        living = [one.process for one in reversed(self._running) if one.process is not None]
        for process in living:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        end = time.monotonic() + _STOP_TIME
        for process in living:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, end - time.monotonic()))
            _signal_group(process, signal.SIGKILL)
            process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


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
        Supervisor([Program(**one) for one in programs], os.environ | environ | {name: value}, say).run()


if __name__ == "__main__":
    _main(sys.argv[1])
