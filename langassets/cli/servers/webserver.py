"""Dagster's web server behind a guard against pages of other sites.

The web UI has no login: it listens on this machine alone. But the browser of whoever works here is on this
machine too, and Dagster carries out what a GET request asks for. Without a guard, a picture on any page that
is open there could start jobs.
"""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from dagster_webserver import cli
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from langassets.cli.servers.program import log_plainly_in_files
from langassets.settings import load_settings
from langassets.settings.web import is_loopback

_OURS = frozenset({"same-origin", "none"})


def refusal(
    kind: str, method: str, path: str, headers: Mapping[str, str], hosts: Collection[str]
) -> str | None:
    """Why a request is refused, None where it is not.

    `kind` is `http` or `websocket`, `headers` have small letters in their names, `hosts` are the names by
    which the web UI is known beside this machine's own.
    """
    host = _host(f"//{headers.get('host', '')}")
    if not (is_loopback(host) or host in hosts):
        # A page may give its own name this machine's address, and be taken for ours.
        return "The web UI is not known by this name: set DAGSTER_PUBLIC_URL to the address that people use."
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    opened = kind == "http" and method == "GET" and headers.get("sec-fetch-mode") == "navigate"
    if opened and path.rstrip("/").rpartition("/")[2] != "graphql":
        return None  # a link, in an alert for one
    if (site is not None and site not in _OURS) or (
        origin is not None and urlsplit(origin).netloc != headers.get("host")
    ):
        return "Pages of other sites may not ask the web UI for anything."
    return None


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


class OwnPages:
    """ASGI middleware that refuses what pages of other sites ask for."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        reason = None
        if scope["type"] in {"http", "websocket"}:
            headers = Headers(scope=scope)
            reason = refusal(scope["type"], scope.get("method", ""), scope["path"], headers, self._hosts)
        if reason is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(code=1008, reason=reason[:100])(scope, receive, send)
        else:
            await PlainTextResponse(reason, 403)(scope, receive, send)


def main() -> None:
    """`dagster-webserver`, with its own options, behind the guard."""
    log_plainly_in_files()
    settings = load_settings()
    addresses = (settings.dagster_public_url, settings.dagster_webserver_url)
    hosts = frozenset(_host(address) for address in addresses if address)
    made_by: Any = cli
    make_app = made_by.create_app_from_workspace_process_context

    def guarded(*given: object, **named: object) -> Starlette:
        app: Starlette = make_app(*given, **named)
        app.add_middleware(OwnPages, hosts=hosts)
        return app

    # Dagster's command makes its application by this name, and has no other place for a guard.
    made_by.create_app_from_workspace_process_context = guarded
    made_by.main()


if __name__ == "__main__":
    main()
