"""`langassets ui` and all that it starts: MB once nothing grows; what processes share counts once."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from urllib.request import urlopen

import psutil

_PATIENCE = 180.0


def _free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _memory(top: psutil.Process) -> float:
    total = 0.0
    for process in [top, *top.children(recursive=True)]:
        with suppress(psutil.Error):
            taken = process.memory_full_info()
            total += getattr(taken, "pss", taken.uss) / 2**20
    return total


def _until_answers(address: str, end: float) -> None:
    while time.monotonic() < end:
        with suppress(OSError):
            urlopen(address, timeout=5).close()
            return
        time.sleep(1)
    raise SystemExit(f"{address} does not answer")


def _settled(top: psutil.Process) -> float:
    """Once three looks, four seconds apart, differ by less than a hundredth."""
    looks = [0.0]
    while max(looks[-3:]) > 1.01 * min(looks[-3:]) or len(looks) < 6:
        time.sleep(4)
        looks.append(_memory(top))
    return looks[-1]


def main() -> None:
    web, api = _free_port(), _free_port()
    environ = os.environ | {"WEBSERVER_PORT": str(web), "API_PORT": str(api)}
    command = [sys.executable, "-c", "from langassets.cli import main; main()", "ui"]
    with Path("ui.log").open("w") as log:
        started = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    try:
        end = time.monotonic() + _PATIENCE
        _until_answers(f"http://127.0.0.1:{web}/server_info", end)
        _until_answers(f"http://127.0.0.1:{api}/openapi.json", end)
        print(f"{_settled(psutil.Process(started.pid)):.1f}")
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(60)


if __name__ == "__main__":
    main()
