"""What the HTTP API holds, on loopback, against `langassets ui` and `langassets api` as they are started.

    python -m benchmarks.api status        requests a second, and how old the oldest answer was
    python -m benchmarks.api usage         events a second, and what is left of them after a SIGTERM
    python -m benchmarks.api description   schemathesis over the description, in 10,000 requests of one run

Each says what it found, and ends with 1 where the API did not hold.
"""

import argparse
import asyncio
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import sqlalchemy as sa

from langassets.database.connection import engine_of, reading
from langassets.database.schema import lesson_usage
from langassets_tests.api.running import TOKEN, Started, answers, started, wait_until

_CONFIG = Path(__file__).parents[1] / "langassets_tests" / "api" / "schemathesis.toml"
_BATCH = 10_000
_DAY = "2026-01-02"


class Connection:
    """One HTTP connection that is kept, in as little time as Python takes: the server is to be measured."""

    def __init__(self, url: str) -> None:
        self._host, self._port = urlsplit(url).hostname or "", urlsplit(url).port or 80

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)

    async def send(self, method: str, path: str, body: bytes = b"", *headers: str) -> tuple[int, bytes]:
        """One request; the status and the body of its answer."""
        lines = [f"{method} {path} HTTP/1.1", "Host: api", f"Content-Length: {len(body)}", *headers, "", ""]
        self._writer.write("\r\n".join(lines).encode() + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        assert length is not None, head
        return int(head[9:12]), await self._reader.readexactly(int(length[1]))


@contextmanager
def answering(what: str, folder: str) -> Iterator[tuple[Started, httpx.Client]]:
    """`langassets ui` or `api`, once it answers."""
    with started(what, Path(folder)) as running, closing(running.client()) as client:
        wait_until(lambda: answers(client, "/ready" if what == "ui" else "/health"), 180)
        yield running, client


def status(seconds: float, connections: int) -> bool:
    """How many answers a second, and how old the oldest was when it came."""
    with tempfile.TemporaryDirectory() as folder, answering("ui", folder) as (running, client):
        wait_until(lambda: answers(client, "/api/jobs/status"), 60)
        count, oldest, failed = asyncio.run(_ask_status(running.url, seconds, connections))
    print(f"{count / seconds:,.0f} answers a second, the oldest {oldest:.1f} s old, {failed} not 200")
    return count / seconds >= 500 and oldest <= 5 and not failed


async def _ask_status(url: str, seconds: float, connections: int) -> tuple[int, float, int]:
    end = time.monotonic() + seconds
    ages, failed = list[float](), 0

    async def ask() -> None:
        nonlocal failed
        connection = Connection(url)
        await connection.open()
        while time.monotonic() < end:
            code, body = await connection.send("GET", "/api/jobs/status")
            failed += code != 200
            if found := re.search(rb'"asOf":"([^"]+)"', body):
                ages.append((datetime.now(UTC) - datetime.fromisoformat(found[1].decode())).total_seconds())

    await asyncio.gather(*(ask() for _ in range(connections)))
    return len(ages), max(ages), failed


def usage(events: int, connections: int) -> bool:
    """Whether what was acknowledged before a SIGTERM is there once, and all of it after it was sent again."""
    keys = [str(number) for number in range(events // _BATCH)]
    with tempfile.TemporaryDirectory() as folder:
        acknowledged, seconds = _send_until_stopped(folder, keys, connections)
        home = Path(folder) / "langassets"
        kept = _kept(home)
        lost = [key for key in acknowledged if kept.get(key) != (_BATCH, _BATCH)]
        part = [key for key, found in kept.items() if found != (_BATCH, _BATCH)]
        rate = len(acknowledged) * _BATCH / seconds
        print(f"{len(acknowledged) * _BATCH:,} events acknowledged before SIGTERM, {rate:,.0f} a second;")
        print(f"{len(lost)} of those batches lost or counted twice, {len(part)} written in part;")
        with answering("api", folder) as (running, _):
            asyncio.run(_send(running.url, keys, connections, set(), lambda: None))
        kept = _kept(home)
        whole = sum(found == (_BATCH, _BATCH) for found in kept.values())
        print(f"after sending all {len(keys)} batches again, {whole} stand, each once.")
        return not lost and not part and whole == len(keys) > len(acknowledged)


def _send_until_stopped(folder: str, keys: list[str], connections: int) -> tuple[set[str], float]:
    acknowledged = set[str]()
    with answering("api", folder) as (running, _):
        begun = time.monotonic()

        def stop_halfway() -> None:
            if len(acknowledged) == len(keys) // 2:
                running.process.send_signal(signal.SIGTERM)

        asyncio.run(_send(running.url, keys, connections, acknowledged, stop_halfway))
        seconds = time.monotonic() - begun
        running.process.wait(60)
    return acknowledged, seconds


async def _send(
    url: str, keys: list[str], connections: int, acknowledged: set[str], after: Callable[[], None]
) -> None:
    waiting = iter(keys)

    async def send() -> None:
        connection = Connection(url)
        await connection.open()
        for key in waiting:
            events = [{"language": "he", "lesson": f"{key}-{n}", "day": _DAY} for n in range(_BATCH)]
            headers = (f"Authorization: Bearer {TOKEN}", f"Idempotency-Key: {key}")
            code, _ = await connection.send("POST", "/api/usage", json.dumps(events).encode(), *headers)
            if code == 200:
                acknowledged.add(key)
            after()

    work: list[Coroutine[None, None, None]] = [send() for _ in range(connections)]
    # A server that stops closes its connections: that is what is tried here.
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if outcome is not None and not isinstance(outcome, OSError | EOFError):
            raise outcome


def _kept(home: Path) -> dict[str, tuple[int, int]]:
    """Of each batch that stands in the database: its lessons, and the sum of their requests."""
    engine, table = engine_of(None, home), lesson_usage.c
    batch = sa.func.substr(table.lesson, 1, sa.func.instr(table.lesson, "-") - 1)
    query = sa.select(batch, sa.func.count(), sa.func.sum(table.requests))
    with reading(engine) as connection:
        rows = connection.execute(query.where(table.day == date.fromisoformat(_DAY)).group_by(batch)).all()
    engine.dispose()
    return {key: (lessons, requests) for key, lessons, requests in rows}


def description(requests: int, workers: int) -> bool:
    """Whether schemathesis finds anything in so many requests of one run, as the API itself counts them."""
    with tempfile.TemporaryDirectory() as folder, answering("ui", folder) as (running, client):
        before = _counted(client)
        command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(_CONFIG)]
        command += ["run", f"{running.url}/openapi.json", "--header", f"Authorization: Bearer {TOKEN}"]
        # Of the nine routes, three take something that can be varied without end in little time.
        command += ["--max-examples", str(requests * 35 // 100), "--workers", str(workers)]
        held = subprocess.run(command, cwd=folder, check=False).returncode == 0
        answered = _counted(client) - before
        print(f"{sum(answered.values()):,} requests were answered:")
        print(", ".join(f"{count:,} with {status}" for status, count in sorted(answered.items())))
        return held and answered.total() >= requests and not answered["500"]


def _counted(client: httpx.Client) -> Counter[str]:
    """How many requests the API has answered, by status."""
    line = r'^langassets_api_requests_total\{.*status="(\d+)"\} (\S+)$'
    counted = Counter[str]()
    for status, count in re.findall(line, client.get("/metrics").text, re.MULTILINE):
        counted[status] += int(float(count))
    return counted


def main() -> None:
    """Run one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["status", "usage", "description"])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=4)
    given = parser.parse_args()
    held = {
        "status": lambda: status(given.seconds, given.connections),
        "usage": lambda: usage(given.events, given.connections),
        "description": lambda: description(given.requests, given.workers),
    }[given.what]()
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
