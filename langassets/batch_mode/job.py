"""Batch mode: the daily preload at half the price, handed in by one run and collected by a sensor."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from langassets.batch_mode.collect import Collected, Collector
from langassets.batch_mode.openai import OpenAIBatches
from langassets.batch_mode.records import BatchRecords
from langassets.batch_mode.submit import Submission, Submitter
from langassets.database.locks import alone_with_batches
from langassets.database.records.model_usage import record_usage
from langassets.services import Services
from langassets.translation.cost.bill import Bill
from langassets.translation.engine.tasks import TranslationTask
from langassets.translation.providers.openai import OpenAIProvider


async def hand_in(services: Services, tasks: Iterable[TranslationTask], bill: Bill) -> Submission:
    """Hand in what neither memory nor an open batch holds; one process at a time, or what the other has just
    planned would be taken for left behind."""
    settings = services.settings
    with alone_with_batches(services.data, who="preload, handing in batches"):
        async with _service(services) as service:
            submit = Submitter(
                service,
                BatchRecords(services.data),
                services.memory,
                services.recipes,
                services.clock,
                services.prices,
                settings.max_cost_per_run,
                settings.max_requests_per_run,
                services.refusals,
                bill,
            )
            return await submit(tasks)


def waiting(services: Services) -> int:
    """How many batches have not been collected."""
    return BatchRecords(services.data).waiting()


async def collect(services: Services) -> list[Collected]:
    """Take into memory what the provider has finished; doing it twice does no harm."""
    async with _service(services) as service:
        collector = Collector(
            service,
            BatchRecords(services.data),
            services.memory,
            services.clock,
            services.prices,
            lambda batch, usage: record_usage(services.data, f"batch {batch}"[:64], usage, services.clock()),
            services.bill(""),
        )
        return await collector()


@asynccontextmanager
async def _service(services: Services) -> AsyncIterator[OpenAIBatches]:
    provider = OpenAIProvider.of(services.settings)
    try:
        yield OpenAIBatches(provider)
    finally:
        await provider.close()
