"""A preload's translating: everything at once, or each object the cheapest way that is in time."""

import logging
from dataclasses import dataclass
from datetime import datetime

from langassets.batch_mode.job import hand_in, outlook
from langassets.batch_mode.submit import Submission
from langassets.errors import ProviderError, ProviderUnavailableError
from langassets.jobs.preload.contents import Chosen, Contents, every
from langassets.jobs.preload.limits import Account
from langassets.jobs.preload.plan import PlannedObject
from langassets.jobs.preload.report import PreloadReport
from langassets.jobs.preload.storing import Writer
from langassets.jobs.preload.ways import is_soon, split, way
from langassets.services import Services
from langassets.translation.cost.bill import Bill
from langassets.translation.engine.engine import Engine
from langassets.translation.types import Mode

_log = logging.getLogger("langassets.preload")


@dataclass(frozen=True)
class Translation:
    """What a run translates with, and where it goes."""

    services: Services
    engine: Engine
    contents: Contents
    writer: Writer
    account: Account
    report: PreloadReport
    bill: Bill

    async def __call__(self, chosen: Chosen = every) -> None:
        """Translate and store what was planned and is `chosen`, in the order of the report."""
        try:
            async for result in self.engine.translate(self.contents.tasks(chosen)):
                new = self.contents.translated(result)
                if new and await self.writer.add(new):
                    # A limit holds for the retry of a run that is killed, too.
                    self.account.record(self.engine)
            await self.writer.flush()
        finally:
            self.account.record(self.engine)


async def in_time(translation: Translation, due: datetime | None) -> None:
    """Have each object go the cheapest way that is in time: what users wait for directly; what memory holds
    for nothing; what a batch did not bring directly; the rest, which is due then, by a batch or by flex.
    Where nothing has time, `due` is None."""
    if due is None:
        await translation()
        return
    report = translation.report
    soon = {item.key for one in report.languages for item in one.plan.to_make if is_soon(item, one.plan)}

    def has_time(item: PlannedObject) -> bool:
        return item.key not in soon

    await translation(lambda item: item.key in soon)
    await _from_memory(translation, has_time)
    services, contents = translation.services, translation.contents
    found = split(services, contents.left(has_time), outlook(services))
    if found.directly:
        await translation(lambda item: item.key in found.directly)
    mode = way(services, due)
    if mode is Mode.BATCH:
        mode = await _by_batch(translation, lambda item: item.key in found.wait | found.rest, due)
    elif found.wait:
        report.handed_in = Submission(waiting=len(found.wait))
    if mode is not Mode.BATCH and found.rest:
        translation.engine.ask(mode)
        await translation(lambda item: item.key in found.rest)
        translation.engine.ask(Mode.DIRECT)


async def _from_memory(translation: Translation, chosen: Chosen) -> None:
    """Make what takes no request."""
    translation.engine.rest(resting=True)
    try:
        await translation(chosen)
    finally:
        translation.engine.rest(resting=False)
        translation.account.record(translation.engine)


async def _by_batch(translation: Translation, chosen: Chosen, due: datetime) -> Mode:
    """Hand in what is chosen; the way by which it goes. Where nobody knows whether it arrived, it is looked
    for later; where it was refused, it goes directly."""
    try:
        tasks = translation.contents.left(chosen)
        translation.report.handed_in = await hand_in(translation.services, tasks, translation.bill, due)
    except ProviderUnavailableError as error:
        _log.warning("Whether the batch arrived is looked up later: %s", error)
        translation.report.handed_in = Submission()
    except ProviderError as error:
        _log.warning("No batch is taken, so what it was to bring is asked for directly: %s", error)
        return Mode.DIRECT
    return Mode.BATCH
