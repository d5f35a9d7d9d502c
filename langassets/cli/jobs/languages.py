"""`langassets plan languages` and `run languages`: one code for each language, whatever it lies under."""

import asyncio
import uuid
from dataclasses import asdict
from typing import Annotated

import typer

from langassets.cli.terminal.output import MOST_SHOWN, print_json
from langassets.cli.terminal.tables import show
from langassets.jobs import languages as job
from langassets.locales import both_names
from langassets.retention.plan import Action
from langassets.services import services_in_force
from langassets.wording import counted


def plan(as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:
    """By which code each language is kept, and what would move.

    Objects under another code of the same language (pt-BR beside pt_BR, he beside iw) are moved, or archived
    where something stands already. Where the application uses both codes, both stay.

    Example: langassets plan languages
    """
    found = asyncio.run(job.plan_languages(services_in_force()))
    steps = found.cleanup.plan.steps
    if as_json:
        rows = {"keys": dict(found.keys.settled), "beside": dict(found.keys.beside)}
        print_json(rows | {"steps": [asdict(step) for step in steps]})
        return
    kept = ((f"{tag} {both_names(tag)}", key) for tag, key in sorted(found.keys.settled.items()))
    show(("Language", "Kept under"), kept)
    for sentence in found.seen():
        print(sentence)
    if steps:
        moved = ((step.action, step.key, step.target or "", step.reason) for step in steps[:MOST_SHOWN])
        show(("What", "Object", "To", "Why"), moved)
    if len(steps) > MOST_SHOWN:
        print(f"… and {counted(len(steps) - MOST_SHOWN, 'more step')}; all of them with --json")
    objects = counted(len(steps), "object")
    print(f"{objects} would be moved: langassets run languages" if steps else "Nothing to do.")


def run() -> None:
    """Bring objects of one language together under one code.

    Nothing is deleted and no model is asked. Look first with `langassets plan languages`.

    Example: langassets run languages
    """
    report = asyncio.run(job.bring_together(services_in_force(), run_id=f"languages-{uuid.uuid4().hex}"))
    for step, reason in report.failed:
        print(f"failed   {step.key}  ({reason})")
    moved = sum(step.action is Action.MOVE for step in report.done)
    archived, failed = len(report.done) - moved, len(report.failed)
    print(f"{counted(moved, 'object')} moved, {archived:,} archived, {failed:,} failed.")
    raise typer.Exit(1 if report.failed else 0)
