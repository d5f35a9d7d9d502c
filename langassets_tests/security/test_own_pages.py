"""The web UI answers its own pages, links to it, and programs on this machine."""

import pytest

from langassets.cli.servers.webserver import OwnPages, refusal

HERE = "localhost:3000"
OWN = {"host": HERE, "sec-fetch-site": "same-origin", "origin": f"http://{HERE}"}
ELSEWHERE = {"host": HERE, "sec-fetch-site": "cross-site", "origin": "https://evil.example"}


def refused(headers: dict[str, str], method: str = "GET", path: str = "/graphql", kind: str = "http") -> bool:
    return refusal(kind, method, path, headers, {"jobs.example.org"}) is not None


@pytest.mark.parametrize(
    "host", [HERE, "127.0.0.1:3000", "[::1]:3000", "jobs.example.org", "jobs.example.org:80"]
)
def test_own_pages_and_programs_are_answered(host: str) -> None:
    assert not refused({"host": host}, "POST")
    assert not refused({"host": host, "sec-fetch-site": "none", "sec-fetch-mode": "navigate"}, path="/runs/1")
    own = {"host": host, "sec-fetch-site": "same-origin", "origin": f"http://{host}"}
    assert not refused(own, "POST")
    assert not refused(own, kind="websocket")


@pytest.mark.parametrize(
    "host", ["", "evil.example:3000", "127.0.0.1.evil.example", "[::1", "192.168.1.7:3000"]
)
def test_a_name_that_is_not_ours_is_refused(host: str) -> None:
    assert refused({"host": host}, "POST")


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_other_sites_are_refused_but_for_links(method: str) -> None:
    link = {"host": HERE, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert refused(ELSEWHERE, method)
    assert refused({"host": HERE, "sec-fetch-site": "same-site"}, method)
    assert refused({"host": HERE, "origin": "null"}, method)
    assert refused(link, method, "/graphql/")
    assert refused(link, method, "/runs/1") == (method != "GET")
    assert refused({"host": HERE, "origin": "http://localhost:8080"}, kind="websocket", method="")


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_what_is_refused_goes_no_further(kind: str) -> None:
    def never(*_: object) -> None:
        raise AssertionError("it came through")

    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": kind, "method": "GET", "path": "/graphql", "headers": [(b"host", b"evil.example")]}
    await OwnPages(never, frozenset())(scope, never, send)  # type: ignore[arg-type]
    assert sent[0].get("status", sent[0].get("code")) in {403, 1008}
