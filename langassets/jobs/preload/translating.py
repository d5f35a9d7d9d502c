"""A preload's translating: everything at once, or each object the cheapest way that is in time."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from langassets.batch_mode.job import hand_in, outlook
from langassets.batch_mode.submit import Submission
from langassets.database.records.bill import spent_by
from langassets.database.records.model_usage import account_of
from langassets.errors import ProviderError, ProviderUnavailableError
from langassets.jobs.preload.contents import Chosen, Contents
from langassets.jobs.preload.edits.edited import learn_edits
from langassets.jobs.preload.limits import has_limits, record_spending, warn_beyond_limits
from langassets.jobs.preload.report import PreloadReport
from langassets.jobs.preload.storing import Writer
from langassets.jobs.preload.ways import is_soon, split, way
from langassets.jobs.preload.worth import ranks
from langassets.services import Services
from langassets.storage.store import ContentStore
from langassets.translation.cost.bill import Bill
from langassets.translation.engine.engine import Engine
from langassets.translation.types import Mode

_log = logging.getLogger("langassets.preload")

# How often a preload takes up what people edited while it ran; what they edit after that waits for the next.
_LOOKS = 3


class Run(NamedTuple):
    """A run, its attempt, and by which way it goes; see `langassets.jobs.preload.job.preload`."""

    run_id: str
    attempt: int
    deferred: bool
    due: datetime | None


async def make(services: Services, store: ContentStore, report: PreloadReport, run: Run) -> None:
    """Copy, translate and store what is planned, and learn what people change meanwhile."""
    contents = Contents(services, report, deferred=run.deferred or run.due is not None)
    account = account_of(run.run_id, run.attempt)
    writer = Writer(services, store, run.run_id, report)
    await _copy(contents, writer)
    if has_limits(services.settings):
        report.ranks = ranks(services, [one.plan for one in report.languages])
    if not run.deferred:
        warn_beyond_limits(services, report)
    bill = services.bill(run.run_id)
    spent = spent_by(services.data, run.run_id, bill)
    async with services.engine(spent, only_memory=run.deferred, retrying=run.attempt > 0) as engine:
        translation = _Translation(services, engine, contents, writer, account, report, bill)
        await translation.make(run.due)
        for _ in range(_LOOKS):
            if not await _learn_what_changed(services, store, writer, report):
                break
            await _copy(contents, writer)
            await translation.make(run.due)
    if run.deferred:
        report.stopped = None  # it was not to ask for more
        report.handed_in = await hand_in(services, contents.left(), bill)


async def _learn_what_changed(
    services: Services, store: ContentStore, writer: Writer, report: PreloadReport
) -> bool:
    """Learn from objects that people edited while the preload ran; whether there were any."""
    changed = writer.take_changed()
    for one in report.languages:
        items = [item for item in changed if item.language == one.language]
        if services.settings.overwrite_edited:
            one.plan.overwrite(items)
        else:
            one.plan.keep(items)
            await learn_edits(services, store, one.plan, items)
    return bool(changed)


async def _copy(contents: Contents, writer: Writer) -> None:
    """Store lessons that are written in the language."""
    for copy in contents.copies():
        await writer.add(copy)
    await writer.flush()


@dataclass(frozen=True)
class _Translation:
    """What a run translates with, and where it goes."""

    services: Services
    engine: Engine
    contents: Contents
    writer: Writer
    account: str
    report: PreloadReport
    bill: Bill

    async def make(self, due: datetime | None) -> None:
        """Have each object go the cheapest way that is in time: what users wait for directly; what memory
        holds for nothing; what a batch did not bring directly; the rest, which is due then, by a batch or by
        flex. Where nothing has time, `due` is None."""
        if due is None:
            await self._translate()
            return
        plans = [one.plan for one in self.report.languages]
        to_make = {item.key for plan in plans for item in plan.to_make}
        soon = {item.key for plan in plans for item in plan.to_make if is_soon(item, plan)}
        has_time = to_make - soon
        await self._translate(soon)
        await self._from_memory(has_time)
        found = split(self.services, self.contents.left(has_time), outlook(self.services))
        if found.directly:
            await self._translate(found.directly)
        mode = way(self.services, due)
        if mode is Mode.BATCH:
            mode = await self._by_batch(found.wait | found.rest, due)
        elif found.wait:
            self.report.handed_in = Submission(waiting=len(found.wait))
        if mode is not Mode.BATCH and found.rest:
            self.engine.ask(mode)
            await self._translate(found.rest)
            self.engine.ask(Mode.DIRECT)

    def _record(self) -> None:
        record_spending(self.services, self.account, self.report, self.engine)

    async def _translate(self, chosen: Chosen = None) -> None:
        """Translate and store what was planned and is `chosen`, in the order of the report."""
        try:
            async for result in self.engine.translate(self.contents.tasks(chosen)):
                new = self.contents.translated(result)
                if new and await self.writer.add(new):
                    # A limit holds for the retry of a run that is killed, too.
                    self._record()
            await self.writer.flush()
        finally:
            self._record()

    async def _from_memory(self, chosen: Chosen) -> None:
        """Make what takes no request."""
        self.engine.rest(resting=True)
        try:
            await self._translate(chosen)
        finally:
            self.engine.rest(resting=False)
            self._record()

    async def _by_batch(self, chosen: Chosen, due: datetime) -> Mode:
        """Hand in what is chosen; the way by which it goes. Where nobody knows whether it arrived, it is
        looked for later; where it was refused, it goes directly."""
        try:
            tasks = self.contents.left(chosen)
            self.report.handed_in = await hand_in(self.services, tasks, self.bill, due)
        except ProviderUnavailableError as error:
            _log.warning("Whether the batch arrived is looked up later: %s", error)
            self.report.handed_in = Submission()
        except ProviderError as error:
            _log.warning("No batch is taken, so what it was to bring is asked for directly: %s", error)
            return Mode.DIRECT
        return Mode.BATCH
