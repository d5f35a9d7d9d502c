"""Fuzzing the HTTP API in this process: whatever is sent, the answer is JSON and never a server's error."""

import asyncio
import atexit
import json
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from langassets.api import create_app
from langassets.services import Services
from langassets.settings import Settings

_TOKEN = "the-token-of-the-fuzzer-0123456789"
_POSTED = ("/api/usage", "/api/jobs/trigger/cleanup")
_PATHS = ("/api/usage", "/api/usage", "/api/jobs/history", "/api/languages", _POSTED[1], "/x")


def api(data: bytes) -> None:
    """The first line is a route's number and what follows its path; the rest is the body."""
    line, _, body = data.partition(b"\n")
    _send()(line, body)


@cache
def _send() -> Callable[[bytes, bytes], None]:
    home = Path(tempfile.mkdtemp(prefix="fuzz-api-"))
    settings = Settings(
        langassets_home=home, admin_api_token=_TOKEN, dagster_webserver_url="http://127.0.0.1:9"
    )
    loop = asyncio.new_event_loop()
    app = create_app(Services(settings))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")

    def close() -> None:
        loop.run_until_complete(app.state.context.close())
        loop.run_until_complete(client.aclose())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(close)

    def send(line: bytes, body: bytes) -> None:
        loop.run_until_complete(_checked(_request(client, line, body)))

    return send


def _request(client: httpx.AsyncClient, line: bytes, body: bytes) -> Awaitable[httpx.Response]:
    number = line[0] % len(_PATHS) if line else 0
    query = "".join(chr(byte) for byte in line[1:] if 0x21 <= byte < 0x7F)
    method = "POST" if _PATHS[number] in _POSTED else "GET"
    headers = {"Authorization": f"Bearer {_TOKEN}", "Content-Type": "application/json"}
    return client.request(method, _PATHS[number], params=query, content=body, headers=headers)


async def _checked(sent: Awaitable[httpx.Response]) -> None:
    answer = await sent
    assert answer.status_code < 500 or answer.status_code == 503, answer.text  # 503: Dagster is not there
    said: Any = json.loads(answer.text)
    assert isinstance(said, dict)
    if answer.status_code != 404 or "success" in said:
        assert said["success"] is (answer.status_code < 400)
