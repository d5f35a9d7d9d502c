"""A database and stores that are empty for each of many lives."""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from langassets.database import application
from langassets.database.schema import installation, made_tables, metadata
from langassets.storage.local.store import LocalStore
from langassets.storage.store import ContentStore
from langassets.storage.supabase.store import SupabaseStore
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

Opened = Callable[[int], ContentStore]
"""A store that is empty for each life, by its number."""


def emptied(data: sa.Engine) -> None:
    """Take everything out of a database but its schema."""
    kept = (made_tables, installation)
    with data.begin() as connection:
        for tables in (application.metadata, metadata):
            for table in reversed(tables.sorted_tables):
                if table not in kept:
                    connection.execute(table.delete())


def in_a_folder(home: Path) -> Opened:
    """A folder for each life."""
    return lambda number: LocalStore(home / f"storage-{number}")


def on_a_server(server: SupabaseStorageServer) -> Opened:
    """A bucket that each life empties when it begins."""
    seen = 0

    def opened(number: int) -> ContentStore:
        nonlocal seen
        if number != seen:
            seen = number
            for key in list(server.objects):
                del server.objects[key]
        return SupabaseStore(server.url, server.key, "media")

    return opened
