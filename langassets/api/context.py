"""What the routes share: the services, Dagster, answers that are kept for a moment, and counts."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
from fastapi import Depends, Request

from langassets.api.access.tokens import Tokens
from langassets.api.cached import Cached
from langassets.api.jobs.status import status_answer
from langassets.api.jobs.triggers import Triggers
from langassets.api.metrics.figures import read_figures
from langassets.api.metrics.instruments import Instruments
from langassets.api.usage_writer import UsageWriter
from langassets.database.connection import reading
from langassets.errors import DagsterUnavailableError
from langassets.jobs.cleanup.job import plan_cleanup
from langassets.jobs.dagster.own_runs import own_runs
from langassets.jobs.dagster.server import DagsterServer
from langassets.jobs.lesson_list import list_lessons
from langassets.jobs.preload.estimate import plan_preload
from langassets.jobs.status import language_status
from langassets.services import Services

_T = TypeVar("_T")

# So long may reading the status take, in seconds: the answer is not to be older than 5 when it is given.
_STATUS_TIME = 4.5


class Context:
    """Everything that outlives a request; opened and closed with the application, on its event loop."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.settings = settings = services.settings
        self.tokens = Tokens(settings.admin_api_tokens)
        self.dagster = DagsterServer(settings.web_ui_url, lambda: own_runs(services), settings.names)
        self.instruments = Instruments()
        self.triggers = Triggers(services, self.dagster)
        self.usage = UsageWriter(lambda: services.data)
        self.state = Cached(self.dagster.state, refresh_after=1.5, max_age=4)
        self.counts = Cached(self.dagster.counts, refresh_after=5, max_age=10, effort=10)
        self.status = Cached(self._status, refresh_after=1.5, max_age=4)
        self.languages = Cached(self._apart(language_status), refresh_after=60, max_age=300, effort=20)
        self.plan = Cached(self._apart(plan_preload), refresh_after=300, max_age=900, effort=60)
        self.cleanup = Cached(self._apart(plan_cleanup), refresh_after=300, max_age=900, effort=60)
        self.lessons = Cached(self._apart(list_lessons), refresh_after=60, max_age=300, effort=20)
        self.figures = Cached(lambda: self.query(read_figures), refresh_after=15, max_age=60, effort=20)
        self.storage = Cached(self._storage, refresh_after=10, max_age=10)
        self.database = Cached(lambda: self.query(_ask), refresh_after=2, max_age=2)

    async def query(self, read: Callable[[sa.Connection], _T]) -> _T:
        """What `read` finds in the database, in a thread."""

        def asked() -> _T:
            with reading(self.services.data) as connection:
                return read(connection)

        return await asyncio.to_thread(asked)

    async def close(self) -> None:
        """Write what is still to be written, then let go of everything."""
        await self.usage.close()
        await self.dagster.__aexit__()
        if "data" in vars(self.services):
            await asyncio.to_thread(self.services.data.dispose)

    async def _status(self) -> bytes:
        at = self.services.clock()
        try:
            async with asyncio.timeout(_STATUS_TIME):
                state = await self.dagster.state()
                return await status_answer(self.dagster, state, at, self.settings.enable_background_jobs)
        except TimeoutError:
            raise DagsterUnavailableError(
                f"Dagster took longer than {_STATUS_TIME} s to answer: see its log, and try again."
            ) from None

    def _apart(self, job: Callable[[Services], Coroutine[Any, Any, _T]]) -> Callable[[], Awaitable[_T]]:
        """A job that reads the database as it goes: in a thread, with an event loop of its own."""
        return lambda: asyncio.to_thread(lambda: asyncio.run(job(self.services)))

    async def _storage(self) -> None:
        async with asyncio.timeout(10), self.services.store() as store:
            await store.check()


def _ask(connection: sa.Connection) -> None:
    connection.exec_driver_sql("SELECT 1")


async def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


InContext = Annotated[Context, Depends(_context)]
