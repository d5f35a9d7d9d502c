"""`langassets plan`: what a job would do, without doing anything."""

import asyncio
from dataclasses import asdict
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from langassets import jobs
from langassets.cli.terminal.output import print_json, yes_or_no
from langassets.cli.terminal.tables import show, show_decisions
from langassets.locales import both_names
from langassets.retention.refusals import refusal
from langassets.services import services_in_force
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
    services = services_in_force()
    decisions = jobs.evaluation.evaluate.foresee(services.data, services.settings, services.clock())
    if as_json:
        print_json([asdict(decision) for decision in decisions], ensure_ascii=True)
        return
    named = ((f"{one.language} {both_names(one.language)}", one) for one in decisions)
    show_decisions((name, f"{one.share:.2%}", one.frequent, one.change, one.reason) for name, one in named)


def cleanup(as_json: Json = False) -> None:
    """What a cleanup would remove, archive and keep, and why.

    Example: langassets plan cleanup
    """
    services = services_in_force()
    seen = asyncio.run(jobs.cleanup.job.plan_cleanup(services))
    plan, paths = seen.plan, jobs.lessons.paths_by_lesson(services.data)
    refused = refusal(plan, jobs.cleanup.job.retention_policy(services))
    kept = [(*of, objects, size) for of, (objects, size) in sorted(plan.kept.items())]
    if as_json:
        shown = {
            "steps": [asdict(step) | {"path": paths.get(step.lesson, "")} for step in plan.steps],
            "kept": [dict(zip(("language", "reason", "objects", "bytes"), one, strict=True)) for one in kept],
            "total_objects": plan.total,
            "refused": refused,
            "drill": seen.drill.as_json(),
        }
        print_json(shown, ensure_ascii=True)
        return
    rows = [(one.language, str(one.action), one.named(paths), one.reason) for one in plan.steps[:_MOST_SHOWN]]
    rows += [(language, "keep", f"{objects:,}", reason) for language, reason, objects, _ in kept]
    show(("Language", "What", "Objects", "Why"), rows)
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
    services = services_in_force()
    if worth:
        _show_worth(asyncio.run(jobs.preload.worth.plan_worth(services)), as_json=as_json)
        return
    # Dagster reads the pattern, and takes a second to load: only where it is needed.
    auto = services.settings.translation_mode == "auto"
    due = import_module("langassets.defs.runs.due").due_by(services) if auto else None
    outlook = asyncio.run(jobs.preload.estimate.plan_preload(services, due))
    if as_json:
        print_json(outlook.as_json())
        return
    work = ("To make", "Fresh", "Kept", "Segments", "New", "Model requests", "Tokens", "Cost")
    show(("Language", *work), outlook.rows())
    for line in outlook.remarks():
        print(line)


def _price(dollars: Decimal | None) -> str:
    return "not known" if dollars is None else f"${dollars:,.4f}"


def _show_worth(found: "Outlook", *, as_json: bool) -> None:
    if as_json:
        print_json(found.as_json())
        return
    for by, number in found.free.items():
        print(f"{counted(number, 'object')} at no cost: {_FREE[by]}.")
    ordered = enumerate(zip(found.ordered, found.costs, found.together, strict=True))
    paid = [row for row in ordered if row[1][0].by == jobs.preload.worth.MODEL]
    rows = [
        (
            one.item.language,
            with_path(one.item.desired.lesson, one.item.desired.path),
            one.item.desired.content_type,
            *(f"{one.requests:,}", f"{len(one.texts):,}", _price(cost), _price(together)),
            yes_or_no(place < found.within),
        )
        for place, (one, cost, together) in paid[:_MOST_SHOWN]
    ]
    if rows:
        figures = ("Requests", "New", "Cost", "Together", "In limits")
        show(("Language", "Lesson", "Content", *figures), rows)
    if len(paid) > _MOST_SHOWN:
        print(f"And {len(paid) - _MOST_SHOWN:,} more: --json has all.")
    for name, dollars in found.limits.items():
        print(f"{name} leaves ${dollars:,.4f}.")
    if left_out := len(found.ordered) - found.within:
        print(f"About {counted(left_out, 'object')} would be left for another run, as the last column says.")
