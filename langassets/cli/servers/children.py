"""What `langassets ui` started ends with it, however it ends.

Every program carries a mark of its start in its environment, and hands it on to what it starts itself. A
process of its own waits for the launcher's end: killed, a launcher can no longer stop anything. Where that
process was killed too, the next start ends what is left.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from langassets.errors import LangassetsError

_STOP_TIME = 30.0
_MARK = re.compile(r"[A-Z_]+=[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Start:
    """One start: its mark (`VARIABLE=value`), and the identity and the process id of its launcher."""

    mark: str
    launcher: str
    pid: int


@contextmanager
def ended_with_us(record: Path, mark: str) -> Iterator[None]:
    """While the block runs, see to it that nothing with `mark` in its environment outlives this process.

    `record` is where the start is noted; what was left of one noted before is to be ended first.
    """
    from langassets.defs.runs.processes import this_process

    record.write_text(json.dumps(asdict(Start(mark, this_process(), os.getpid()))), encoding="utf-8")
    # A session of its own: what ends the launcher's terminal or group does not end it.
    watcher = subprocess.Popen(  # noqa: S603 (the command is our own)
        [sys.executable, "-m", __name__, str(record), mark], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        yield
    finally:
        _kill(mark)
        _forget(record, mark)
        watcher.communicate()


def end_left_over(record: Path) -> list[str]:
    """End what the start noted in `record` left behind; the commands of what was ended.

    Raises `LangassetsError` where that start is still under way.
    """
    noted = _noted(record)
    if noted is None:
        return []
    if _runs(noted):
        raise LangassetsError(
            f"`langassets ui` runs already, as process {noted.pid}: stop that one first, or give this one "
            "a LANGASSETS_HOME of its own."
        )
    ended = _end(noted.mark)
    _forget(record, noted.mark)
    return ended


def _forget(record: Path, mark: str) -> None:
    # By now the next start may have noted itself.
    if (noted := _noted(record)) and noted.mark == mark:
        record.unlink(missing_ok=True)


def _noted(record: Path) -> Start | None:
    try:
        found = Start(**json.loads(record.read_text(encoding="utf-8")))
        # Whatever has the mark is killed: nothing that another program could have in its environment.
        return found if _MARK.fullmatch(found.mark) else None
    except (OSError, ValueError, TypeError):
        return None


def _runs(start: Start) -> bool:
    from langassets.defs.runs.processes import identity, may_be_alive

    with suppress(psutil.Error):
        return identity(psutil.Process(start.pid)) == start.launcher and may_be_alive(start.launcher)
    return False


def _end(mark: str) -> list[str]:
    """Stop the topmost as the launcher would have done, then kill what they leave; the commands of all."""
    found = _processes(mark)
    ids = {process.pid for process in found}
    names, topmost = list[str](), list[psutil.Process]()
    for process in found:
        with suppress(psutil.Error):
            names.append(" ".join(process.cmdline()[:3]))
            if process.ppid() not in ids:
                process.terminate()
                topmost.append(process)
    psutil.wait_procs(topmost, timeout=_STOP_TIME)
    _kill(mark)
    return names


def _kill(mark: str) -> None:
    # Again for what one of them started meanwhile; what even the system cannot end is not waited for.
    for _ in range(10):
        if not (left := _processes(mark)):
            return
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=1)


def _processes(mark: str) -> list[psutil.Process]:
    found, (name, _, value) = [], mark.partition("=")
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(name) == value:
                found.append(process)
    return found


def _wait_for_the_end(record: Path, mark: str) -> None:
    """Read from a launcher that never writes, until it is gone; it takes its note away when it ended well."""
    sys.stdin.buffer.read()
    noted = _noted(record)
    if noted is not None and noted.mark == mark:
        _end(mark)
        _forget(record, mark)


if __name__ == "__main__":
    _wait_for_the_end(Path(sys.argv[1]), sys.argv[2])
