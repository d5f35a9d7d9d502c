"""What every asset's step does besides its work: log, measure, keep a record, try again where that helps."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import dagster as dg

from langassets.database.records.job_runs import JobRun, Outcome
from langassets.defs.runs.queries import unfinished_runs
from langassets.errors import LangassetsError, PassingError
from langassets.jobs import history
from langassets.jobs.resource_usage import ResourceUsage, peak_memory
from langassets.services import Services

_log = logging.getLogger(__name__)

RETRIES = 3
"""How often an asset is tried again after a passing fault."""

_RULE = "=" * 40


class AssetRun:
    """The run of one asset's step, from its start."""

    def __init__(self, context: dg.AssetExecutionContext, services: Services) -> None:
        self._context = context
        self._services = services
        self._usage = ResourceUsage()
        self._summary: dict[str, Any] = {}
        name = context.asset_key.path[-1]  # its prefix tells it from others in Dagster, not in our database
        self._started = (context.run.run_id, name, services.clock())

    def log_heading(self, text: str) -> None:
        """Log a line that stands out."""
        self.log(f"\n{_RULE}\n{text}\n{_RULE}")

    def log(self, text: str) -> None:
        """Log a line."""
        self._context.log.info(text)

    def summarize(self, what: str, summary: Mapping[str, Any]) -> None:
        """Log what came of the run, and keep it: `summary` holds plain figures."""
        self._summary = dict(summary)
        lines = [
            f"  {name}: {json.dumps(value, ensure_ascii=False, default=str)},"
            for name, value in self._summary.items()
        ]
        self.log("\n".join([f"{what}: {{", *lines, "}"]))

    def measured(self, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Metadata, with time, CPU and memory beside it."""
        return {**metadata, **self._usage.metadata()}

    def record_start(self) -> None:
        """Keep a record of the start."""
        unfinished = [run.run_id for run in unfinished_runs(self._context.instance)]
        history.begin(self._services.data, self._started, unfinished)

    def record_end(self, outcome: Outcome, problem: str | None = None) -> None:
        """Keep a record of how it ended."""
        at, cpu_seconds = self._services.clock(), self._usage.cpu_seconds
        run = JobRun(*self._started, at, outcome, self._summary, problem, cpu_seconds, peak_memory())
        history.end(self._services.data, run)


@contextmanager
def asset_run(context: dg.AssetExecutionContext, services: Services) -> Iterator[AssetRun]:
    """Run an asset's step: a passing fault is tried again up to `RETRIES` times, `RETRY_DELAY` seconds later
    at first and twice as long before each further try; nothing else is ever tried again.

    Where a person waits for the run, nothing is: they see why it failed, and know best when to go on."""
    run = AssetRun(context, services)
    try:
        run.record_start()
        with _logging_to_run(context), _group_unwrapped():
            yield run
        run.record_end(Outcome.DONE)
    except PassingError as error:
        retries = context.op_execution_context.retry_number
        again = retries < RETRIES and not services.attended
        _record_failure(run, Outcome.RETRIED if again else Outcome.FAILED, str(error))
        if not again:
            raise
        wait = services.settings.retry_delay * 2**retries
        context.log.warning(f"{error} It is tried again in {wait:g} s.")
        _log.warning("%s It is tried again in %g s.", error, wait)  # for the terminal of `langassets run`
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=wait) from error
    except BaseException as error:
        _record_failure(run, Outcome.FAILED, _problem(error))
        raise


class _RunLogHandler(logging.Handler):
    """Hands what langassets logs on to the log of a run, which people read."""

    def __init__(self, context: dg.AssetExecutionContext) -> None:
        super().__init__(logging.INFO)
        self._log = context.log

    def emit(self, record: logging.LogRecord) -> None:
        """Hand one record on."""
        try:
            self._log.log(record.levelno, record.getMessage())
        except Exception:  # noqa: BLE001 - as any handler: what cannot be logged must not stop the work
            self.handleError(record)


@contextmanager
def _logging_to_run(context: dg.AssetExecutionContext) -> Iterator[None]:
    ours, handler = logging.getLogger("langassets"), _RunLogHandler(context)
    level = ours.level
    ours.setLevel(logging.INFO)
    ours.addHandler(handler)
    try:
        yield
    finally:
        ours.removeHandler(handler)
        ours.setLevel(level)


@contextmanager
def _group_unwrapped() -> Iterator[None]:
    """Take what went wrong out of the group that a library made of it: whoever interrupts a run while an HTTP
    client connects finds the interruption in two of them."""
    try:
        yield
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from group


def _problem(error: BaseException) -> str:
    if isinstance(error, dg.DagsterExecutionInterruptedError):
        return "It was ended while it worked: with Ctrl-C, in the web UI, or because langassets was stopped."
    text = error.description if isinstance(error, dg.Failure) else str(error)
    return text or type(error).__name__


def _record_failure(run: AssetRun, outcome: Outcome, problem: str) -> None:
    # What went wrong matters more than that it could not be recorded.
    with suppress(LangassetsError):
        run.record_end(outcome, problem)
