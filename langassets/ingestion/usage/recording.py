"""Recording requests from within an application, as they happen."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa

from langassets.database.usage.lesson_usage import UsageRow, add_requests
from langassets.errors import InputError
from langassets.ingestion.usage.rows import check_row
from langassets.services import Services
from langassets.settings import Settings, load_settings


def record_request(
    language: str, lesson: str, *, at: datetime | None = None, settings: Settings | None = None
) -> None:
    """Note that a lesson was requested in a language, now or `at` (aware).

    `language` is any code of it (`pt_BR`, `pt-br`), `lesson` its id. Goes to the database that the settings
    name (those of the environment by default); its connections are kept for the process's life. Costs one
    small write: many requests a second are better added up for `record_requests`. Raises `InputError` for
    what makes no sense, `DatabaseError` and `DatabaseBusyError` where the database cannot be had.
    """
    moment = at or datetime.now(UTC)
    if moment.tzinfo is None:
        raise InputError("The moment of a request needs a time zone, like datetime.now(UTC).")
    record_requests([UsageRow(language, lesson, moment.astimezone(UTC).date(), 1)], settings=settings)


def record_requests(rows: Iterable[UsageRow], *, settings: Settings | None = None) -> None:
    """Note many requests at once, all or none; otherwise as `record_request`."""
    checked = list(rows)
    today = datetime.now(UTC).date()
    for number, row in enumerate(checked, start=1):
        try:
            check_row(row, today)
        except ValueError as error:
            where = f"row {number}: " if len(checked) > 1 else ""
            raise InputError(f"The request was not recorded: {where}{error}.") from None
    settings = settings or load_settings()
    add_requests(_engine(settings.database_url, settings.langassets_home.absolute(), os.getpid()), checked)


@lru_cache(maxsize=8)
def _engine(database_url: str | None, home: Path, _process: int) -> sa.Engine:
    # One for each process: a server that forks its workers must not share a connection among them.
    return Services(Settings(database_url=database_url, langassets_home=home)).data
