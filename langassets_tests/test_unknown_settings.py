"""Names that are nearly a setting's are told of; those of other programs never."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.defs.runs.processes import SERVER_START
from langassets.settings import unknown
from langassets.settings.unknown import setting_names, unknown_settings
from langassets_tests.commands import run_command

_MEANT = {
    "OPENAI_APIKEY": "OPENAI_API_KEY",
    "OPEN_AI_API_KEY": "OPENAI_API_KEY",
    "openai_api_kye": "OPENAI_API_KEY",
    "GEMNI_API_KEY": "GEMINI_API_KEY",
    "DATABSE_URL": "DATABASE_URL",
    "SUPABASE_SERVICE_KEY": "SUPABASE_SERVICE_ROLE_KEY",
    "PROMOTE_SHARES": "PROMOTE_SHARE",
    "promoteShare": "PROMOTE_SHARE",
    "PREDEFIND_LANGAUGES": "PREDEFINED_LANGUAGES",
    "TIER_HALF_LIFE": "TIER_HALF_LIFE_DAYS",
    "MAX_COST_RUN": "MAX_COST_PER_RUN",
    "API_ADMIN_TOKEN": "ADMIN_API_TOKEN",
    "ALERT_URL": "ALERT_URLS",
    "LANGASSETS_PROMOTE_SHARE": "PROMOTE_SHARE",
    "LANGASSETS_HOM": "LANGASSETS_HOME",
}
# What clients of OpenAI, Gemini and Supabase, web frameworks, shells and Kubernetes go by.
_OTHERS = [
    "OPENAI_API_KEYS",
    "OPENAI_API_KEY_2",
    "OPENAI_API_KEY2",
    "OPENAI_API_KEY_FILE",
    "OPENAI_MODELS",
    "OPENAI_ORG_ID",
    "OPENAI_API_BASE",
    "OPENAI_API_TYPE",
    "OPENAI_API_VERSION",
    "AZURE_OPENAI_API_KEY",
    "GEMINI_API_URL",
    "GEMINI_MODELS",
    "GOOGLE_API_KEYS",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "SUPABASE_KEY",
    "SUPABASE_ANON_KEY",
    "SUPABASE_BUCKET",
    "SUPABASE_DB_URL",
    "SUPABASE_JWT_SECRET",
    "NEXT_PUBLIC_SUPABASE_URL",
    "VITE_SUPABASE_URL",
    "DATABASE_URI",
    "DATABASE_HOST",
    "DATABASE_URLS",
    "TEST_DATABASE_URL",
    "DB_URL",
    "APP_PORT",
    "APP_HOST",
    "APP_CORS_ORIGINS",
    "API_HOSTS",
    "API_KEY",
    "API_POST",
    "API_TOKEN",
    "API_URL",
    "HOST_API",
    "HOST",
    "PORT",
    "WEBHOOK_URL",
    "LD_PRELOAD",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "PATH",
    "ARCHIVE_DIR",
    "TZ",
    "DAGSTER_HOME",
    "DAGSTER_POSTGRES_URL",
    "POSTGRES_PASSWORD",
    "LANGASSETS_IMAGE",
    "LANGASSETS_API_PORT",
    "LANGASSETS_API_SERVICE_HOST",
    "LANGASSETS_PORT_80_TCP_ADDR",
]


@pytest.mark.parametrize(("name", "meant"), _MEANT.items())
def test_a_name_that_is_nearly_a_settings_is_told_of_with_that_setting(name: str, meant: str) -> None:
    assert list(unknown_settings([name, "PATH"])) == [(name, meant)]


def test_other_programs_names_raise_no_alarm() -> None:
    assert list(unknown_settings([*_OTHERS, SERVER_START, *os.environ])) == []


def test_what_is_ours_by_its_first_word_is_told_of_without_a_guess_where_nothing_is_near() -> None:
    assert list(unknown_settings(["LANGASSETS_XYZZY"])) == [("LANGASSETS_XYZZY", None)]


def test_a_setting_that_is_set_is_not_meant_by_another_name_besides() -> None:
    assert list(unknown_settings(["OPENAI_APIKEY", "openai_api_key"])) == []


@pytest.mark.parametrize("lower", [False, True])
def test_no_setting_is_unknown_and_none_is_taken_for_another(lower: bool) -> None:
    names = [name.lower() if lower else name for name in setting_names()]
    assert [found for name in names for found in unknown_settings([name])] == []


@given(st.sampled_from(sorted(setting_names())), st.data())
def test_a_setting_without_its_underscores_or_with_two_letters_in_turn_is_found(
    name: str, data: st.DataObject
) -> None:
    joined = name.replace("_", "")
    if len(joined) >= 8 and joined != name:
        assert [meant for _, meant in unknown_settings([joined])] == [name]
    at = data.draw(st.integers(0, len(name) - 2))
    turned = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    if "_" not in name[at : at + 2] and turned != name and not name.startswith("LANGASSETS_"):
        assert [meant for _, meant in unknown_settings([turned])] == [name]


@given(st.lists(st.text(max_size=40)))
def test_any_name_at_all_can_be_looked_at(names: list[str]) -> None:
    assert {meant for _, meant in unknown_settings(names)} <= {None, *setting_names()}


@pytest.fixture
def folder(tmp_path: Path, migrated_sqlite: Path) -> Path:
    (tmp_path / ".langassets").mkdir()
    (tmp_path / ".langassets" / "langassets.db").write_bytes(migrated_sqlite.read_bytes())
    (tmp_path / ".env").write_text("PROMOTE_SHARES=0.1\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("started", [False, True])
def test_a_command_says_so_before_it_works_and_never_repeats_a_value(folder: Path, started: bool) -> None:
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "OPENAI_APIKEY": "sk-secret"}
    done = run_command(["lessons"], folder, environ | ({SERVER_START: "1"} if started else {}), 60)
    said = [
        "langassets: OPENAI_APIKEY is set, and no setting has that name: OPENAI_API_KEY may be meant.",
        "langassets: PROMOTE_SHARES is set, and no setting has that name: PROMOTE_SHARE may be meant.",
    ]
    assert done.returncode == 0
    assert done.stderr.splitlines() == ([] if started else said)


def test_the_doctor_warns_once(folder: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    done = run_command(["doctor"], folder, environ, 60)
    assert done.stdout.count("! unknown settings: PROMOTE_SHARES is set") == 1
    assert "PROMOTE_SHARES" not in done.stderr


def test_a_code_server_of_dagsters_own_logs_it(folder: Path) -> None:
    program = "from langassets.definitions import defs; defs()"
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environ, capture_output=True, text=True, check=True
    )
    assert "PROMOTE_SHARES is set" in done.stderr


def test_its_own_name_for_a_start_is_the_one_that_is_exported() -> None:
    assert f'"{SERVER_START}"' in Path(unknown.__file__).read_text(encoding="utf-8")
