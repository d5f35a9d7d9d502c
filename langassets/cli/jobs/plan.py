"""`langassets plan`: what a job would do, without doing anything."""

import asyncio
import json
from dataclasses import asdict
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from langassets import jobs
from langassets.cli.terminal.output import show, terminal
from langassets.locales import both_names
from langassets.retention.refusals import refusal
from langassets.services import Services
from langassets.settings import load_settings
from langassets.wording import counted, with_path

if TYPE_CHECKING:
    from langassets.jobs.preload.worth import Outlook

Json = Annotated[bool, typer.Option("--json", help="For machines.")]
_MOST_SHOWN = 40
# By what they are made by, in the words of jobs/preload/worth.
_FREE = {
    "memory": "memory has every text of them",
    "archive": "they are in the archive, and are put back",
    "copy": "their lessons are in that language already",
    "refused": "what is new in them was refused, and is not asked for yet",
}


def evaluation(as_json: Json = False) -> None:
    """What an evaluation would decide now, and why.

    Example: langassets plan evaluation
    """
    services = Services(load_settings())
    decisions = jobs.evaluation.evaluate.foresee(services.data, services.settings, services.clock())
    if as_json:
        print(json.dumps([asdict(decision) for decision in decisions], indent=2))
        return
    table = Table("Language", "Share", "Frequent", "Change", "Why", box=None)
    for one in decisions:
        table.add_row(
            f"{one.language} {both_names(one.language)}",
            f"{one.share:.2%}",
            "yes" if one.frequent else "no",
            one.change if one.change != "kept" else "",
            one.reason,
        )
    show(terminal(), table)


def cleanup(as_json: Json = False) -> None:
    """What a cleanup would remove, archive and keep, and why.

    Example: langassets plan cleanup
    """
    services = Services(load_settings())
    seen = asyncio.run(jobs.cleanup.job.plan_cleanup(services))
    plan = seen.plan
    paths = jobs.lessons.paths_by_lesson(services.data)
    refused = refusal(plan, jobs.cleanup.job.retention_policy(services))
    kept = [
        {"language": language, "reason": reason, "objects": objects, "bytes": size}
        for (language, reason), (objects, size) in sorted(plan.kept.items())
    ]
    if as_json:
        print(
            json.dumps(
                {
                    "steps": [asdict(step) | {"path": paths.get(step.lesson, "")} for step in plan.steps],
                    "kept": kept,
                    "total_objects": plan.total,
                    "refused": refused,
                    "drill": seen.drill.as_json(),
                },
                indent=2,
            )
        )
        return
    table = Table("Language", "What", "Objects", "Why", box=None)
    for step in plan.steps[:_MOST_SHOWN]:
        table.add_row(step.language, step.action, step.named(paths), step.reason)
    for (language, reason), (objects, _) in sorted(plan.kept.items()):
        table.add_row(language, "keep", f"{objects:,}", reason)
    show(terminal(), table)
    if len(plan.steps) > _MOST_SHOWN:
        print(f"… and {counted(len(plan.steps) - _MOST_SHOWN, 'more step')}; all of them with --json")
    total = counted(plan.total, "lesson object")
    if plan.steps:
        print(f"{counted(len(plan.steps), 'step')}; {plan.removed:,} of {total} would go.")
    elif not refused:
        print(f"Nothing to do: {total}, and all stay.")
    if seen.drill.population:
        print(f"Made again from memory, of what would be deleted: {seen.drill.summary}")
    if refused:
        print(refused.replace("Nothing was removed.", "It would be refused until it is confirmed."))


def preload(
    as_json: Json = False,
    worth: Annotated[
        bool,
        typer.Option(
            "--worth",
            help="Each object instead, by requests a dollar: in this order where a limit on money may cut.",
        ),
    ] = False,
) -> None:
    """What a preload would translate, and what it would cost.

    Example: langassets plan preload --worth
    """
    services = Services(load_settings())
    if worth:
        _show_worth(asyncio.run(jobs.preload.worth.plan_worth(services)), as_json=as_json)
        return
    # Dagster reads the pattern, and takes a second to load: only where it is needed.
    auto = services.settings.translation_mode == "auto"
    due = import_module("langassets.defs.runs.due").due_by(services) if auto else None
    outlook = asyncio.run(jobs.preload.estimate.plan_preload(services, due))
    if as_json:
        print(json.dumps(outlook.as_json(), ensure_ascii=False, indent=2))
        return
    table = Table(
        *("Language", "To make", "Fresh", "Kept", "Segments", "New", "Model requests", "Tokens", "Cost"),
        box=None,
    )
    for row in outlook.rows():
        table.add_row(*row)
    show(terminal(), table)
    for line in outlook.remarks():
        print(line)


def _price(dollars: Decimal | None) -> str:
    return "not known" if dollars is None else f"${dollars:,.4f}"


def _show_worth(found: "Outlook", *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return
    for by, number in found.free.items():
        print(f"{counted(number, 'object')} at no cost: {_FREE[by]}.")
    table = Table(
        "Language", "Lesson", "Content", "Requests", "New", "Cost", "Together", "In limits", box=None
    )
    rows = list(enumerate(zip(found.ordered, found.costs, found.together, strict=True)))
    paid = [row for row in rows if row[1][0].by == jobs.preload.worth.MODEL]
    for place, (one, cost, together) in paid[:_MOST_SHOWN]:
        want = one.item.desired
        named = with_path(want.lesson, want.path)
        figures = (f"{one.requests:,}", f"{len(one.texts):,}", _price(cost), _price(together))
        inside = "yes" if place < found.within else "no"
        table.add_row(one.item.language, named, want.content_type, *figures, inside)
    if paid:
        show(terminal(), table)
    if len(paid) > _MOST_SHOWN:
        print(f"And {len(paid) - _MOST_SHOWN:,} more: --json has all.")
    for name, dollars in found.limits.items():
        print(f"{name} leaves ${dollars:,.4f}.")
    left_out = len(found.ordered) - found.within
    if left_out:
        print(f"About {counted(left_out, 'object')} would be left for another run, as the last column says.")
