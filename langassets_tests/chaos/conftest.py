"""Worlds to disturb, a folder and SQLite or Supabase Storage and PostgreSQL; and what rounds come to."""

from collections.abc import Iterator

import pytest

from langassets_tests.chaos.rounds import Tally, promised
from langassets_tests.chaos.world import Worlds
from langassets_tests.servers.openai_server import OpenAIServer


@pytest.fixture(scope="session", params=[False, True], ids=["local", "remote"])
def worlds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    folder = tmp_path_factory.mktemp("chaos")
    with OpenAIServer() as model, Worlds(folder, model, remote=request.param) as made:
        yield made


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    """Of the rounds of one test, with the bound that the page promises for it."""
    return Tally(promised(request.function.__name__))
