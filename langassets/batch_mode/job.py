"""Batch mode: the daily preload at half the price, handed in by one run and collected by a sensor."""

from collections.abc import AsyncIterator, Iterable, Sequence, Set
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple

from langassets.batch_mode.collect import Collected, Collector
from langassets.batch_mode.gemini import GeminiBatches
from langassets.batch_mode.openai import OpenAIBatches
from langassets.batch_mode.records import BatchRecords
from langassets.batch_mode.requests import BatchService
from langassets.batch_mode.submit import Submission, Submitter
from langassets.database.locks import alone_with_batches
from langassets.services import Services
from langassets.settings import Settings
from langassets.translation.cost.bill import Bill
from langassets.translation.engine.tasks import TranslationTask
from langassets.translation.providers.gemini import GeminiProvider
from langassets.translation.providers.openai import OpenAIProvider
from langassets.translation.providers.opening import open_providers
from langassets.translation.types import MemoryKey, Mode, Provider


class Outlook(NamedTuple):
    """What open batches are `waiting` for, in time; and what is `left` of those that are over, or late."""

    waiting: Set[MemoryKey]
    left: Set[MemoryKey]


def offered(settings: Settings) -> Sequence[Mode]:
    """The ways by which the preferred provider may be asked: a server of one's own offers but one."""
    if settings.gemini_api_key or settings.openai_api_key:
        return tuple(Mode)
    return (Mode.DIRECT,)


async def hand_in(
    services: Services, tasks: Iterable[TranslationTask], bill: Bill, due_at: datetime | None = None
) -> Submission:
    """Hand in what neither memory nor an open batch holds; one process at a time, or what the other has just
    planned would be taken for left behind. By `due_at` it must be there, None for no such moment: then it
    goes to OpenAI where its key is set, else to the preferred provider."""
    with alone_with_batches(services.data, who="preload, handing in batches"):
        async with _batch_services(services.settings) as found:
            service = next((one for one in found if due_at is None and one.name == "openai"), found[0])
            return await Submitter(services, service, BatchRecords(services.data), bill, due_at)(tasks)


def waiting(services: Services) -> int:
    """How many batches have not been collected."""
    return BatchRecords(services.data).waiting()


def outlook(services: Services) -> Outlook:
    """What batches are about to bring, and what they did not."""
    records, now = BatchRecords(services.data), services.clock()
    in_time, late = set[MemoryKey](), set[MemoryKey]()
    for provider, _ in services.recipes.models:
        for batch in records.open(provider):
            keys = late if batch.is_late(now) else in_time
            keys.update(key for request in batch.requests for key in request.keys)
    return Outlook(in_time - late, records.left(now) | late)


async def collect(services: Services) -> list[Collected]:
    """Take into memory what the providers have finished; doing it twice does no harm."""
    collected: list[Collected] = []
    async with _batch_services(services.settings) as found:
        for service in found:
            collected += await Collector(services, service, BatchRecords(services.data))()
    return collected


@asynccontextmanager
async def _batch_services(settings: Settings) -> AsyncIterator[list[BatchService]]:
    """Those of the providers that have one, the preferred one first."""
    providers = open_providers(settings)
    try:
        yield [service for provider in providers if (service := _of(provider))]
    finally:
        for provider in providers:
            await provider.close()


def _of(provider: Provider) -> BatchService | None:
    if isinstance(provider, OpenAIProvider):
        return OpenAIBatches(provider)
    return GeminiBatches(provider) if isinstance(provider, GeminiProvider) else None
