"""`langassets lessons`: every lesson by number and name."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Column

from langassets.cli.terminal.arguments import code_of, languages
from langassets.cli.terminal.output import print_json
from langassets.cli.terminal.tables import show, terminal
from langassets.jobs.lesson_list import FRESH, MISSING, STALE, ListedLesson, list_lessons
from langassets.locales import tag_of
from langassets.services import services_in_force
from langassets.wording import counted


class State(StrEnum):
    """How a lesson stands in a language."""

    FRESH = FRESH
    STALE = STALE
    MISSING = MISSING


class Status(StrEnum):
    """The application's word on a lesson."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    DELETED = "deleted"


def lessons(
    text: Annotated[str, typer.Argument(help="Only lessons with this in their number, path or title.")] = "",
    language: Annotated[
        str | None, typer.Option(help="Only what stands in this language.", autocompletion=languages)
    ] = None,
    state: Annotated[State | None, typer.Option(help="Only lessons that stand so in some language.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only lessons of this status.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines: a JSON list.")] = False,
) -> None:
    """List lessons: number, path, title, state by language, requests.

    Usage may name a lesson by its number, by the path of its file, or by the file's name alone.

    Example: langassets lessons --state missing --language es
    """
    if language:
        code_of(language)
    every = asyncio.run(list_lessons(services_in_force()))
    found = [one for one in every if one.is_called(text) and status in (None, one.status)]
    if state or language:
        found = [one for one in found if any(_chosen(one, language, state))]
    if as_json:
        print_json([asdict(one) for one in found])
        return
    path = Column("Path", overflow="fold")  # a path that is cut names no file
    rows = (
        (one.number, one.path, one.title, one.status, f"{one.requests:,}", _states(one, language, state))
        for one in found
    )
    show(("Lesson", path, "Title", "Status", "Requests", "Languages"), rows)
    terminal().print(f"{len(found):,} of {counted(len(every), 'lesson')}", highlight=False)


def _chosen(lesson: ListedLesson, language: str | None, state: str | None) -> Iterator[tuple[str, str]]:
    for code, stands in lesson.states.items():
        is_asked_for = language is None or tag_of(language) == tag_of(code)
        if is_asked_for and state in (None, stands):
            yield code, stands


def _states(lesson: ListedLesson, language: str | None, state: str | None) -> str:
    """`fresh: ar en he; missing: es`."""
    codes: dict[str, list[str]] = {}
    for code, stands in sorted(_chosen(lesson, language, state)):
        codes.setdefault(stands, []).append(code)
    return "; ".join(f"{stands}: {' '.join(codes[stands])}" for stands in sorted(codes))
