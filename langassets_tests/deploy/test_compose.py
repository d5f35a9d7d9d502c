"""deploy/compose.yaml, held against the specification and against the project, without an engine."""

import subprocess

import compose_spec
import pytest
import sqlalchemy as sa
import yaml
from dotenv import dotenv_values

from langassets.settings import Settings, load_settings
from langassets_tests.deploy.compose import DEPLOY, document, image_environ, services
from langassets_tests.project import ROOT

OURS = ("migrate", "code", "webserver", "daemon", "api")
PASSWORD = {"POSTGRES_PASSWORD": "0a1b2c"}


def test_the_compose_file_is_what_the_specification_allows() -> None:
    read = compose_spec.PyCompose.from_yaml(yaml.safe_dump(document(PASSWORD)))
    read.validate()
    assert read.service_names() == sorted(["postgres", *OURS])


def test_the_specification_is_not_taken_lightly() -> None:
    for wrong in ("healthchek: {}", "restart: sometimes", "depends_on: {b: {condition: up}}"):
        with pytest.raises(ValueError, match="extension key|unknown variant"):
            compose_spec.PyCompose.from_yaml(f"services: {{a: {{image: x, {wrong}}}}}")


def test_every_service_of_ours_is_confined_and_comes_back() -> None:
    for name in OURS:
        raw = services(PASSWORD)[name].raw
        assert raw["read_only"] is True
        assert raw["cap_drop"] == ["ALL"]
        assert raw["security_opt"] == ["no-new-privileges:true"]
        assert raw["restart"] == ("no" if name == "migrate" else "unless-stopped")
        assert "healthcheck" in raw or name == "migrate"


def test_nothing_starts_before_what_it_needs() -> None:
    needs = {name: dict(service.needs) for name, service in services(PASSWORD).items()}
    prepared = {"migrate": "service_completed_successfully"}
    loaded = prepared | {"code": "service_healthy"}
    assert needs == {
        "postgres": {},
        "migrate": {"postgres": "service_healthy"},
        "code": prepared,
        "webserver": loaded,
        "daemon": loaded,
        "api": prepared,
    }


def test_what_is_published_is_published_to_this_machine_alone() -> None:
    published = {name: service.raw.get("ports", []) for name, service in services(PASSWORD).items()}
    assert [port for ports in published.values() for port in ports] == [
        "127.0.0.1:3000:3000",
        "127.0.0.1:8000:8000",
    ]


def test_a_password_is_asked_for() -> None:
    with pytest.raises(ValueError, match="Set POSTGRES_PASSWORD in deploy/.env"):
        services({})


def test_neighbours_find_each_other_by_default() -> None:
    there = services(PASSWORD | {"DATABASE_URL": "", "WEBSERVER_PORT": "3001"})
    urls = {name: sa.make_url(there[name].environ["DAGSTER_POSTGRES_URL"]) for name in OURS}
    assert {(url.host, url.port, url.database, url.password) for url in urls.values()} == {
        ("postgres", 5432, "dagster", "0a1b2c")
    }
    settings = load_settings(image_environ() | dict(there["api"].environ))
    assert (settings.api_host, settings.api_port) == ("0.0.0.0", 8000)
    assert sa.make_url(settings.database_url or "").database == "langassets"
    assert settings.web_ui_url == "http://webserver:3000"
    assert settings.links_url == "http://127.0.0.1:3001"
    grpc = yaml.safe_load((DEPLOY / "workspace.yaml").read_text(encoding="utf-8"))["load_from"][0][
        "grpc_server"
    ]
    assert (grpc["host"], str(grpc["port"])) == ("code", _after(there["code"].command, "--port"))
    assert grpc["location_name"] == _after(there["code"].command, "--location-name")


def test_a_database_elsewhere_is_taken_and_dagsters_stays() -> None:
    elsewhere = "postgresql://postgres.abc:secret@pooler.example.org:6543/postgres?sslmode=require"
    environ = services(PASSWORD | {"DATABASE_URL": elsewhere})["code"].environ
    assert environ["DATABASE_URL"] == elsewhere
    assert environ["DAGSTER_POSTGRES_URL"].endswith("@postgres:5432/dagster")


def test_the_example_of_settings_names_settings_that_exist_and_no_secret() -> None:
    example = dotenv_values(DEPLOY / ".env.example")
    known = {name.upper() for name in Settings.model_fields} | {"POSTGRES_PASSWORD"}
    assert example.keys() <= known
    assert {name for name, value in example.items() if value} == {
        "SUPABASE_BUCKET_NAME",
        "WEBSERVER_PORT",
        "API_PORT",
    }
    load_settings({name: value or "" for name, value in example.items()})
    ignored = subprocess.run(
        ["git", "check-ignore", "--quiet", "deploy/.env"], cwd=ROOT, check=False
    ).returncode
    assert ignored == 0


def test_every_process_sees_what_runs_print() -> None:
    state = image_environ()["DAGSTER_STATE_DIR"]
    for name in ("code", "webserver"):
        assert f"dagster:{state}" in services(PASSWORD)[name].raw["volumes"]
    assert services(PASSWORD)["code"].raw["hostname"] == "langassets-code"


def _after(command: tuple[str, ...], option: str) -> str:
    return command[command.index(option) + 1]
