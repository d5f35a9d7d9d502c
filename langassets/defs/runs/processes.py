"""Telling one process, and one start of the server, from every other, whatever the clock says meanwhile."""

import os
import socket
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    import psutil

SERVER_START = "LANGASSETS_SERVER_START"
"""Exported by a launcher that knows when it started: its value then is the start's id."""

_DAGSTER = ("dagster", "dagster-daemon", "dagster-webserver", "dagster_webserver", "dg", "langassets")


@cache
def this_process() -> str:
    """The identity of this process."""
    return identity(lazy.psutil.Process())


def identity(process: "psutil.Process") -> str:
    """Host, boot, id and start of a process; raises `psutil.Error` where it is gone.

    On Linux both boot and start are read as the kernel keeps them, for psutil's moments move when the
    clock is set.
    """
    boot, stat = Path("/proc/sys/kernel/random/boot_id"), Path(f"/proc/{process.pid}/stat")
    try:
        # The 20th field after the name (which ends with the last bracket): ticks since boot.
        start = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
        return f"{socket.gethostname()} {boot.read_text(encoding='ascii').strip()} {process.pid} {start}"
    except OSError:
        return f"{socket.gethostname()} - {process.pid} {process.create_time():.0f}"


def may_be_alive(known: str) -> bool:
    """Whether a process by this identity runs, or ran on another machine, of which nothing is known here."""
    host, _, rest = known.partition(" ")
    if host != socket.gethostname():
        return True
    try:
        process = lazy.psutil.Process(int(rest.split()[1]))
        return identity(process) == known and process.status() != lazy.psutil.STATUS_ZOMBIE
    except (lazy.psutil.Error, IndexError, ValueError):
        return False


def server_start() -> str:
    """An id that stays the same while the server runs, over reloads of the code and replaced code servers.

    That is what the launcher exported, or the identity of the topmost ancestor process that is Dagster's:
    the daemon replaces its code server about every minute, but not itself.
    """
    if exported := os.environ.get(SERVER_START):
        return exported
    topmost = lazy.psutil.Process()
    for ancestor in topmost.parents():
        try:
            command = ancestor.cmdline()
        except lazy.psutil.Error:
            break
        if not is_dagster(command):
            break
        topmost = ancestor
    return identity(topmost)


def is_dagster(command: list[str]) -> bool:
    """Whether a command line is one of Dagster's programs, or of ours."""
    return any(Path(part).name in _DAGSTER or part.startswith("dagster.") for part in command[:4])
