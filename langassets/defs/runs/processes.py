"""Telling one process from every other, whatever the clock says meanwhile."""

import socket
from functools import cache
from pathlib import Path

import psutil


@cache
def this_process() -> str:
    """The identity of this process."""
    return identity(psutil.Process())


def identity(process: psutil.Process) -> str:
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
        process = psutil.Process(int(rest.split()[1]))
        return identity(process) == known and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, IndexError, ValueError):
        return False
