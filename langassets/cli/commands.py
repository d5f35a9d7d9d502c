"""The commands by name; the module of each is loaded when it is called, or when its own help is shown.

What all commands together say (`langassets --help`, Tab, a mistyped name) needs the first line of each help
alone, which stands here. So a command's module imports what it needs at its top, whatever that costs.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from langassets import lazy

COMMANDS = {
    "status": ("reports.status:status", "Show tier, share and coverage of each language."),
    "lessons": ("reports.lessons:lessons", "List lessons: number, path, title, state by language, requests."),
    "history": ("reports.history:history", "Show past runs, decisions, cleanup plans, or costs."),
    "cost": ("reports.cost:cost", "Show what models cost: by day, language, lesson, model, asset or mode."),
    "simulate": ("jobs.simulate:simulate", "Replay usage under other settings of the tier."),
    "ui": ("servers.ui:ui", "Start the web UI, the daemon and the API. Stop with Ctrl-C."),
    "api": (
        "servers.api:api",
        "Serve the HTTP API on API_HOST:API_PORT. Stop with Ctrl-C: what was taken in is written first.",
    ),
    "compare": ("jobs.compare:compare", "Compare the tier in language_stats with our decisions."),
    "restore": ("jobs.storage:restore", "Put archived objects back where they were."),
    "daemon": ("servers.daemon:daemon", "Run Dagster's daemon, or stand by for another."),
    "worker": ("servers.worker:worker", "Carry out runs that Dagster hands to Celery."),
    "doctor": ("reports.doctor:doctor", "Try everything that a job needs, and say what to mend."),
    "import-lessons": ("data.imports:import_lessons", "Take in a folder of Markdown lessons."),
    "export-lessons": ("data.export:export_lessons", "Write translated lessons as Markdown files."),
    "import-usage": (
        "data.imports:import_usage",
        "Take in a history of requests. Bad rows are reported by line; the good ones are kept.",
    ),
    "export-memory": ("data.memory:export_memory", "Write the translation memory as TMX 1.4."),
    "import-memory": ("data.memory:import_memory", "Take in a translation memory from a TMX file."),
    "export-review": ("data.review:export_review", "Write translations into a file for people to review."),
    "import-review": ("data.review:import_review", "Take corrections and approvals back."),
    "review list": (
        "data.verdicts:list_waiting",
        "List translations that wait for a person, the least sure first.",
    ),
    "review accept": ("data.verdicts:accept", "Accept a translation until its source changes."),
    "review reject": (
        "data.verdicts:reject",
        "Reject a translation: it is never used again for its text and language.",
    ),
    "reconcile": (
        "jobs.storage:reconcile",
        "Compare the manifest with storage, and make it agree. Nothing in storage is touched.",
    ),
    "drill": (
        "jobs.drill:drill",
        "Make stored objects again from memory, and compare them byte for byte. Nothing is changed.",
    ),
    "migrate": ("servers.migrate:migrate", "Bring both databases to this version."),
    "init": ("data.init:init", "Write the files of a new project into this folder."),
    "demo": ("data.imports:demo", "Load a demonstration: lessons, and 90 days of usage."),
    "run evaluation": ("jobs.run:evaluation", "Read usage and decide which languages are frequent."),
    "run cleanup": ("jobs.run:cleanup", "Clear out what other languages no longer need."),
    "run preload": ("jobs.run:preload", "Translate and store what is missing or outdated."),
    "run all": ("jobs.run:everything", "Evaluation, cleanup and preload, one after the other."),
    "run languages": ("jobs.languages:run", "Bring objects of one language together under one code."),
    "plan evaluation": ("jobs.plan:evaluation", "What an evaluation would decide now, and why."),
    "plan cleanup": ("jobs.plan:cleanup", "What a cleanup would remove, archive and keep, and why."),
    "plan preload": ("jobs.plan:preload", "What a preload would translate, and what it would cost."),
    "plan languages": ("jobs.languages:plan", "By which code each language is kept, and what would move."),
}
"""Module and function below `langassets.cli`, and the first line of the function's docstring, by command."""


class LazyCommand(TyperCommand):
    """A command of which name and first line are known; it is completed when more of it is asked for."""

    hidden = False

    def __init__(self, name: str, target: str, first_line: str) -> None:
        # Nothing of a command's other attributes is set, so that `__getattr__` is asked for each of them.
        self.name, self._target, self._first_line = name, target, first_line

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first line, shortened to `limit` characters."""
        return TyperCommand(self.name, help=self._first_line).get_short_help_str(limit)

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]  # typer has a copy of click's
        """Run it, once it is said which variables seem meant for a setting; `doctor` says so itself."""
        if self.name not in {"doctor", "init"}:
            with lazy.loading():
                unknown = import_module("langassets.settings.unknown")
            for said in unknown.unknown_at_start():
                print(f"langassets: {said}", file=sys.stderr)
        return super().invoke(ctx)

    def __getattr__(self, attribute: str) -> Any:
        """Load the command, take over its attributes, and answer as it does."""
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(self.name)(load(self._target))
        vars(self).update(vars(typer.main.get_command(single)))
        return self.__getattribute__(attribute)


class LazyGroup(TyperGroup):
    """The commands of the table that begin with the group's name, before those that typer knows of."""

    def __init__(self, *, name: str, commands: dict[str, Any], **settings: Any) -> None:
        ours: dict[str, Any] = {}
        for path, entry in COMMANDS.items():
            group, _, last = path.rpartition(" ")
            if group == name:
                ours[last] = LazyCommand(last, *entry)
        super().__init__(name=name, commands=ours | commands, **settings)


def load(target: str) -> Callable[..., None]:
    """The function of a command, by `module:function` below `langassets.cli`."""
    module, _, function = target.partition(":")
    with lazy.loading():
        found: Callable[..., None] = getattr(import_module(f"langassets.cli.{module}"), function)
    return found
