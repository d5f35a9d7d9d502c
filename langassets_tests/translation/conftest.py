"""A memory of a test's own."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from langassets.database.connection import engine_of
from langassets.database.memory import DatabaseMemory


@pytest.fixture
def memory(migrated_sqlite: Path, tmp_path: Path) -> Iterable[DatabaseMemory]:
    (tmp_path / "langassets.db").write_bytes(migrated_sqlite.read_bytes())
    engine = engine_of(None, tmp_path)
    yield DatabaseMemory(engine)
    engine.dispose()
