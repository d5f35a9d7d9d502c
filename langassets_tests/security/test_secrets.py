"""Secrets are planted in every variable that takes one, servers quote them, and nothing repeats them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from langassets.errors import SettingsError
from langassets.settings import Settings, load_settings
from langassets_tests.project import Project
from langassets_tests.security.echo import echoing
from langassets_tests.servers.ports import free_port

_PLANTED = "planted-{}-0123456789abcdef"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, list[str]]]:
    """A project with a secret in each variable, and the secrets."""
    with echoing() as server:
        host = server.removeprefix("http://")
        secrets = {
            name: _PLANTED.format(name) for name in ("openai", "gemini", "admin", "alert", "ping", "data")
        }
        nowhere = f"127.0.0.1:{free_port()}"
        environ = {
            "OPENAI_API_KEY": secrets["openai"],
            "OPENAI_BASE_URL": f"{server}/v1",
            "GEMINI_API_KEY": secrets["gemini"],
            "GEMINI_API_ENDPOINT": server,
            "ADMIN_API_TOKEN": secrets["admin"],
            "ALERT_URLS": f"json://user:{secrets['alert']}@{host}/hook",
            "HEARTBEAT_URL": f"{server}/{secrets['ping']}",
            "RETRY_DELAY": "0",
            "DAGSTER_WEBSERVER_URL": f"http://{nowhere}",
        }
        made = Project(tmp_path_factory.mktemp("project"), environ)
        made.ok("langassets", "demo")
        yield made, list(secrets.values())


def test_no_command_and_no_file_repeats_a_secret(project: tuple[Project, list[str]]) -> None:
    made, secrets = project
    said = []
    for command in (
        ["doctor"],
        ["doctor", "--json"],
        ["run", "evaluation"],
        ["run", "preload"],
        ["plan", "preload", "--json"],
        ["status", "--json"],
        ["history", "--json"],
    ):
        done = made.run("langassets", *command)
        said.append(f"{command}: {done.stdout}{done.stderr}")
    # All of them were asked, and said that the key is refused.
    assert any("refuses the key" in one for one in said)
    without_database = Project(
        made.folder,
        made.environ | {"DATABASE_URL": f"postgresql://user:{secrets[-1]}@127.0.0.1:{free_port()}/name"},
    )
    for command in (["status"], ["doctor"], ["run", "evaluation"]):
        done = without_database.run("langassets", *command)
        assert "DATABASE_URL" in done.stdout + done.stderr
        said.append(f"{command}: {done.stdout}{done.stderr}")
    assert [(one[:60], secret) for one in said for secret in secrets if secret in one] == []
    files = [file for file in Path(made.folder).rglob("*") if file.is_file()]
    assert any(file.suffix == ".err" for file in files)  # what runs wrote is among them
    found = {file.name for file in files for secret in secrets if secret.encode() in file.read_bytes()}
    assert found == set()


@pytest.mark.parametrize(
    "name",
    ["SUPABASE_URL", "OPENAI_BASE_URL", "GEMINI_API_ENDPOINT", "DAGSTER_WEBSERVER_URL", "DAGSTER_PUBLIC_URL"],
)
@pytest.mark.parametrize(
    "address", ["http://user:planted@host", "http://host/?key=planted", "http://host/#planted"]
)
def test_an_address_that_is_shown_holds_no_secret(name: str, address: str) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        load_settings({name: address, "SUPABASE_SERVICE_ROLE_KEY": "x"})
    assert "planted" not in str(caught.value)


def test_every_setting_for_a_secret_hides_it() -> None:
    hidden = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    words = ("key", "token", "secret", "password", "alert_urls", "heartbeat_url")
    meant = {name for name in Settings.model_fields if any(word in name for word in words)}
    meant.discard("asset_key_prefix")  # a key of Dagster's
    assert meant == hidden
    values = dict.fromkeys(hidden, "https://planted.example") | {"supabase_url": "https://a.example"}
    settings = Settings(**values)
    assert "planted" not in repr(settings) + str(settings) + settings.model_dump_json()
