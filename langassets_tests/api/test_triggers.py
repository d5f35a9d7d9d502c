"""A trigger that comes to nothing leaves nothing behind, on every database."""

from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.schema import job_triggers
from langassets_tests.api.running import BY_TOKEN, served, settings_of


@pytest.fixture
def database_of(engine: sa.Engine) -> str | None:
    """What DATABASE_URL says for this engine; None for the file."""
    if engine.dialect.name == "sqlite":
        return None
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_without_dagster_a_trigger_is_forgotten(
    engine: sa.Engine, database_of: str | None, tmp_path: Path
) -> None:
    with served(settings_of(tmp_path, database_url=database_of)) as client:
        answers = [_trigger(client), _trigger(client, {"Idempotency-Key": "a-key"}), _trigger(client)]
    assert [answer.status_code for answer in answers] == [503, 503, 503]
    with reading(engine) as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(job_triggers)) == 0


def _trigger(client: httpx.Client, headers: dict[str, str] | None = None) -> httpx.Response:
    return client.post("/api/jobs/trigger/cleanup", headers=BY_TOKEN | (headers or {}))
