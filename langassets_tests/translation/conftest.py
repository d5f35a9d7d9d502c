"""A memory of a test's own, and a desk to hand in batches from."""

from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database.connection import engine_of
from langassets.database.translations.memory import DatabaseMemory
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.translation.batch_desk import Desk


@pytest.fixture
def memory(migrated_sqlite: Path, tmp_path: Path) -> Iterable[DatabaseMemory]:
    (tmp_path / "langassets.db").write_bytes(migrated_sqlite.read_bytes())
    engine = engine_of(None, tmp_path)
    yield DatabaseMemory(engine)
    engine.dispose()


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
async def desk(engine: sa.Engine, server: OpenAIServer) -> AsyncIterator[Desk]:
    desk = Desk(engine, server)
    yield desk
    await desk.provider.close()
