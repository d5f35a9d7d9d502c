"""The lessons' pages as HTML: templates, what every answer carries, and who may see what."""

import re
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote

import jinja2
from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute

from langassets.api.access.sessions import Visitor, from_our_pages, visitor_of
from langassets.api.context import Context
from langassets.api.problems import Problem, problem_of
from langassets.errors import LangassetsError
from langassets.locales import is_right_to_left
from langassets.translation.markdown.escaping import TAG
from langassets.translation.types import Segment

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # Without it browsers do not say which page a form was sent by.
    "Referrer-Policy": "same-origin",
}
_MOST_FIELDS = 20


class SignInError(Exception):
    """A page is for those who are signed in."""


class PageRoute(APIRoute):
    """A route whose failures are pages too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route, with what ends it turned into a page."""
        handle = super().get_route_handler()

        async def page(request: Request) -> Response:
            try:
                return await handle(request)
            except SignInError:
                return RedirectResponse(f"/login?to={quote(request.url.path)}", 303)
            except RequestValidationError:
                return _problem_page(request, 404, "There is no such page.")
            except (Problem, LangassetsError) as error:
                problem = problem_of(error)
                return _problem_page(request, problem.status, problem.body.message)

        return page


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page; whatever `values` hold is shown as text."""
    shown = {"visitor": _visitor(request), "path": request.url.path, **values}
    return HTMLResponse(_templates().get_template(template).render(shown), status, _HEADERS)


def _problem_page(request: Request, status: int, said: str) -> HTMLResponse:
    return render(request, "problem.html", status, said=said)


async def form_of(request: Request) -> dict[str, str]:
    """What a form of ours sent, by field; ends the request where it is another's."""
    from_our_pages(request)
    try:
        body = (await request.body()).decode()
        fields = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise Problem(422, "invalid", "This is no form of ours: open the page again.") from None
    return {name: value.replace("\r\n", "\n") for name, value in fields}


def _visitor(request: Request) -> Visitor | None:
    context: Context = request.app.state.context
    return visitor_of(request, context.tokens, context.services.clock())


async def _signed_in(request: Request) -> Visitor:
    visitor = _visitor(request)
    if visitor is None:
        raise SignInError
    return visitor


async def _may_read(request: Request) -> None:
    if not request.app.state.context.settings.api_public_status:
        await _signed_in(request)


SignedIn = Annotated[Visitor, Depends(_signed_in)]
MaySee = Depends(_may_read)


def parts_of(segment: Segment) -> list[tuple[str, bool]]:
    """A segment's words and what its tags stand for, in order, each with whether it is such a part."""
    pieces = TAG.split(segment.text)
    found = [(pieces[0], False)]
    for number, words in zip(pieces[1::2], pieces[2::2], strict=True):
        known = 0 < int(number) <= len(segment.protected)
        found += [(segment.protected[int(number) - 1] if known else f"<x{number}/>", True), (words, False)]
    return [(text, is_part) for text, is_part in found if text]


# Between LEFT-TO-RIGHT ISOLATE and its end.
_ISOLATED_TAG = re.compile(f"\u2066({TAG.pattern})\u2069")


def isolated(text: str, language: str) -> str:
    """A text to correct. From right to left, a tag would stand there mirrored, so it is isolated."""
    if not is_right_to_left(language):
        return text
    return TAG.sub(lambda tag: f"\u2066{tag[0]}\u2069", text)


def without_isolates(text: str) -> str:
    """What a person made of it: `isolated` undone around each tag."""
    return _ISOLATED_TAG.sub(r"\1", text).strip()


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}" if share < 1 else "100%"


def moment(at: datetime | None) -> str:
    """A moment for people, in UTC; a dash for none."""
    return "–" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _line(shares: list[float]) -> str:
    """Points of a line of 100 by 24 for shares over time."""
    most = max([*shares, 1e-9])
    step = 100 / max(1, len(shares) - 1)
    return " ".join(
        f"{number * step:.1f},{23 - 22 * share / most:.1f}" for number, share in enumerate(shares)
    )


@cache
def _templates() -> jinja2.Environment:
    found = jinja2.Environment(
        loader=jinja2.PackageLoader("langassets.api.pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"percent": _percent, "moment": moment, "line": _line, "parts": parts_of}
    found.filters |= {"isolated": isolated, "dir": lambda code: "rtl" if is_right_to_left(code) else "ltr"}
    return found
