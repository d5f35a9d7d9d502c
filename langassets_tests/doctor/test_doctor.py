"""The doctor against set-ups that are broken for real: it names the item, and the cure."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database.application import language_stats, topics
from langassets.database.schema import usage_snapshots
from langassets.jobs.doctor import machine, models
from langassets.jobs.doctor.findings import Verdict
from langassets.translation.cost.price_list import checked_on
from langassets_tests.commands import run_command
from langassets_tests.doctor.broken import assert_failed, change
from langassets_tests.doctor.items import ITEMS, Examine
from langassets_tests.doctor.providers import KEY, MODEL, model_listing
from langassets_tests.servers.ports import free_port


def test_what_is_whole_is_found_whole(seen: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "OLD_PRICES", timedelta.max)  # whenever the test is run
    with model_listing() as address:
        found = seen(
            OPENAI_BASE_URL=f"{address}/v1",
            OPENAI_API_KEY=KEY,
            OPENAI_MODEL=MODEL,
            MODEL_PRICES=f"{MODEL}=1/2",
            ADMIN_API_TOKEN="0123456789abcdef",
        )
    whole = {item for item, finding in found.items() if finding.verdict is Verdict.OK}
    assert whole == set(ITEMS) - {"server", "daemon", "automation", "last runs"}


def test_settings_that_are_wrong(seen: Examine) -> None:
    found = seen(PROMOTE_SHARE="a lot", PRELOAD_CRON="daily", JOBS_TIMEZONE="Mars/Olympus")
    assert_failed(found["settings"], "PROMOTE_SHARE", "0 to 1", "PRELOAD_CRON", "JOBS_TIMEZONE")
    assert found["database"].verdict is Verdict.SKIPPED


def test_jobs_that_are_switched_off(seen: Examine) -> None:
    found = seen(ENABLE_BACKGROUND_JOBS="false")
    assert_failed(found["background jobs"], "ENABLE_BACKGROUND_JOBS=true", verdict=Verdict.WARNING)


@pytest.mark.parametrize("token", [None, "short"])
def test_tokens_that_are_missing_or_short(seen: Examine, token: str | None) -> None:
    found = seen(**({"ADMIN_API_TOKEN": token} if token else {}))
    assert_failed(found["api tokens"], "ADMIN_API_TOKEN", "openssl rand", verdict=Verdict.WARNING)


def test_an_api_that_everyone_can_read(seen: Examine) -> None:
    everywhere = {"API_HOST": "0.0.0.0", "ADMIN_API_TOKEN": "0123456789abcdef"}
    found = seen(**everywhere)["api tokens"]
    assert_failed(found, "0.0.0.0", "API_PUBLIC_STATUS=false", verdict=Verdict.WARNING)
    assert seen(**everywhere, API_PUBLIC_STATUS="false")["api tokens"].verdict is Verdict.OK


def test_a_disk_that_is_full(seen: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LEAST", 1 << 62)  # more than any disk has free
    assert_failed(seen()["disk"], "Free some space", "LANGASSETS_HOME")


def test_a_home_that_is_no_folder(seen: Examine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = seen(LANGASSETS_HOME=str(tmp_path / "file" / "home"))
    assert_failed(found["database"], "LANGASSETS_HOME", "may be written to")
    assert found["counters"].verdict is Verdict.SKIPPED


def test_a_database_that_is_none(seen: Examine, home: Path) -> None:
    (home / "langassets.db").write_bytes(b"not a database" * 1000)
    assert_failed(seen()["database"], "not a database", "Move the file away")


def test_a_database_of_a_newer_version(seen: Examine, home: Path) -> None:
    change(home, sa.text("UPDATE schema_version SET version_num = '9999'"))
    assert_failed(seen()["database"], "9999", "upgrade langassets")


def test_a_database_that_does_not_answer(seen: Examine) -> None:
    found = seen(DATABASE_URL=f"postgresql://user:the-password@127.0.0.1:{free_port()}/name")
    assert_failed(found["database"], "DATABASE_URL", "refused")
    assert "the-password" not in str(found)


def test_a_wrong_name_of_the_database(seen: Examine, postgres_server: str) -> None:
    url = sa.make_url(postgres_server).set(database="nowhere", drivername="postgresql")
    found = seen(DATABASE_URL=url.render_as_string(hide_password=False))
    assert_failed(found["database"], "nowhere", "Correct the name of the database")


def test_postgresql_is_asked_what_time_it_is(seen: Examine, database_url: str) -> None:
    found = seen(DATABASE_URL=database_url)
    assert found["database"].verdict is Verdict.OK
    assert (found["clock"].verdict, found["clock"].seen) == (Verdict.OK, "It agrees with the database.")


def test_no_usage_at_all(seen: Examine, home: Path) -> None:
    change(home, language_stats.delete())
    assert_failed(seen()["counters"], "no usage statistics yet", "import-usage")


def test_counters_that_stand_still(seen: Examine, home: Path) -> None:
    change(home, _snapshot(1000))
    found = seen()["counters"]
    assert_failed(found, "have not grown", "update_language_stats", verdict=Verdict.WARNING)


def test_counters_that_were_set_back(seen: Examine, home: Path) -> None:
    change(home, _snapshot(5000))
    assert_failed(seen()["counters"], "5,000", "--accept-reset")


def _snapshot(requests: int) -> sa.Insert:
    return usage_snapshots.insert().values(
        taken_at=datetime.now(UTC) - timedelta(days=10),
        language="he",
        total_requests=requests,
        lesson_requests=0,
        weighted_requests=1.0,
    )


def test_no_lessons(seen: Examine, home: Path) -> None:
    change(home, topics.update().values(status="archived"))
    assert_failed(seen()["lessons"], "no active lesson", "import-lessons")


def test_a_glossary_that_cannot_be_read(seen: Examine, tmp_path: Path) -> None:
    (tmp_path / "glossary.csv").write_text("word,meaning\n")
    assert_failed(seen(GLOSSARY_FILE=str(tmp_path / "glossary.csv"))["files"], "glossary.csv", "term")


def test_prices_that_are_unknown_or_old_or_wrong(seen: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = seen(OPENAI_BASE_URL=f"http://127.0.0.1:{free_port()}/v1", OPENAI_MODEL="ours")
    assert_failed(unknown["prices"], "ours", "MODEL_PRICES", verdict=Verdict.WARNING)
    assert_failed(seen(MODEL_PRICES="ours=1")["prices"], "MODEL_PRICES: 'ours=1'")
    monkeypatch.setattr(models, "OLD_PRICES", timedelta(days=-1))
    old = seen()["prices"]
    assert_failed(old, "genai-prices", f"on {checked_on()}", "days ago", "upgrade", verdict=Verdict.WARNING)


def test_no_key_at_all(seen: Examine) -> None:
    assert_failed(seen()["keys"], "GEMINI_API_KEY", "OPENAI_API_KEY", verdict=Verdict.WARNING)


@pytest.mark.parametrize("provider", ["OPENAI", "GEMINI"])
def test_keys_and_models(seen: Examine, provider: str) -> None:
    with model_listing() as address:
        where = {
            "OPENAI": {"OPENAI_BASE_URL": f"{address}/v1"},
            "GEMINI": {"GEMINI_API_ENDPOINT": address},
        }[provider]
        key, model = f"{provider}_API_KEY", f"{provider}_MODEL"
        assert seen(**where, **{key: KEY, model: MODEL})["keys"].verdict is Verdict.OK
        refused = seen(**where, **{key: "sk-a-wrong-key", model: MODEL})
        unknown = seen(**where, **{key: KEY, model: "a-typo"})
    assert_failed(refused["keys"], "refuses the key", key)
    assert "sk-a-wrong-key" not in str(refused)
    assert_failed(unknown["keys"], "a-typo", model)
    gone = seen(**where, **{key: KEY, model: MODEL})
    assert_failed(gone["keys"], "cannot be reached", next(iter(where)))


@pytest.mark.parametrize(("hours", "verdict"), [(1, Verdict.FAILED), (0.05, Verdict.WARNING)])
def test_a_clock_that_is_wrong(seen: Examine, hours: float, verdict: Verdict) -> None:
    with model_listing(ahead=timedelta(hours=hours)) as address:
        found = seen(OPENAI_BASE_URL=f"{address}/v1", OPENAI_API_KEY=KEY, OPENAI_MODEL=MODEL)
    assert_failed(found["clock"], "timedatectl", verdict=verdict)


def test_dagster_that_does_not_run(seen: Examine) -> None:
    found = seen()
    assert_failed(found["server"], "langassets ui", "DAGSTER_WEBSERVER_URL")
    assert found["daemon"].verdict is Verdict.SKIPPED


def test_something_else_where_dagster_should_be(seen: Examine) -> None:
    with model_listing() as address:
        assert_failed(seen(DAGSTER_WEBSERVER_URL=address)["server"], address)


def test_the_command_says_it_in_words_and_for_machines(home: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "LANGASSETS_HOME": str(home)}
    environ["DAGSTER_WEBSERVER_URL"] = f"http://127.0.0.1:{free_port()}"
    words = run_command(["doctor"], home, environ, 170)
    assert words.returncode == 1, words.stderr
    assert "✓ database: SQLite" in words.stdout
    assert "✗ server: Dagster cannot be used" in words.stdout
    machine = run_command(["doctor", "--json"], home, environ, 170)
    assert machine.returncode == 1, machine.stderr
    assert [row["item"] for row in json.loads(machine.stdout)] == [*ITEMS, "dagster instance"]


def test_a_language_under_two_codes(seen: Examine, home: Path) -> None:
    for code, lessons in (("pt-BR", "12"), ("pt_BR", "1")):
        for lesson in lessons:
            key = home / "storage" / code / "lessons" / lesson / "text.json"
            key.parent.mkdir(parents=True, exist_ok=True)
            key.write_text('{"text": "Mar"}')
    change(home, language_stats.insert().values(language_code="pt_BR", total_requests=900))
    words = ("2 objects lie under pt-BR instead of pt_BR", "langassets plan languages")
    assert_failed(seen()["languages"], *words, verdict=Verdict.WARNING)
    change(home, language_stats.insert().values(language_code="pt-BR", total_requests=1))
    both = ("the application uses pt-BR and pt_BR", "language_stats", "langassets reconcile")
    assert_failed(seen()["languages"], *both, verdict=Verdict.WARNING)


def _doctor(home: Path, *options: str) -> tuple[int, dict[str, str]]:
    """The exit code of the command as cron has it, and the verdicts by item."""
    nobody = {name: value for name, value in os.environ.items() if not name.startswith("DAGSTER")}
    environ = nobody | {"LANGASSETS_HOME": str(home), "WEBSERVER_PORT": str(free_port())}
    done = run_command(["doctor", "--json", *options], home, environ, 170)
    return done.returncode, {one["item"]: one["verdict"] for one in json.loads(done.stdout)}


def test_no_server_is_missed_where_there_never_was_one(home: Path) -> None:
    code, verdicts = _doctor(home)
    assert code == 0
    assert {verdicts[item] for item in ("server", "daemon", "automation", "last runs")} == {"skipped"}


def test_a_server_that_was_there_once_is_missed_unless_it_is_left_out(home: Path) -> None:
    (home / "ui").mkdir()  # as `langassets ui` leaves it
    code, verdicts = _doctor(home)
    assert (code, verdicts["server"]) == (1, "failed")
    code, verdicts = _doctor(home, "--no-server")
    assert (code, verdicts["server"]) == (0, "skipped")
