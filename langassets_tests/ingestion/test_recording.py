"""Applications record requests with one call."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from langassets.database.connection import engine_of, reading
from langassets.database.usage.lesson_usage import UsageRow, lesson_requests
from langassets.errors import InputError, SettingsError
from langassets.ingestion.usage.recording import record_request, record_requests
from langassets.settings import Settings, load_settings


def settings_of(home: Path) -> Settings:
    return load_settings({"LANGASSETS_HOME": str(home)})


def test_a_request_is_recorded_in_a_database_that_did_not_exist(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "new" / "home")
    record_request("he", "7", at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC), settings=settings)
    record_request("he", "7", settings=settings)
    engine = engine_of(None, settings.langassets_home)
    with reading(engine) as connection:
        found = lesson_requests(connection, "he")["7"]
    engine.dispose()
    assert found.requests == 2
    assert found.last_day >= date(2026, 3, 1)


def test_a_request_is_recorded_in_postgresql(database_url: str, tmp_path: Path) -> None:
    settings = load_settings({"DATABASE_URL": database_url, "LANGASSETS_HOME": str(tmp_path)})
    record_requests(
        [UsageRow("he", "7", date(2026, 3, 1), 3), UsageRow("iw", "7", date(2026, 3, 1), 1)],
        settings=settings,
    )
    engine = engine_of(database_url, tmp_path)
    with reading(engine) as connection:
        assert lesson_requests(connection)["7"].requests == 4
    engine.dispose()


@pytest.mark.parametrize(
    ("language", "lesson", "message"),
    [("../../etc", "1", "not a language code"), ("es", "", "lesson is empty"), ("es", "a\nb", "printed")],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, language: str, lesson: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        record_request(language, lesson, settings=settings_of(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_moment_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="time zone"):
        record_request("es", "1", at=datetime(2026, 3, 1), settings=settings_of(tmp_path))  # noqa: DTZ001


def test_many_are_recorded_all_or_none(tmp_path: Path) -> None:
    rows = [UsageRow("es", "1", date(2026, 3, 1), 3), UsageRow("es", "1", date(2026, 3, 1), -3)]
    with pytest.raises(InputError, match="row 2: the count is negative"):
        record_requests(rows, settings=settings_of(tmp_path))


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="LANGASSETS_HOME"):
        record_request("es", "1", settings=settings_of(tmp_path / "file" / "home"))
