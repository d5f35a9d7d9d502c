"""No edit is lost, no lesson that could be fresh is stale, no error is stored, nothing is asked for twice
without a reason, and people are obeyed, whatever happens in between, on every database and every store."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from langassets_tests.chaos.rounds import ROUNDS, SEED
from langassets_tests.chaos.segments import SegmentsMachine
from langassets_tests.chaos.segments.world import World
from langassets_tests.chaos.stores import Opened, emptied, in_a_folder, on_a_server
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

_QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
PHASES = [Phase.generate]


def live(data: sa.Engine, home: Path, store: Opened, lives: int, steps: int) -> None:
    """So many lives of so many steps, each with a database and a store that are empty."""
    number = 0

    class Machine(SegmentsMachine):
        def __init__(self) -> None:
            super().__init__()
            nonlocal number
            number += 1
            emptied(data)
            mine = number
            self.world = World(data, home, lambda: store(mine))

    run_state_machine_as_test(
        hypothesis.seed(SEED)(Machine),
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=_QUIET,
            phases=PHASES,
        ),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Opened:
    return in_a_folder(tmp_path)


@pytest.fixture
def bucket() -> Iterator[Opened]:
    with SupabaseStorageServer() as server:
        yield on_a_server(server)


def test_segments_live(engine: sa.Engine, tmp_path: Path, folder: Opened, bucket: Opened) -> None:
    """SQLite with the folder, PostgreSQL with Supabase: each of them once."""
    store, lives = (folder, 5) if engine.dialect.name == "sqlite" else (bucket, 3)
    live(engine, tmp_path, store, lives, 12)


@pytest.mark.chaos
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("place", ["folder", "bucket"])
def test_segments_live_long(
    engine: sa.Engine, tmp_path: Path, place: str, request: pytest.FixtureRequest
) -> None:
    live(engine, tmp_path, request.getfixturevalue(place), max(5, ROUNDS // 5), 40)
