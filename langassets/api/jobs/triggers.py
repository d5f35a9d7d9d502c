"""Starting jobs by hand: one run of a job at a time, however many ask, on however many machines.

A trigger is noted in the database before Dagster is asked, and the run carries the note's id as a tag. So
two that come at once are told apart by one transaction, and one whose answer was lost is settled later by
looking for its tag.
"""

import asyncio
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from langassets.api.problems import Problem
from langassets.database.connection import writing
from langassets.database.schema import job_triggers as table
from langassets.errors import DagsterUnavailableError
from langassets.jobs.dagster.queries import DEPLOYMENT_TAG, PRELOAD, TRIGGER_TAG
from langassets.jobs.dagster.server import AnsweredError, DagsterServer
from langassets.jobs.dagster.state import DagsterState, Run
from langassets.jobs.preload.parts import WHOLE, preload_parts
from langassets.services import Services

# Longer than Dagster gets to start a run: after it, a note without a run is one that never will have one.
_LAUNCH_TIME = timedelta(seconds=45)
_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger that led to runs: one, or for a preload in parts several, of which `run_id` is the first;
    `replayed` is whether they were there before, by the same key."""

    run_id: str
    run_ids: tuple[str, ...]
    replayed: bool


@dataclass(frozen=True, slots=True)
class _Note:
    id: str
    job: str
    status: str
    run_id: str | None
    requested_at: datetime
    ours: bool


class Triggers:
    """Starts jobs in Dagster."""

    def __init__(self, services: Services, server: DagsterServer) -> None:
        self._services = services
        self._server = server

    async def start(self, job: str, key: str | None) -> Trigger:
        """Start a job, once for each idempotency key.

        Raises `Problem` 409 while a run of the job is queued or under way, or where the key was another
        job's; `DagsterUnavailableError` where Dagster cannot be had.
        """
        for _ in range(3):
            note = await asyncio.to_thread(self._reserve, job, key)
            if note.ours:
                return await self._launch(note)
            if note.job != job:
                raise Problem(
                    409, "key_reused", "This Idempotency-Key was used for another job: send a new one."
                )
            if note.status == "launched" and note.run_id:
                runs = dict.fromkeys([note.run_id, *(run.id for run in await self._find(note))])
                return Trigger(note.run_id, tuple(runs), replayed=True)
            await self._settle(note)
        raise _starting(job)

    async def _launch(self, note: _Note) -> Trigger:
        try:
            state = await self._server.state()
            if running := await self._server.unfinished(note.job):
                raise _running(running)
        except (DagsterUnavailableError, Problem):
            await self._forget(note)
            raise
        runs = await self._start(note, state)
        await self._record(note, runs[0].id)
        return Trigger(runs[0].id, tuple(run.id for run in runs), replayed=False)

    async def _start(self, note: _Note, state: DagsterState) -> tuple[Run, ...]:
        try:
            whole = note.job != PRELOAD
            parts = (WHOLE,) if whole else await asyncio.to_thread(preload_parts, self._services)
            ours = await asyncio.to_thread(lambda: self._services.deployment)
            tags = {TRIGGER_TAG: note.id, DEPLOYMENT_TAG: ours.tag}
            return await self._server.launch(note.job, tags, state, parts)
        except AnsweredError:
            await self._forget(note)
            raise
        except DagsterUnavailableError:
            # Whether it started is not known: the run may be there without its answer having come.
            if runs := await self._find(note):
                return runs
            raise

    async def _settle(self, note: _Note) -> None:
        """See what became of a trigger that was noted and not heard of again."""
        if runs := await self._find(note):
            await self._record(note, runs[0].id)
        elif self._services.clock() - note.requested_at > _LAUNCH_TIME:
            await self._forget(note)
        else:
            raise _starting(note.job)

    async def _find(self, note: _Note) -> tuple[Run, ...]:
        """Its runs, the oldest first, with those that started one of them again."""
        return (await self._server.runs(tag=(TRIGGER_TAG, note.id), limit=100)).runs[::-1]

    def _reserve(self, job: str, key: str | None) -> _Note:
        """Note the trigger, unless its key is known or another for the same job is under way: then that."""
        now = self._services.clock()
        with writing(self._services.data) as connection:
            if connection.dialect.name == "postgresql":
                lock = sa.func.hashtext("langassets job triggers")
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
            connection.execute(table.delete().where(table.c.requested_at < now - _KEPT))
            in_the_way = (table.c.job == job) & (table.c.status == "launching")
            if key:
                in_the_way |= table.c.idempotency_key == key
            rows = connection.execute(sa.select(table).where(in_the_way)).all()
            if rows:
                # Its own key first: that says more than that something is under way.
                found = next((row for row in rows if key and row.idempotency_key == key), rows[0])
                return _Note(found.id, found.job, found.status, found.run_id, found.requested_at, ours=False)
            note = _Note(uuid.uuid4().hex, job, "launching", None, now, ours=True)
            connection.execute(
                table.insert().values(
                    id=note.id, job=job, idempotency_key=key, requested_at=now, status=note.status
                )
            )
        return note

    async def _record(self, note: _Note, run_id: str) -> None:
        await self._write(
            table.update().where(table.c.id == note.id).values(status="launched", run_id=run_id)
        )

    async def _forget(self, note: _Note) -> None:
        await self._write(table.delete().where(table.c.id == note.id, table.c.status == "launching"))

    async def _write(self, statement: sa.Update | sa.Delete) -> None:
        def write() -> None:
            with writing(self._services.data) as connection:
                connection.execute(statement)

        await asyncio.to_thread(write)


def _running(run: Run) -> Problem:
    return Problem(
        409,
        "already_running",
        f"{run.job} is {'queued' if run.status in ('queued', 'not_started') else 'running'} already.",
        run_id=run.id,
    )


def _starting(job: str) -> Problem:
    return Problem(409, "already_running", f"{job} is being started already.", headers={"Retry-After": "5"})
