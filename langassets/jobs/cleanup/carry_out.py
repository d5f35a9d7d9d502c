"""Cleanup, second half: a plan is written to the journal, then carried out in bulk."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import writing
from langassets.database.content.known_lessons import note_missed
from langassets.database.records import journal
from langassets.database.records.journal import Status
from langassets.database.rows import chunks
from langassets.database.standbys import on_standbys
from langassets.errors import RefusedError, StoreError
from langassets.jobs.cleanup.open_steps import moved, not_done
from langassets.jobs.cleanup.plan import CleanupSurvey
from langassets.jobs.cleanup.versions import bytes_kept
from langassets.retention.plan import Action, RetentionPolicy, Step
from langassets.retention.refusals import refusal
from langassets.storage.store import ContentStore

# A move is one request for one object: after so many the journal is brought up to date.
_MOVES_AT_ONCE = 200
# A deletion is one request for so many objects.
_DELETIONS_AT_ONCE = 1000

HOW_TO_CONFIRM = (
    "Look at it with `langassets plan cleanup`; then `langassets run cleanup --confirm-large-cleanup`, or "
    "launch the job with confirm_large_cleanup: true in its run config."
)


@dataclass(slots=True, repr=False)  # asyncio.run makes a repr of what it returns: of every object
class CleanupReport:
    """What became of a plan."""

    survey: CleanupSurvey
    plan_id: str
    done: list[Step] = field(default_factory=list)
    failed: list[tuple[Step, str]] = field(default_factory=list)
    """Steps that storage did not carry out, each with the reason. Their objects still stand."""

    bytes_kept: int = 0
    """Of what was deleted or purged, what the bucket keeps as versions: it takes its space still."""

    requests: int = 0
    """Requests that storage was sent, the survey's included."""


async def carry_out(
    data: sa.Engine,
    store: ContentStore,
    survey: CleanupSurvey,
    policy: RetentionPolicy | None,
    *,
    run_id: str,
    clock: Callable[[], datetime],
) -> CleanupReport:
    """Do what the plan says, and keep journal and manifest in step with it.

    Raises `RefusedError`, with nothing removed, where the plan is in doubt or goes beyond a limit of the
    `policy` (None: it is confirmed, or removes nothing); `StoreUnavailableError` where storage went away
    midway: what was done by then is recorded.
    """
    report = CleanupReport(survey, plan_id=uuid4().hex)
    plan = survey.plan
    reason = refusal(plan, policy) if policy else None
    with writing(data) as connection:
        survey.pending.record(connection)
        manifest.forget(connection, survey.vanished)
        if not reason:
            note_missed(connection, survey.known, survey.made_at)
        status = Status.REFUSED if reason else Status.PLANNED
        journal.write_plan(connection, report.plan_id, run_id, plan.steps, survey.made_at, status)
        journal.write_plan(connection, report.plan_id, run_id, plan.refused, survey.made_at, Status.REFUSED)
    if reason:
        raise RefusedError(f"{reason} {HOW_TO_CONFIRM}")
    if plan.steps:
        await asyncio.to_thread(on_standbys, data)
    steps = _Steps(data, store, report, clock)
    for some in chunks(plan.of(Action.RESTORE, Action.ARCHIVE, Action.MOVE), _MOVES_AT_ONCE):
        await steps.move(some)
    for some in chunks(plan.of(Action.DELETE, Action.PURGE), _DELETIONS_AT_ONCE):
        await steps.delete(some)
    await steps.look_again()
    report.bytes_kept = await bytes_kept(store, report.done)
    report.requests = store.requests
    return report


@dataclass(frozen=True, slots=True)
class _Steps:
    """Carries steps out, and records in journal, manifest and report what became of each."""

    data: sa.Engine
    store: ContentStore
    report: CleanupReport
    clock: Callable[[], datetime]

    async def move(self, steps: Sequence[Step]) -> None:
        moves = (self.store.move(step.key, step.target or "") for step in steps)
        results = await asyncio.gather(*moves, return_exceptions=True)
        ended = list(zip(steps, results, strict=True))
        done = [step for step, result in ended if result is None]
        refused = [(step, str(result)) for step, result in ended if isinstance(result, StoreError)]
        with writing(self.data) as connection:
            manifest.rename(connection, [moved(step.key, step.target, step.language) for step in done])
            self._record(connection, done, refused)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, StoreError):
                raise result

    async def delete(self, steps: Sequence[Step]) -> None:
        gone = await self.store.delete([step.key for step in steps])
        done = [step for step in steps if step.key in gone]
        refused = [(step, "storage did not confirm its removal") for step in steps if step.key not in gone]
        with writing(self.data) as connection:
            # What was a lesson is forgotten after a look whether it is gone: its entry says whose it is.
            manifest.forget(connection, [step.key for step in done if step.action is Action.PURGE])
            self._record(connection, done, refused)

    async def look_again(self) -> None:
        """Take back of the records what storage said that it did, and did not."""
        report = self.report
        if not report.done:
            return
        lost = await not_done(self.store, report.done)
        undone = {step.key for step in lost}
        back = [moved(step.target, step.key, step.language) for step in lost if step.target]
        report.done = [step for step in report.done if step.key not in undone]
        with writing(self.data) as connection:
            manifest.forget(connection, [step.key for step in report.done if step.action is Action.DELETE])
            manifest.rename(connection, back)
            refused = [(step, "storage said that it was done, and it was not") for step in lost]
            self._record(connection, [], refused)

    def _record(
        self, connection: sa.Connection, done: Sequence[Step], refused: Sequence[tuple[Step, str]]
    ) -> None:
        report, at = self.report, self.clock()
        journal.mark(connection, report.plan_id, [step.key for step in done], Status.DONE, at)
        journal.mark(connection, report.plan_id, [step.key for step, _ in refused], Status.FAILED, at)
        report.done += done
        report.failed += refused
