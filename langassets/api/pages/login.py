"""Signing in at the lessons' pages, and out; and the files that the pages bring along."""

from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from langassets.api.access.sessions import from_our_pages, sign_in, sign_out
from langassets.api.context import InContext
from langassets.api.pages.rendering import PageRoute, form_of, render
from langassets.api.problems import Problem
from langassets.ingestion.review.speaking import MOST_CHARACTERS

router = APIRouter(include_in_schema=False, route_class=PageRoute)
_KINDS = {"page.css": "text/css", "page.js": "text/javascript"}


@router.get("/login")
async def login(request: Request, to: Annotated[str, Query(max_length=500)] = "/") -> Response:
    """The form."""
    return render(request, "login.html", to=_ours(to), name="", trouble="")


@router.post("/login")
async def signing_in(request: Request, context: InContext) -> Response:
    """Sign in by a token and a name."""
    form = await form_of(request)
    name, to = form.get("name", "").strip()[:MOST_CHARACTERS], _ours(form.get("to", "/"))
    response = RedirectResponse(to, 303)
    if not name:
        trouble = "Say who you are: your name stands beside what you say."
        return render(request, "login.html", 422, to=to, name=name, trouble=trouble)
    try:
        now = context.services.clock()
        sign_in(request, response, context.tokens, form.get("token", ""), name, now)
    except Problem as problem:
        trouble = "The token is missing." if not form.get("token") else problem.body.message
        return render(request, "login.html", problem.status, to=to, name=name, trouble=trouble)
    return response


@router.post("/logout")
async def signing_out(request: Request) -> Response:
    """Sign out."""
    from_our_pages(request)
    response = RedirectResponse("/", 303)
    sign_out(response)
    return response


@router.get("/pages/{name}")
async def file(name: str) -> Response:
    """A style sheet or script."""
    if name not in _KINDS:
        raise Problem(404, "not_found", "There is no such file.")
    content = files("langassets.api.pages").joinpath("static", name).read_bytes()
    return Response(content, media_type=_KINDS[name], headers={"Cache-Control": "public, max-age=300"})


def _ours(to: str) -> str:
    """An address within these pages."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() else "/"
