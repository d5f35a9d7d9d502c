"""As a guest in an instance of others: what its settings lack, and the lines that mend it."""

import asyncio
from pathlib import Path

import pytest
import yaml

from langassets.cli.reports.doctor import dagster_instance
from langassets.jobs.doctor.findings import Examined, Finding, Verdict
from langassets.services import Services
from langassets.settings import load_settings

OTHERWISE = "telemetry: {enabled: false}\n"


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "host"
    made.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(made))
    return made


def _seen(home: Path) -> list[Finding]:
    environ = {"LANGASSETS_HOME": str(home), "ASSET_KEY_PREFIX": "lessons"}
    examined = Examined(Services(load_settings(environ)))

    async def every() -> list[Finding]:
        return [finding async for finding in dagster_instance(examined)]

    try:
        return asyncio.run(every())
    finally:
        asyncio.run(examined.close())


def _lines(finding: Finding) -> str:
    assert finding.verdict is Verdict.WARNING
    return finding.cure.partition("\n")[2]


def test_what_a_host_lacks_is_said_with_the_lines_that_mend_it(host: Path, home: Path) -> None:
    [nothing_said] = _seen(home)
    (host / "dagster.yaml").write_text(OTHERWISE)
    whose, lacking = _seen(home)
    assert whose.verdict is Verdict.OK
    assert lacking == nothing_said
    assert set(yaml.safe_load(_lines(lacking))) == {"concurrency", "run_monitoring", "run_retries"}
    (host / "dagster.yaml").write_text(OTHERWISE + _lines(lacking))
    assert [finding.verdict for finding in _seen(home)] == [Verdict.OK]


def test_only_what_is_lacking_is_named(host: Path, home: Path) -> None:
    (host / "dagster.yaml").write_text(OTHERWISE + "run_monitoring: {enabled: true}\n")
    *_, lacking = _seen(home)
    assert set(yaml.safe_load(_lines(lacking))) == {"concurrency", "run_retries"}
    assert "a run whose process died is not started again" in lacking.seen
    assert "run monitoring" not in lacking.seen
