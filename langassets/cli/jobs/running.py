"""Running jobs in this process, with a progress bar on a terminal and plain lines elsewhere."""

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
from rich.console import Console
from rich.text import Text

from langassets import lazy
from langassets.cli.jobs.summaries import summarize
from langassets.cli.servers.instance import own_instance
from langassets.cli.terminal.messages import as_called
from langassets.cli.terminal.tables import terminal
from langassets.definitions import assemble
from langassets.defs.runs.ownership import claim
from langassets.defs.runs.pool import waiting_logged
from langassets.defs.runs.recovery import end_cut_runs
from langassets.jobs.dagster.queries import ALIASES
from langassets.services import Services
from langassets.settings import Settings
from langassets.settings.dagster import Names

# The asset of a job that has an option, and the option.
_OPTIONS = {
    "evaluation": ("language_usage_stats", "accept_reset"),
    "cleanup": ("cleaned_storage_state", "confirm_large_cleanup"),
}
# What a shell expects of a command that Ctrl-C ended.
INTERRUPTED = 130
# Dagster's own console log is for its web UI; here its errors are said once, in plain words.
_QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}


def run_jobs(home: Path, settings: Settings, jobs: Sequence[str], options: Mapping[str, bool]) -> int:
    """Run jobs one after the other, say what happened, and return the exit code.

    `home` is where Dagster's settings lie; `options` are those of `langassets run`, each for the job that
    knows it.
    """
    services = Services(settings)
    services.attended = sys.stdout.isatty() or sys.stderr.isatty()
    with own_instance(home, services) as instance:
        return _run_in(instance, services, jobs, options)


def _run_in(
    instance: dg.DagsterInstance, services: Services, jobs: Sequence[str], options: Mapping[str, bool]
) -> int:
    console, definitions, own = terminal(), assemble(services), claim(instance, services)
    names, worst, stored = services.settings.names, 0, False
    for run_id in end_cut_runs(own):
        console.print(f"Run {run_id[:8]} had been cut off; it is marked failed, and its work is done again.")
    for job in jobs:
        run_id = str(uuid4())
        waiting = waiting_logged(instance, run_id, _say, pool=names.pool)
        with _progress(services, console), waiting, _model_warnings():
            result = definitions.resolve_job_def(names.own(ALIASES[job])).execute_in_process(
                instance=instance,
                run_config=_config(names, job, options),
                run_id=run_id,
                tags=own.tag,
                raise_on_error=False,
            )
        console.rule(Text(job.capitalize(), style="bold"), align="left")
        summarize(console, result)
        if _was_interrupted(result):
            console.print(
                "Interrupted. What was answered and stored until then is kept: run it again to go on."
            )
            return INTERRUPTED
        stored = stored or job != "evaluation"
        if not result.success:
            worst = 1
            said = as_called(_failure(result))
            console.print(Text.assemble(("Not done in full:", "red"), f" {said}"), soft_wrap=True)
            if job == "evaluation":
                break  # without a tier that can be believed, nothing is cleaned and nothing is paid for
    console.print()
    if stored:
        console.print(f"Objects lie in {services.store().location}", soft_wrap=True)
    if stored and "preload" in jobs and services.recipes.models == (("pseudo", "pseudo"),):
        console.print(
            "They are pseudo-localized: set OPENAI_API_KEY or GEMINI_API_KEY for real translations."
        )
    console.print(as_called("History, lineage and schedules: `langassets ui`"), soft_wrap=True)
    return worst


def _config(names: Names, job: str, options: Mapping[str, bool]) -> dict[str, Any]:
    asset, option = _OPTIONS.get(job, ("", ""))
    ops = {names.op(asset): {"config": {option: True}}} if options.get(option) else {}
    return {"loggers": _QUIET, "ops": ops}


def _say(text: str) -> None:
    print(text, file=sys.stderr)


class _Warnings(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Say what is logged."""
        _say(record.getMessage())


@contextmanager
def _model_warnings() -> Iterator[None]:
    """Warnings about a model, that it is silent or given up, also here: Dagster shows logs in its web UI
    alone."""
    log, handler = logging.getLogger("langassets.translation"), _Warnings(logging.WARNING)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


def _failures(result: dg.ExecuteInProcessResult) -> list[dg.DagsterEvent]:
    return [event for event in result.all_events if event.is_step_failure]


def _was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    errors = (event.step_failure_data.error for event in _failures(result))
    return any(error and error.cls_name == "DagsterExecutionInterruptedError" for error in errors)


def _failure(result: dg.ExecuteInProcessResult) -> str:
    for event in _failures(result):
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            return data.user_failure_data.description
        if data.error:
            cause = data.error.cause or data.error
            return cause.message.strip().partition(": ")[2] or cause.message.strip()
    return "the run was ended"


@contextmanager
def _progress(services: Services, console: Console) -> Iterator[None]:
    if not console.is_terminal:
        services.progress = lambda label, done, total: (
            print(f"{label}: {done:,} of {total:,}", file=sys.stderr) if done == total else None
        )
        yield
        return
    bar = lazy.rich_progress
    columns = (
        bar.TextColumn("{task.description}"),
        bar.BarColumn(),
        bar.MofNCompleteColumn(),
        bar.TimeRemainingColumn(),
    )
    with bar.Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = bars.add_task(label, total=total)
            bars.update(tasks[label], completed=done, total=total)

        services.progress = show
        yield
