"""langassets on several machines: PostgreSQL for data and for Dagster, and Supabase's storage."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from langassets_tests.project import ROOT, Project
from langassets_tests.servers.afternoon import AFTERNOON
from langassets_tests.servers.gate import Gate
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.postgres import new_database
from langassets_tests.servers.programs import Programs, programs
from langassets_tests.servers.supabase_storage import SupabaseStorageServer


@dataclass
class Site:
    """Everything that its machines share; `data` and `dagster` are addresses of databases."""

    project: Project
    data: sa.Engine
    dagster: str
    model: OpenAIServer
    gate: Gate
    storage: SupabaseStorageServer

    def instance(self) -> dg.DagsterInstance:
        """Dagster's state, read from outside."""
        return dg.DagsterInstance.from_config(str(self.project.folder))

    def uploads(self) -> list[str]:
        """The keys of all objects that were written, in order."""
        return [call.match[1] for call in self.storage.requests if call.kind == "upload"]

    def stored(self, language: str) -> int:
        """How many lessons stand in a language."""
        return sum(key.startswith(f"{language}/lessons/") for key in self.storage.objects)

    def asked(self, language: str) -> list[str]:
        """Every text that a model was asked to translate into a language, as often as it was asked."""
        requests = [asked for asked in self.model.requests if asked.target_language == language]
        return [text for asked in requests for text in asked.texts.values()]


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def site(tmp_path: Path, postgres_server: str, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The demonstration, on servers that all machines reach."""
    folder = tmp_path / "project"
    folder.mkdir()
    with (
        new_database(postgres_server) as data,
        new_database(postgres_server) as dagster,
        OpenAIServer(behaviour=gate) as model,
        SupabaseStorageServer() as storage,
    ):
        project = Project(folder)
        project.environ |= {
            **AFTERNOON,
            "DATABASE_URL": data,
            "DAGSTER_HOME": str(folder),
            "DAGSTER_POSTGRES_URL": dagster,
            "DAGSTER_STATE_DIR": str(folder / ".dagster"),
            "SUPABASE_URL": storage.url,
            "SUPABASE_SERVICE_ROLE_KEY": storage.key,
            "OPENAI_API_KEY": model.key,
            "OPENAI_BASE_URL": model.url,
            "DEMOTE_SHARE": "0.05",  # the model of these tests knows no Portuguese
        }
        project.ok("langassets", "demo")
        storage.requests.clear()
        for name, value in project.environ.items():
            if name.startswith("DAGSTER_"):
                monkeypatch.setenv(name, value)
        engine = sa.create_engine(sa.make_url(data).set(drivername="postgresql+psycopg2"))
        try:
            yield Site(project, engine, dagster, model, gate, storage)
        finally:
            gate.open()
            engine.dispose()


def elsewhere(folder: Path, name: str) -> str:
    """A `PYTHONPATH` under which a program takes itself for one on another machine."""
    place = folder / name
    place.mkdir()
    (place / "sitecustomize.py").write_text(f"import socket\nsocket.gethostname = lambda: {name!r}\n")
    return f"{place}:{ROOT}"


@pytest.fixture
def running(site: Site) -> Iterator[Programs]:
    """Programs on the site's machines."""
    with programs(site.project.folder, site.project.env) as made:
        yield made
