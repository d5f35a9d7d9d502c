"""Dagster's instance as the commands open it: by settings that work, and this deployment's own."""

import os
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
import psutil

from langassets import lazy
from langassets.cli.servers.dagster_home import own_home
from langassets.cli.terminal.messages import as_called
from langassets.database.names.installation import Deployment
from langassets.defs.runs.ownership import claim, take_over
from langassets.defs.runs.processes import is_dagster
from langassets.errors import DatabaseError, SettingsError
from langassets.services import Services


@contextmanager
def open_instance(home: Path) -> Iterator[dg.DagsterInstance]:
    """The instance whose settings lie in `home`, as `use_dagster_home` gave it.

    Raises `DatabaseError` where Dagster cannot work by them, or its database cannot be used.
    """
    try:
        with lazy.loading():  # its storage is in modules that are not loaded with Dagster
            instance = dg.DagsterInstance.get()
        instance.get_daemon_heartbeats()  # nothing of its database is touched before something is asked
    except Exception as error:  # noqa: BLE001 (Dagster has many; what lies at its bottom says what is wrong)
        raise unusable_instance(home, error) from None
    with instance:
        yield instance


@contextmanager
def own_instance(home: Path, services: Services) -> Iterator[dg.DagsterInstance]:
    """The same, once it is this deployment's.

    In a home's own place, one that was another deployment's is taken over while nothing works there: a home
    whose database or bucket was set anew. Else `SettingsError` names both.
    """
    with open_instance(home) as instance:
        try:
            claim(instance, services)
        except SettingsError:
            if not _is_left(home, instance, services):
                raise
            if before := take_over(instance, services):
                print(as_called(taken_over(before, services.deployment)), file=sys.stderr)
        if "data" in vars(services):
            services.data.dispose()  # whoever goes on to work opens it again
        yield instance


def taken_over(before: Deployment, ours: Deployment) -> str:
    """What to say when one deployment took the place of another."""
    return (
        f"Dagster's state here was that of the deployment {before}. From now on it is that of {ours}; runs "
        "of the one before stay in the web UI, and lead to nothing."
    )


def unusable_instance(home: Path, error: BaseException) -> DatabaseError:
    """The error for an instance that cannot be opened or upgraded."""
    return DatabaseError(
        f"Dagster's database cannot be used: {_bottom(error)} Correct DAGSTER_POSTGRES_URL, or what "
        f"{home / 'dagster.yaml'} says."
    )


def _is_left(home: Path, instance: dg.DagsterInstance, services: Services) -> bool:
    """Whether an instance is in this home's own place, in files, and nothing works with it."""
    in_files = not hasattr(instance.run_storage, "postgres_url")
    return in_files and home == own_home(services.settings.langassets_home) and not _in_use(home)


def _in_use(home: Path) -> bool:
    for process in psutil.process_iter():
        # One that is gone, or another user's.
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and is_dagster(process.cmdline()):
                given = process.environ().get("DAGSTER_HOME")
                if Path(given or process.cwd()) == home:
                    return True
    return False


def _bottom(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    said = [*getattr(error, "error_messages", ()), *str(error).strip().splitlines(), type(error).__name__]
    return f"{textwrap.shorten(said[0], 200, placeholder='…').rstrip('.')}."
