"""What every job works with: settings, the database, storage, and a clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property

import sqlalchemy as sa

from langassets.database.connection import engine_of
from langassets.database.migrate import migrate
from langassets.errors import SettingsError
from langassets.settings import Settings
from langassets.storage.opening import open_store
from langassets.storage.store import ContentStore


def utc_now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class Services:
    """Everything outside, opened when it is first needed."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.clock = clock

    @cached_property
    def data(self) -> sa.Engine:
        """The database, migrated to this version."""
        if not self.settings.database_url:
            self._make_home()
        engine = engine_of(self.settings.database_url, self.settings.langassets_home)
        migrate(engine)
        return engine

    def store(self) -> ContentStore:
        """Storage; open it with `async with`, once for each event loop."""
        return open_store(self.settings)

    def _make_home(self) -> None:
        try:
            self.settings.langassets_home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"LANGASSETS_HOME names {self.settings.langassets_home}, which cannot be made "
                f"({error.strerror}): name a folder that may be written to."
            ) from None
