"""One job in a process of its own, which can be killed at any of its steps."""

import asyncio
import os
import signal
import sys
import time
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import httpx2
import sqlalchemy as sa

from langassets.database.records.bill import Spending
from langassets.errors import LangassetsError
from langassets.jobs.cleanup.job import clean_up
from langassets.jobs.evaluation.evaluate import evaluate, read_usage
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.preload.job import preload
from langassets.services import Services
from langassets.settings import load_settings
from langassets.storage.store import ContentStore
from langassets.storage.supabase.store import SupabaseStore
from langassets.translation.engine.engine import Engine
from langassets.translation.engine.sending.listening import Timing
from langassets.translation.types import Provider

JOBS = ("evaluation", "cleanup", "preload")
REFUSED = 3
"""The exit code of a job that ended with an error of langassets' own."""

_FASTER = 20
# What changes files, as the interpreter tells: SQLite writes by itself, and is counted by its statements.
_WRITES = frozenset({"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"})


@dataclass(frozen=True)
class Task:
    """What to run, with which settings and at what time; `kill_at` is the number of the step before which
    the process kills itself, and `jumps` are what the clock is off by, for each time that it is asked.
    `budget` is in tokens of an answer: little, so that a few lessons take many requests; 0 is the model's.
    """

    job: str
    environ: Mapping[str, str]
    now: datetime
    run_id: str = "disturbed"
    kill_at: int | None = None
    count_in: Path | None = None
    jumps: tuple[timedelta, ...] = ()
    file_limit: int | None = None
    busy_timeout: float | None = None
    patience: float = 5.0
    budget: int = 200


@dataclass
class Impatient(Services):
    """Services that wait less for what is not there, so that a hundred faults take minutes."""

    task: Task
    asked: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        super().__init__(load_settings({**self.task.environ}), self._time)

    def _time(self) -> datetime:
        self.asked += 1
        jumps = self.task.jumps
        off = jumps[min(self.asked, len(jumps)) - 1] if jumps else timedelta()
        return self.task.now + off + timedelta(milliseconds=self.asked)

    def store(self) -> ContentStore:
        """The bucket with short pauses, or the folder as it is."""
        settings = self.settings
        if not settings.supabase_url or settings.supabase_service_role_key is None:
            return super().store()
        key = settings.supabase_service_role_key.get_secret_value()
        return SupabaseStore(
            settings.supabase_url, key, "media", timeout=self.task.patience, attempts=4, backoff=0.02
        )

    @asynccontextmanager
    async def engine(
        self, spent: Spending | None = None, *, only_memory: bool = False, retrying: bool = False
    ) -> AsyncIterator[Engine]:
        async with super().engine(spent, only_memory=only_memory, retrying=retrying) as made:
            for client in made._clients:
                client.timing = Timing(
                    lambda: time.monotonic() * _FASTER, lambda seconds: asyncio.sleep(seconds / _FASTER)
                )
                client.budget = self.task.budget or client.budget
            yield made


async def perform(services: Impatient, job: str, run_id: str) -> None:
    """A job as its assets run it. Raises what it raises, and `LangassetsError` where it left something."""
    data, settings = services.data, services.settings
    if job == "evaluation":
        read_usage(data, settings.tier_half_life_days, services.clock())
        evaluate(data, settings, services.clock(), run_id)
    elif job == "cleanup":
        cleaned = await clean_up(services, run_id=run_id)
        if cleaned.failed:
            raise LangassetsError(f"not carried out: {cleaned.failed}")
    else:
        frequent = frequent_languages(data, settings.predefined_languages)
        report = await preload(services, frequent.codes, run_id=run_id)
        if not report.complete:
            raise LangassetsError(
                f"not complete: {report.stopped} {[one.failed for one in report.languages]}"
            )


def run(task: Task) -> None:
    """Run a task to its end in this process; raises what the job raises."""
    services = Impatient(task)
    try:
        asyncio.run(perform(services, task.job, task.run_id))
    finally:
        if "data" in vars(services):
            services.data.dispose()


def run_killed(task: Task) -> None:
    """Run a task in this process, which is its own; it is killed on the way, or ends with a code."""
    with suppress(ProcessLookupError):
        os.setpgid(0, 0)
    steps = _Steps(task.kill_at)
    steps.watch(task.environ["LANGASSETS_HOME"])
    _limit(task)
    code = 0
    try:
        run(task)
    except LangassetsError as error:
        code = REFUSED
        with suppress(OSError):  # where files cannot grow, neither can a log
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    except BaseException:
        code = 1
        with suppress(OSError):
            traceback.print_exc()
    if task.count_in:
        task.count_in.write_text(str(steps.number))
    os._exit(code)


def _limit(task: Task) -> None:
    from langassets.database import connection

    if task.busy_timeout is not None:
        connection.BUSY_TIMEOUT = task.busy_timeout  # type: ignore[assignment]
    if task.file_limit is not None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (task.file_limit, task.file_limit))


class _Steps:
    """Counts statements, commits, requests and changes of files, and kills the process before one."""

    def __init__(self, kill_at: int | None) -> None:
        self.number = 0
        self._kill_at = kill_at

    def watch(self, home: str) -> None:
        """Begin to count, in this process for good."""
        for name in ("before_cursor_execute", "after_cursor_execute", "commit", "rollback"):
            sa.event.listen(sa.Engine, name, lambda *_: self._step())
        for client in (httpx.AsyncClient, httpx2.AsyncClient):
            self._wrap(client)
        sys.addaudithook(lambda event, arguments: self._audited(event, arguments, home))

    def _step(self) -> None:
        self.number += 1
        if self.number == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def _wrap(self, client: Any) -> None:
        send = client.send

        async def counted(*args: Any, **kwargs: Any) -> Any:
            self._step()
            answer = await send(*args, **kwargs)
            self._step()
            return answer

        client.send = counted

    def _audited(self, event: str, arguments: tuple[Any, ...], home: str) -> None:
        if event in _WRITES or (event == "open" and _creates(arguments)):
            self._step()


def _creates(arguments: tuple[Any, ...]) -> bool:
    return isinstance(arguments[2], int) and bool(arguments[2] & os.O_CREAT)


def providers_warm(_: Provider | None = None) -> None:
    """Have this process know what a job imports and reads once: its children start with it."""
    import openai  # noqa: F401
    import psycopg2  # noqa: F401
    import supabase  # noqa: F401

    from langassets.translation.checks import check
    from langassets.translation.types import Segment

    check(Segment("All is well with this one.", ()), "Todo está bien con este.", "en", "es")


providers_warm()
