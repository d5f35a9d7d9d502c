"""No edit is lost and no lesson that could be fresh is stale, whatever happens in between, on every database
and every store."""

from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from langassets.database import application
from langassets.database.schema import installation, made_tables, metadata
from langassets.storage.local.store import LocalStore
from langassets.storage.store import ContentStore
from langassets.storage.supabase.store import SupabaseStore
from langassets_tests.chaos.rounds import ROUNDS, SEED
from langassets_tests.jobs.edits_machine import EditsMachine, World
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

_QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def server() -> Iterator[SupabaseStorageServer]:
    with SupabaseStorageServer() as running:
        yield running


def emptied(data: sa.Engine) -> None:
    kept = (made_tables, installation)
    with data.begin() as connection:
        for tables in (application.metadata, metadata):
            for table in reversed(tables.sorted_tables):
                if table not in kept:
                    connection.execute(table.delete())


def live(data: sa.Engine, home: Path, store: Callable[[int], ContentStore], lives: int, steps: int) -> None:
    """So many lives of so many steps, each with a database and a store that are empty."""
    number = 0

    class Machine(EditsMachine):
        def __init__(self) -> None:
            super().__init__()
            nonlocal number
            number += 1
            emptied(data)
            mine = number
            self.world = World(data, home, lambda: store(mine))

        def teardown(self) -> None:
            self.world.close()

    run_state_machine_as_test(
        hypothesis.seed(SEED)(Machine),
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=_QUIET,
            phases=[Phase.generate],
        ),
    )


def in_a_folder(home: Path) -> Callable[[int], ContentStore]:
    return lambda number: LocalStore(home / f"storage-{number}")


def on_a_server(server: SupabaseStorageServer) -> Callable[[int], ContentStore]:
    seen = 0

    def opened(number: int) -> ContentStore:
        nonlocal seen
        if number != seen:
            seen = number
            for key in list(server.objects):
                del server.objects[key]
        return SupabaseStore(server.url, server.key, "media")

    return opened


def test_edits_live_in_a_folder(engine: sa.Engine, tmp_path: Path) -> None:
    live(engine, tmp_path, in_a_folder(tmp_path), 10, 12)


def test_edits_live_on_supabase(engine: sa.Engine, tmp_path: Path, server: SupabaseStorageServer) -> None:
    live(engine, tmp_path, on_a_server(server), 3, 10)


@pytest.mark.chaos
@pytest.mark.timeout(3600)
def test_edits_live_long(engine: sa.Engine, tmp_path: Path) -> None:
    live(engine, tmp_path, in_a_folder(tmp_path), ROUNDS, 40)
