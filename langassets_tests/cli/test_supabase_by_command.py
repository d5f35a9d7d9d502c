"""The command against a storage server: whole runs, a line for whatever is wrong, and no key anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from langassets_tests.project import Project
from langassets_tests.servers.supabase_storage import SupabaseStorageServer


@pytest.fixture(scope="module")
def server() -> Iterator[SupabaseStorageServer]:
    with SupabaseStorageServer() as running:
        yield running


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, server: SupabaseStorageServer) -> Project:
    made = Project(
        tmp_path_factory.mktemp("project"),
        {"SUPABASE_URL": server.url, "SUPABASE_SERVICE_ROLE_KEY": server.key, "OPENAI_API_KEY": ""},
    )
    made.ok("langassets", "demo")
    return made


def with_settings(project: Project, **environ: str) -> Project:
    return Project(project.folder, project.environ | environ)


def test_everything_runs_on_supabase_and_the_second_time_nothing_is_written(
    project: Project, server: SupabaseStorageServer
) -> None:
    project.ok("langassets", "run", "all")
    stored = {key: value.body for key, value in server.objects.items()}
    assert sum(key.startswith("he/lessons/") for key in stored) == 27
    server.requests.clear()
    project.ok("langassets", "run", "all")
    assert {key: value.body for key, value in server.objects.items()} == stored
    assert set(server.counts) <= {"list", "bucket"}


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"SUPABASE_BUCKET_NAME": "nowhere"}, "SUPABASE_BUCKET_NAME"),
        (
            {"SUPABASE_SERVICE_ROLE_KEY": "sb_secret_wrong_but_secret_all_the_same"},
            "SUPABASE_SERVICE_ROLE_KEY",
        ),
        ({"SUPABASE_URL": "http://no-such-host.invalid"}, "SUPABASE_URL"),
    ],
)
def test_what_is_wrong_is_one_line_that_says_what_to_do(
    project: Project, environ: dict[str, str], variable: str
) -> None:
    done = with_settings(project, **environ).run("langassets", "status")
    assert done.returncode == 1
    assert variable in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_failed_run_says_the_same(project: Project) -> None:
    failed = with_settings(project, SUPABASE_BUCKET_NAME="nowhere").run("langassets", "run", "preload")
    assert failed.returncode == 1
    assert "SUPABASE_BUCKET_NAME" in failed.stdout


def test_the_key_is_nowhere(project: Project, server: SupabaseStorageServer) -> None:
    """Runs that went well and runs that failed have left logs, events and databases: none holds a key."""
    project.ok("langassets", "migrate", "--take-over")  # from the bucket of the test before
    project.ok(
        "dagster", "job", "execute", "-m", "langassets.definitions", "--job", "preload_frequent_languages"
    )
    wrong = {"SUPABASE_SERVICE_ROLE_KEY": "sb_secret_wrong_but_secret_all_the_same"}
    with_settings(project, **wrong).run(
        "dagster", "job", "execute", "-m", "langassets.definitions", "--job", "language_cleanup"
    )
    secrets = [server.key.encode(), *(value.encode() for value in wrong.values())]
    files = [file for file in Path(project.folder).rglob("*") if file.is_file()]
    assert any(file.suffix == ".err" for file in files)  # the compute logs are among them
    assert any("history" in file.parts and file.suffix == ".db" for file in files)
    assert [file for file in files for secret in secrets if secret in file.read_bytes()] == []
