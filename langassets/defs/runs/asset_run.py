"""What every asset does besides its work: say so in the log, measure, keep a record, try again where that
helps."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import dagster as dg

from langassets.database.records.job_runs import Outcome
from langassets.defs.runs.measuring import Meter
from langassets.defs.runs.memory import peak_memory
from langassets.defs.runs.queries import unfinished_runs
from langassets.errors import LangassetsError, PassingError
from langassets.jobs import history
from langassets.services import Services

_log = logging.getLogger(__name__)

RETRIES = 3
"""How often an asset is tried again after a passing fault."""

_LINE = "=" * 40


class Work:
    """The work on one asset in one run."""

    def __init__(self, context: dg.AssetExecutionContext, services: Services) -> None:
        self.meter = Meter()
        self.summary: dict[str, Any] = {}
        self._context = context
        self._services = services
        self._started: tuple[str, str, datetime] | None = None

    def banner(self, text: str) -> None:
        """Log a heading."""
        self._context.log.info(f"\n{_LINE}\n{text}\n{_LINE}")

    def says(self, text: str) -> None:
        """Log a line."""
        self._context.log.info(text)

    def done(self, what: str, summary: Mapping[str, Any]) -> None:
        """Log what came of the work, and keep it: `summary` holds plain figures."""
        self.summary = dict(summary)
        lines = [
            f"  {name}: {json.dumps(value, ensure_ascii=False, default=str)},"
            for name, value in self.summary.items()
        ]
        self.says("\n".join([f"{what}: {{", *lines, "}"]))

    def measured(self, metadata: Mapping[str, dg.MetadataValue]) -> dict[str, dg.MetadataValue]:
        """Metadata, with time, CPU and memory beside it."""
        return {**metadata, **self.meter.metadata()}

    def begin(self) -> None:
        """Keep a record of the start."""
        name = self._context.asset_key.to_user_string()
        self._started = (self._context.run.run_id, name, self._services.clock())
        history.begin(self._services.data, self._started, unfinished_runs(self._context.instance))

    def end(self, outcome: Outcome, problem: str | None = None) -> None:
        """Keep a record of how it ended."""
        if self._started is not None:
            history.end(
                self._services.data,
                self._started,
                outcome,
                self._services.clock(),
                summary=self.summary,
                problem=problem,
                cpu_seconds=self.meter.cpu_seconds,
                peak_memory=peak_memory(),
            )


@contextmanager
def working(context: dg.AssetExecutionContext, services: Services) -> Iterator[Work]:
    """Work on an asset: a passing fault is tried again up to `RETRIES` times, `RETRY_DELAY` seconds later at
    first and twice as long before each further try; nothing else is ever tried again."""
    work = Work(context, services)
    try:
        work.begin()
        with _told(context), _by_itself():
            yield work
        work.end(Outcome.DONE)
    except PassingError as error:
        again = context.op_execution_context.retry_number < RETRIES
        _end_in_any_case(work, Outcome.RETRIED if again else Outcome.FAILED, str(error))
        if not again:
            raise
        wait = services.settings.retry_delay * 2**context.op_execution_context.retry_number
        context.log.warning(f"{error} It is tried again in {wait:g} s.")
        _log.warning("%s It is tried again in %g s.", error, wait)  # for the terminal of `langassets run`
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=wait) from error
    except BaseException as error:
        _end_in_any_case(work, Outcome.FAILED, _problem(error))
        raise


class _Told(logging.Handler):
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
def _told(context: dg.AssetExecutionContext) -> Iterator[None]:
    ours, handler = logging.getLogger("langassets"), _Told(context)
    level = ours.level
    ours.setLevel(logging.INFO)
    ours.addHandler(handler)
    try:
        yield
    finally:
        ours.removeHandler(handler)
        ours.setLevel(level)


@contextmanager
def _by_itself() -> Iterator[None]:
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


def _end_in_any_case(work: Work, outcome: Outcome, problem: str) -> None:
    # What went wrong matters more than that it could not be recorded.
    with suppress(LangassetsError):
        work.end(outcome, problem)
