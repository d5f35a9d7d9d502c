"""What the tests of batch mode work at."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from langassets.batch_mode.collect import Collector
from langassets.batch_mode.openai import OpenAIBatches
from langassets.batch_mode.records import BatchRecords
from langassets.batch_mode.submit import Submitter
from langassets.database.connection import reading
from langassets.database.records.bill import DatabaseBill
from langassets.database.schema import model_usage as table
from langassets.database.translations.memory import DatabaseMemory
from langassets.services import Services
from langassets.settings import load_settings
from langassets.translation.cost.usage import ModelUsage, Spent
from langassets.translation.documents.document import document
from langassets.translation.engine.engine import Engine
from langassets.translation.engine.tasks import Translated, TranslationTask
from langassets.translation.providers.openai import OpenAIProvider
from langassets.translation.recipes import Recipes
from langassets.translation.types import TokenUsage
from langassets_tests.servers.openai_server import OpenAIServer

PARAGRAPHS = [f"Paragraph {n} of the lesson says something of its own, in one sentence." for n in range(8)]


def tasks(languages: tuple[str, ...] = ("he", "ar", "es")) -> list[TranslationTask]:
    made = document("text", {"text": "\n\n".join(PARAGRAPHS)})
    return [TranslationTask(language, "en", language, "A lesson", made) for language in languages]


class Desk:
    """Everything that a submission and a collection need, over one database and one server."""

    def __init__(self, data: sa.Engine, server: OpenAIServer) -> None:
        self.data = data
        self.records = BatchRecords(data)
        self.bill = DatabaseBill(data, "run", "preloaded_translations", lambda: self.now)
        self.memory = DatabaseMemory(data)
        self.now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
        self.asks(server, "gpt-6-luna")

    def asks(self, server: OpenAIServer, model: str) -> None:
        """From now on by this model."""
        self.provider = OpenAIProvider(server.key, model, server.url, 5.0)
        self.service = OpenAIBatches(self.provider)
        self.recipes = Recipes.of([self.provider])

    def services(self, **environ: str) -> Services:
        """As a process has them, with these settings."""
        made = Services(load_settings(environ), lambda: self.now)
        made.__dict__.update(data=self.data, recipes=self.recipes)
        return made

    def submitter(self, due_at: datetime | None = None, **environ: str) -> Submitter:
        return Submitter(self.services(**environ), self.service, self.records, self.bill, due_at)

    def collector(self) -> Collector:
        return Collector(self.services(), self.service, self.records)

    def recorded(self, batch: str) -> list[ModelUsage]:
        """The account of a batch."""
        query = sa.select(table).where(table.c.run_id == f"batch {batch}").order_by(table.c.language)
        with reading(self.data) as connection:
            return [
                ModelUsage(
                    row.language,
                    row.provider,
                    row.model,
                    Spent(
                        requests=row.requests,
                        segments=row.segments,
                        usage=TokenUsage(row.input_tokens, row.output_tokens),
                        cost=Decimal(str(row.cost)),
                    ),
                )
                for row in connection.execute(query)
            ]

    async def lessons(self) -> tuple[int, int]:
        """How many lessons an ordinary run gives back whole, and how many texts it asks for."""
        engine = Engine([self.provider], self.memory)
        whole = [isinstance(result, Translated) async for result in engine.translate(tasks())]
        return sum(whole), engine.totals.from_model


async def dies_before_handing_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, wanted: list[TranslationTask]
) -> None:
    """A submission that ends when it has planned its batch."""

    async def dies(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(desk.service, "submit", dies)
        with pytest.raises(KeyboardInterrupt):
            await desk.submitter()(wanted)
