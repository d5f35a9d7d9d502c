"""`langassets history`: what happened, also after Dagster has forgotten it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, get_args

import typer

from langassets.cli.terminal.arguments import code_of, languages
from langassets.cli.terminal.output import print_json, yes_or_no
from langassets.cli.terminal.tables import show, terminal
from langassets.errors import InputError
from langassets.jobs.history import Subject, rows_of
from langassets.services import services_in_force

_SUBJECTS = {
    "runs": "when each job ran, and what became of it",
    "decisions": "which languages became frequent, and why",
    "plans": "what cleanups planned and did",
    "cost": "what models cost",
}
_COLUMNS = {
    "runs": ("started_at", "asset", "outcome", "seconds", "problem", "run_id"),
    "decisions": ("evaluated_at", "language", "share", "frequent", "change", "reason"),
    "plans": ("planned_at", "language", "action", "status", "objects", "size", "run_id"),
    "cost": ("recorded_at", "language", "provider", "model", "requests", "segments", "cost", "run_id"),
}

_HEADINGS = {"requests": "Model requests"}  # readers' requests are another thing


def _subjects(incomplete: str) -> Iterator[tuple[str, str]]:
    yield from ((name, text) for name, text in _SUBJECTS.items() if name.startswith(incomplete))


def history(
    subject: Annotated[
        str, typer.Argument(help="runs, decisions, plans or cost.", autocompletion=_subjects)
    ] = "runs",
    limit: Annotated[int, typer.Option(min=1, help="How many rows, the newest first.")] = 50,
    language: Annotated[
        str | None, typer.Option(help="Only decisions on this language.", autocompletion=languages)
    ] = None,
    changes: Annotated[bool, typer.Option(help="Only decisions that promoted or demoted.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines, as JSON.")] = False,
) -> None:
    """Show past runs, decisions, cleanup plans, or costs.

    They are kept in the database for good, also after Dagster has forgotten the run.

    Example: langassets history decisions --changes
    """
    if subject not in get_args(Subject):
        raise InputError(f"There is no history of {subject!r}: ask for {', '.join(get_args(Subject))}.")
    if language:
        code_of(language)
    data = services_in_force().data
    chosen: Subject = subject  # type: ignore[assignment]
    rows = rows_of(data, chosen, limit, language=language, changes_only=changes)
    if as_json:
        print_json(rows)
    elif rows:
        _show(_COLUMNS[subject], rows)
    else:
        terminal().print("Nothing yet.")


def _show(columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row.get("finished_at"):
            row["seconds"] = round((row["finished_at"] - row["started_at"]).total_seconds(), 1)
    headings = [_HEADINGS.get(name, name.replace("_", " ").capitalize()) for name in columns]
    show(headings, ([_cell(name, row.get(name)) for name in columns] for row in rows))


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if name == "share":
        return f"{value:.2%}"
    if name == "cost":
        return f"${value:.4f}"
    if name == "run_id":
        return str(value)[:8]
    return f"{value:,}" if isinstance(value, int) else str(value)
