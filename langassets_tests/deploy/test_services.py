"""compose.yaml's services do their work: the same commands, over a real PostgreSQL, outside a container."""

import asyncio
from collections import Counter
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from langassets.jobs.dagster.server import DagsterServer
from langassets_tests.deploy.compose import DEPLOY
from langassets_tests.deploy.outside import Outside, outside
from langassets_tests.servers.afternoon import AFTERNOON
from langassets_tests.servers.postgres import new_database

TOKEN = "a-token-of-good-length"
# What a process of each service may hold of PostgreSQL's connections when it is at rest; docs/deploy.md.
AT_REST = {"langassets-code": 3, "langassets-webserver": 4, "langassets-daemon": 4, "langassets-api": 2}


@pytest.mark.fleet
@pytest.mark.timeout(900)
def test_all_come_up_work_and_stop(postgres_server: str, tmp_path: Path) -> None:
    with new_database(postgres_server) as data, new_database(postgres_server) as dagster:
        env_file = {
            **AFTERNOON,
            "POSTGRES_PASSWORD": "0a1b2c",
            "DATABASE_URL": data,
            "DAGSTER_POSTGRES_URL": dagster,
            "ADMIN_API_TOKEN": TOKEN,
            "API_PORT": "18000",  # where it is published, not where it listens
            "DAGSTER_PUBLIC_URL": "https://dagster.example.org",
        }
        with outside(tmp_path, env_file) as running:
            _prepare(running)
            for name in ("code", "webserver", "daemon", "api"):
                running.start(name)
            _work(running)
            held = _connections(dagster)
            print(held)
            assert {name: held[name] for name in AT_REST if held[name] > AT_REST[name]} == {}, held
            written = sorted(path.name for path in (tmp_path / "dagster").iterdir())
            assert written == ["dagster.yaml", "workspace.yaml"], "the image's file system is read-only"
            for name in reversed(list(running.started)):
                running.stop(name)


def _prepare(running: Outside) -> None:
    for _ in range(2):  # and a second time changes nothing
        done = running.run("migrate")
        assert done.returncode == 0, done.stderr
        assert "Dagster's database (Postgres) is at this version." in done.stdout
    done = running.run("api", "langassets", "demo")
    assert done.returncode == 0, done.stderr


def _work(running: Outside) -> None:
    api = f"http://127.0.0.1:{running.ports[8000]}"
    ready = running.until("the API to be ready", lambda: _ready(api))
    assert ready == {"ready": True, "database": True, "storage": True, "dagster": True}
    # By GraphQL, as the web UI does; what follows comes of the daemon alone.
    assert asyncio.run(_evaluate(running)) == "success"
    running.until("the cleanup that follows", lambda: _succeeded(api, "cleanup"))
    running.until("the preload of the start", lambda: _succeeded(api, "preload"))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = httpx.post(f"{api}/api/jobs/trigger/preload", headers=headers, timeout=60)
    assert answer.status_code == 202, answer.text
    assert answer.json()["data"]["ui"].startswith("https://dagster.example.org/runs/")
    stored = list((running.folder / "home/storage").rglob("he/lessons/*/*.json"))
    assert stored
    printed = list((running.folder / "state").rglob("*.err"))
    assert printed, "what runs print lies where the web server sees it"


def _ready(api: str) -> object:
    answer = httpx.get(f"{api}/ready", timeout=60)
    return answer.json() if answer.status_code == 200 else None


def _succeeded(api: str, job: str) -> bool:
    found = httpx.get(f"{api}/api/jobs/history", params={"job": job}, timeout=60).json()["data"]["runs"]
    return any(run["status"] == "success" for run in found)


async def _evaluate(running: Outside) -> str:
    async with DagsterServer(f"http://127.0.0.1:{running.ports[3000]}", patience=60) as server:
        [run] = await server.launch("language_evaluation", {}, await server.state())
        for _ in range(240):
            found = await server.run(run.id)
            if found and found.status in {"success", "failure", "canceled"}:
                return found.status
            await asyncio.sleep(1)
        raise AssertionError(f"still {found}\n{running.log('code')}\n{running.log('daemon')}")


def _connections(url: str) -> Counter[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT application_name, count(*) FROM pg_stat_activity GROUP BY application_name")
        )
        return Counter({str(name): int(count) for name, count in rows})


def test_dagsters_own_database_is_made_with_postgresqls(postgres_server: str) -> None:
    statement = (DEPLOY / "databases.sql").read_text(encoding="utf-8").splitlines()[-1]
    admin = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(statement)
        names = connection.execute(sa.text("SELECT datname FROM pg_database")).scalars().all()
        connection.exec_driver_sql("DROP DATABASE dagster")
    assert "dagster" in names
