"""Migrating is part of every start: whole, once, and never over what is newer or not ours."""

import multiprocessing
import subprocess
import sys
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from langassets.database import application
from langassets.database.connection import engine_of, reading, writing
from langassets.database.migrate import MIGRATIONS, known_revisions, migrate, version_schema
from langassets.database.names.installation import installation_id
from langassets.database.schema import SCHEMA, installation, made_tables, metadata
from langassets.errors import DatabaseError
from langassets_tests.servers.postgres import new_database

_PROCESSES = 4


def _names(connection: sa.Connection) -> set[str]:
    inspector = sa.inspect(connection)
    return set(inspector.get_table_names(version_schema(connection))) | set(inspector.get_table_names())


def test_migrations_make_what_the_schema_says(engine: sa.Engine) -> None:
    with reading(engine) as connection:
        assert {t.name for t in metadata.tables.values()} <= _names(connection)
        assert {t.name for t in application.metadata.tables.values()} <= _names(connection)


def test_no_migration_is_missing(postgres_url: str) -> None:
    engine = engine_of(postgres_url, Path())
    with engine.connect() as connection:
        options = {
            "version_table": "schema_version",
            "version_table_schema": SCHEMA,
            "include_schemas": True,
            "include_name": lambda name, kind, _parents: kind != "schema" or name == SCHEMA,
        }
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    engine.dispose()
    assert differences == []


def test_a_second_start_changes_nothing(engine: sa.Engine) -> None:
    with reading(engine) as connection:
        before = connection.execute(sa.select(made_tables).order_by(made_tables.c.name)).all()
    migrate(engine)
    with reading(engine) as connection:
        assert connection.execute(sa.select(made_tables).order_by(made_tables.c.name)).all() == before


def _start(url: str | None, home: Path, together: Barrier) -> None:
    engine = engine_of(url, home)
    together.wait(120)  # what a process imports takes longer than its migration
    migrate(engine)
    engine.dispose()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_processes_that_start_at_once_migrate_once(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """An empty database, and as many processes as a web server, a daemon, workers and an API come to."""
    spawn = multiprocessing.get_context("spawn")

    def start_all(url: str | None) -> None:
        together = spawn.Barrier(_PROCESSES)
        processes = [spawn.Process(target=_start, args=(url, tmp_path, together)) for _ in range(_PROCESSES)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(150)
        assert [process.exitcode for process in processes] == [0] * _PROCESSES
        engine = engine_of(url, tmp_path)
        with reading(engine) as connection:
            made = list(connection.scalars(sa.select(made_tables.c.made_at)))
        engine.dispose()
        assert len(made) == len(application.metadata.tables)
        assert len(set(made)) == 1, "made by more than one of them"

    if database == "sqlite":
        start_all(None)
    else:
        with new_database(request.getfixturevalue("postgres_server")) as url:
            start_all(url)


def test_a_newer_database_is_left_alone(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        table = sa.table("schema_version", sa.column("version_num"), schema=version_schema(connection))
        version = connection.scalar(sa.select(table.c.version_num))
        connection.execute(table.update().values(version_num="9999"))
    try:
        with pytest.raises(DatabaseError, match="newer langassets.*9999"):
            migrate(engine)
    finally:
        with writing(engine) as connection:
            connection.execute(table.update().values(version_num=version))


def test_old_code_goes_on_beside_new(engine: sa.Engine) -> None:
    """A newer version has added a column: what this one does still works, and undoes nothing."""
    with writing(engine) as connection:
        table = sa.table("schema_version", sa.column("version_num"), schema=version_schema(connection))
        version = connection.scalar(sa.select(table.c.version_num))
        connection.execute(table.update().values(version_num="0999"))
        own = f"{SCHEMA}." if version_schema(connection) else ""
        connection.exec_driver_sql(f"ALTER TABLE {own}made_tables ADD COLUMN of_the_future integer DEFAULT 1")
    try:
        migrate(engine)
        with writing(engine) as connection:
            assert connection.scalar(sa.select(table.c.version_num)) == "0999"
            connection.execute(made_tables.insert().values(name="of old code", made_at=datetime.now(UTC)))
            connection.execute(made_tables.delete().where(made_tables.c.name == "of old code"))
    finally:
        with writing(engine) as connection:
            connection.execute(table.update().values(version_num=version))
            connection.exec_driver_sql(f"ALTER TABLE {own}made_tables DROP COLUMN of_the_future")


def test_the_applications_tables_are_used_as_they_are(postgres_server: str) -> None:
    with new_database(postgres_server) as url:
        engine = engine_of(url, Path())
        with writing(engine) as connection:
            connection.exec_driver_sql("CREATE TYPE topic_state AS ENUM ('active', 'archived', 'deleted')")
            connection.exec_driver_sql(
                "CREATE TABLE topics (topic_id serial PRIMARY KEY, topic_name text, status topic_state)"
            )
            before = sa.inspect(connection).get_columns("topics")
        migrate(engine)
        with reading(engine) as connection:
            assert [c["name"] for c in sa.inspect(connection).get_columns("topics")] == [
                c["name"] for c in before
            ]
            made = set(connection.scalars(sa.select(made_tables.c.name)))
        engine.dispose()
    assert made == {"language_stats", "content_types", "content"}


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "langassets.db").mkdir()
    engine = engine_of(None, tmp_path)
    with pytest.raises(DatabaseError, match="LANGASSETS_HOME.*unable to open database file"):
        migrate(engine)


def test_migrations_are_told_by_the_names_of_their_files() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert known_revisions() == {script.revision for script in scripts.walk_revisions()}
    assert max(known_revisions()) == scripts.get_current_head()


def test_a_start_that_finds_nothing_to_do_does_not_load_alembic(migrated_sqlite: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from langassets.database.connection import engine_of; "
        "from langassets.database.migrate import migrate; "
        f"migrate(engine_of(None, Path({str(migrated_sqlite.parent)!r}))); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_installation_keeps_its_identity(engine: sa.Engine) -> None:
    with reading(engine) as connection:
        identity = installation_id(connection)
    migrate(engine)
    with reading(engine) as connection:
        assert installation_id(connection) == identity
        assert connection.scalar(sa.select(sa.func.count()).select_from(installation)) == 1
