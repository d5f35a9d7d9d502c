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


# (a .env, its line that is wrong, what stands in the message)
BROKEN: list[tuple[bytes, int, str]] = [
    (b"A=1\n\n\nsecret-word\n", 4, "it has no '='"),
    (b"\xef\xbb\xbfsecret-word\r\nA=1\r\n", 1, "it has no '='"),
    (b"export secret-word\n", 1, "it has no '='"),
    (b"A=1\nTOKEN: secret-word\n", 2, "it has no '='"),
    (b'A=1\nB="secret-word\nC=2\n', 2, "a quote is opened"),
    (b"# a remark\n\nB='secret-word\n", 3, "a quote is opened"),
    (b'B="secret-word" and more\n', 1, "a quote is opened"),
    (b"MY NAME=secret-word\n", 1, "no name of a variable"),
    (b"1NAME=secret-word\n", 1, "no name of a variable"),
    (b"=secret-word\n", 1, "no name of a variable"),
]


@pytest.mark.parametrize(("written", "line", "why"), BROKEN)
def test_a_line_of_the_file_that_cannot_be_read_is_named(
    tmp_path: Path, written: bytes, line: int, why: str
) -> None:
    file = tmp_path / ".env"
    file.write_bytes(written)
    with pytest.raises(SettingsError) as raised:
        load_settings(env_file=file)
    assert f"{file}, line {line}: " in str(raised.value)
    assert why in str(raised.value)
    assert "secret-word" not in str(raised.value)


def test_what_a_shell_would_read_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark at the beginning, `export`, remarks, quotes, spaces, several lines; the last one counts."""
    monkeypatch.delenv("WEBSERVER_PORT", raising=False)
    file = tmp_path / ".env"
    file.write_bytes(
        b"\xef\xbb\xbfexport WEBSERVER_PORT=3001\r\n# PORT\r\n  API_PORT = '8001' # ours\n"
        b'OPENAI_API_KEY="one\ntwo"\nGEMINI_MODEL=a=b\nAPI_HOST=\nsome.one-elses=x\nWEBSERVER_PORT=3002\n'
    )
    read = load_settings(env_file=file)
    assert (read.webserver_port, read.api_port, read.gemini_model) == (3002, 8001, "a=b")
    assert read.api_host == "127.0.0.1"
    assert read.openai_api_key == SecretStr("one\ntwo")


def test_a_folder_of_the_files_name_is_no_file(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert load_settings(env_file=tmp_path / ".env").webserver_port


# What each kind of value must be.
BOUNDS = [
    ("PROMOTE_SHARE", "5", "must lie between 0 and 1."),
    ("PROMOTE_SHARE", "-0.1", "must lie between 0 and 1."),
    ("MAX_DELETE_FRACTION", "half", "must be a number."),
    ("KEEP_MOST_USED", "-1", "must be 0 or more."),
    ("KEEP_MOST_USED", "1.5", "must be a whole number."),
    ("KEEP_RECENT_DAYS", "inf", "must be a finite number."),
    ("TRANSLATION_TIMEOUT", "0", "must be more than 0."),
    ("WEBSERVER_PORT", "70000", "must lie between 1 and 65535."),
    ("ENABLE_BACKGROUND_JOBS", "perhaps", "must be true or false."),
    ("TRANSLATION_MODE", "slow", "must be 'direct', 'batch' or 'auto'."),
    ("OPENAI_MODEL", " ", "must not be empty."),
]


@pytest.mark.parametrize(("name", "value", "words"), BOUNDS)
def test_what_a_value_must_be_is_said_in_our_words(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings({name: value})
    assert f"{name}: {words}" in str(raised.value)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_no_setting_answers_in_a_librarys_words(name: str) -> None:
    for value in ("-1", "1e999", "x", "nan", " ", "9" * 400):
        try:
            load_settings({name.upper(): value})
        except SettingsError as error:
            for theirs in ("Input should", "Value should", "String should", "greater than", "should be"):
                assert theirs not in str(error)  # noqa: PT017 (some of the values are right)
