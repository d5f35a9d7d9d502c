"""Debian's Redis, on a port of its own, with nothing kept."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import redis

from langassets_tests.servers.ports import free_port


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """A server; yields its address, to which a database's number is added. Fails where none is installed."""
    program = shutil.which("redis-server") or shutil.which("redis-server", path="/usr/bin:/usr/local/bin")
    assert program, "redis-server is missing: `make .venv/.debian` brings it, or install Debian's package"
    port = free_port()
    # It listens on loopback, and keeps nothing.
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with (folder / "redis.log").open("w") as out:
        process = subprocess.Popen([program, *options], cwd=folder, stdout=out, stderr=subprocess.STDOUT)
    try:
        _wait(port)
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    with closing(redis.Redis(port=port)) as client:
        for _ in range(200):
            try:
                if client.ping():
                    return
            except redis.ConnectionError:
                time.sleep(0.05)
    raise AssertionError("redis-server does not answer")
