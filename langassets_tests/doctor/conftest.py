"""A home of the test's own, and the doctor to look at it."""

import asyncio
import shutil
from pathlib import Path

import pytest

from langassets.database.application import content, content_types, language_stats, topics
from langassets.database.connection import engine_of, writing
from langassets.jobs.doctor.examine import examine
from langassets.jobs.doctor.findings import Finding, Verdict
from langassets.settings import load_settings
from langassets_tests.doctor.items import ITEMS, Examine
from langassets_tests.servers.ports import free_port


@pytest.fixture
def home(tmp_path: Path, migrated_sqlite: Path) -> Path:
    """A home whose database has usage and a lesson."""
    shutil.copyfile(migrated_sqlite, tmp_path / "langassets.db")
    engine = engine_of(None, tmp_path)
    with writing(engine) as connection:
        connection.execute(language_stats.insert().values(language_code="he", total_requests=1000))
        connection.execute(topics.insert().values(topic_id=1, topic_name="One", trainer_id="t"))
        connection.execute(content_types.insert().values(type_id=1, type_name="text"))
        connection.execute(
            content.insert().values(
                topic_id=1, content_type_id=1, content_data={"text": "One."}, generation_method_id="m"
            )
        )
    engine.dispose()
    return tmp_path


@pytest.fixture
def seen(home: Path) -> Examine:
    """Examine with these variables; what is found, by item (the worst, where there are several)."""

    def run(**variables: str) -> dict[str, Finding]:
        nowhere = f"http://127.0.0.1:{free_port()}"
        given = {"LANGASSETS_HOME": str(home), "DAGSTER_WEBSERVER_URL": nowhere, **variables}

        async def collect() -> list[Finding]:
            return [finding async for finding in examine(lambda: load_settings(given))]

        findings = asyncio.run(collect())
        assert all(finding.cure for finding in findings if finding.verdict in {"failed", "warning"})
        assert list(dict.fromkeys(finding.item for finding in findings)) == ITEMS or "settings" in {
            finding.item for finding in findings if finding.verdict is Verdict.FAILED
        }
        rank = [Verdict.OK, Verdict.SKIPPED, Verdict.WARNING, Verdict.FAILED]
        return {one.item: one for one in sorted(findings, key=lambda one: rank.index(one.verdict))}

    return run
