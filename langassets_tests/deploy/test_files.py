"""What deploy/ says, held against the specifications and against the project, without an engine."""

import fnmatch
import re
import shlex
import subprocess
from itertools import chain
from pathlib import Path

import compose_spec
import pytest
import sqlalchemy as sa
import yaml
from dotenv import dotenv_values

from langassets.settings import Settings, load_settings
from langassets_tests.deploy.compose import DEPLOY, document, image_environ, instructions, services, stages
from langassets_tests.project import BIN, ROOT

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


def test_the_linter_finds_nothing_in_the_dockerfile() -> None:
    done = subprocess.run(
        [BIN / "hadolint", "--no-color", "--failure-threshold", "style", DEPLOY / "Dockerfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_last_stage_builds_nothing_and_is_not_root() -> None:
    last = stages()[-1]
    words = [word for word, _ in last]
    assert [rest for word, rest in last if word == "USER"] == ["10001:10001"]
    assert not any(re.search(r"pip|apt|gcc|hatch", rest) for word, rest in last if word == "RUN")
    assert "ARG" not in words, "what is handed in while building stands in the image's history"
    assert {"HEALTHCHECK", "CMD"} <= set(words)
    assert words.index("USER") > words.index("RUN")


def test_what_is_installed_is_held_against_hashes() -> None:
    installs = [rest for _, rest in instructions() if "install --" in rest]
    commands = [command for rest in installs for command in re.split("&&", rest) if "pip" in command]
    for command in commands:
        words = shlex.split(command)
        # Our own wheel has none, and brings nothing along.
        assert "--require-hashes" in words or "--no-deps" in words or "venv" in words, command
    for name in ("requirements.lock", "requirements-build.lock"):
        requirements = (DEPLOY / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        assert requirements
        assert all("--hash=sha256:" in line for line in requirements if line.strip()), name


def test_the_image_holds_the_versions_that_are_tested() -> None:
    def versions(path: Path) -> dict[str, str]:
        lines = path.read_text(encoding="utf-8").splitlines()
        return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", "\n".join(lines), re.MULTILINE))

    tested = versions(ROOT / "requirements-dev.lock")
    held = versions(DEPLOY / "requirements.lock") | versions(DEPLOY / "requirements-build.lock")
    assert {"dagster-postgres", "dagster-k8s", "dagster-celery", "psycopg2-binary"} <= held.keys()
    assert {
        name: (version, tested.get(name)) for name, version in held.items() if tested.get(name) != version
    } == {}
    assert versions(ROOT / "requirements.lock").items() <= held.items()


def _goes_into_the_context(path: str) -> bool:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    there = True
    for pattern in (line for line in lines if line and not line.startswith("#")):
        wanted, pattern = pattern.startswith("!"), pattern.removeprefix("!")
        names = [pattern, pattern.removeprefix("**/"), f"{pattern}/*"]
        if any(fnmatch.fnmatch(path, name) for name in names):
            there = wanted
    return there


def test_only_what_is_named_goes_into_the_image() -> None:
    for kept_out in (
        ".env",
        "deploy/.env",
        ".git/config",
        ".langassets/langassets.db",
        ".dagster/x",
        "README",
        "langassets/.env",
        "langassets/__pycache__/x.pyc",
        "langassets_tests/project.py",
    ):
        assert not _goes_into_the_context(kept_out), kept_out
    copied = [rest.split()[:-1] for word, rest in instructions() if word == "COPY" and "--from" not in rest]
    for path in chain.from_iterable(copied):
        inside = f"{path}__init__.py" if path.endswith("/") else path
        assert (ROOT / inside).exists(), path
        assert _goes_into_the_context(inside), path


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
