"""Settings: read from a mapping or the environment with .env, all problems in one message."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from langassets.errors import SettingsError
from langassets.settings import Settings, load_settings


def test_without_any_variable_everything_has_a_default() -> None:
    settings = load_settings({})
    assert settings.predefined_languages == ("en", "he", "ar")
    assert settings.evaluation_cron == "0 2 1,15 * *"
    assert settings.database_url is None


def test_every_problem_is_named_with_its_cure_in_one_message() -> None:
    wrong = {
        "PROMOTE_SHARE": "a lot",
        "KEEP_MOST_USED": "-1",
        "EVALUATION_CRON": "every day",
        "JOBS_TIMEZONE": "Mars/Olympus",
        "PREDEFINED_LANGUAGES": "en,../../etc",
        "SUPABASE_URL": "abc.supabase.co",
        "DATABASE_URL": "mysql://host/name",
        "ENABLE_BACKGROUND_JOBS": "perhaps",
        "WEBSERVER_PORT": "70000",
    }
    with pytest.raises(SettingsError) as raised:
        load_settings(wrong)
    message = str(raised.value)
    assert message.startswith("9 settings are wrong")
    for name in wrong:
        line = next(line for line in message.splitlines() if line.strip().startswith(f"{name}:"))
        assert (Settings.model_fields[name.lower()].description or "") in line


def test_what_only_two_variables_together_get_wrong() -> None:
    with pytest.raises(SettingsError, match="DEMOTE_SHARE is above PROMOTE_SHARE"):
        load_settings({"PROMOTE_SHARE": "0.02"})
    with pytest.raises(SettingsError, match="SUPABASE_SERVICE_ROLE_KEY is not"):
        load_settings({"SUPABASE_URL": "https://abc.supabase.co"})


@pytest.mark.parametrize("name", ["SUPABASE_URL", "DATABASE_URL", "OPENAI_BASE_URL", "PROMOTE_SHARE"])
def test_a_secret_in_the_wrong_variable_is_not_repeated(name: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings({name: "sb_secret_0123456789"})
    assert "0123456789" not in str(raised.value)


def test_secrets_are_stripped_and_hidden() -> None:
    settings = load_settings({"OPENAI_API_KEY": " sk-secret\n"})
    assert settings.openai_api_key == SecretStr("sk-secret")
    assert "sk-secret" not in repr(settings)


def test_an_empty_variable_is_unset_but_an_empty_list_is_a_list() -> None:
    assert load_settings({"OPENAI_API_KEY": "", "KEEP_RECENT_DAYS": ""}).openai_api_key is None
    assert load_settings({"PREDEFINED_LANGUAGES": ""}).predefined_languages == ()


def test_either_name_of_the_gemini_key_is_read() -> None:
    assert load_settings({"GOOGLE_API_KEY": "one"}).gemini_api_key == SecretStr("one")
    assert load_settings({"GEMINI_API_KEY": "two"}).gemini_api_key == SecretStr("two")


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("PROMOTE_SHARE=0.1\nKEEP_MOST_USED=7\n")
    monkeypatch.setenv("PROMOTE_SHARE", "0.2")
    settings = load_settings(env_file=file)
    assert (settings.promote_share, settings.keep_most_used) == (0.2, 7)
