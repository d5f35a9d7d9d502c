"""`langassets migrate`: both databases at this version, as one step before anything starts."""

import textwrap
from pathlib import Path

import dagster as dg

from langassets.cli.servers.dagster_home import use_dagster_home
from langassets.cli.terminal.messages import as_called
from langassets.database import language_keys
from langassets.database.connection import writing
from langassets.errors import DatabaseError
from langassets.services import Services
from langassets.settings import load_settings


def migrate() -> None:
    """Bring both databases to this version.

    That of the lessons and Dagster's. The first happens at every start too; the second is for after an
    upgrade of Dagster, before anything of the new version starts.

    Example: langassets migrate
    """
    services = Services(load_settings())
    data = services.data
    with writing(data) as connection:
        before = language_keys.recorded(connection)
        keys = language_keys.settle(connection, services.clock(), services.settings.predefined_languages)
        settled = {tag: key for tag, key in keys.settled.items() if before.get(tag) != key}
    data.dispose()
    print(f"The lessons' database ({data.dialect.name}: {data.url.database}) is at this version.", flush=True)
    for sentence in language_keys.told(settled, keys):
        print(as_called(sentence), flush=True)
    print(f"Dagster's database ({_upgrade_dagster(use_dagster_home())}) is at this version.")


def _upgrade_dagster(home: Path) -> str:
    """Make or upgrade the tables of the instance whose settings lie in `home`; where they are kept."""
    try:
        with dg.DagsterInstance.get() as instance:
            instance.upgrade()
            return type(instance.event_log_storage).__name__.removesuffix("EventLogStorage")
    except Exception as error:  # noqa: BLE001 (Dagster has many; what lies at its bottom says what is wrong)
        raise DatabaseError(
            f"Dagster's database cannot be used: {_bottom(error)} Correct DAGSTER_POSTGRES_URL, or what "
            f"{home / 'dagster.yaml'} says."
        ) from None


def _bottom(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    text = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
    return f"{textwrap.shorten(text, 200, placeholder='…').rstrip('.')}."
