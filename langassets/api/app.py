"""The application: routes, what every request passes, and what is opened and closed with it."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from langassets.api import documentation, problems
from langassets.api.access.guards import Guard
from langassets.api.context import Context
from langassets.api.metrics.instruments import Measured
from langassets.api.pages import jobs as job_plans
from langassets.api.pages import lessons, login, overview
from langassets.api.routes import health, jobs, languages, review, usage
from langassets.errors import LangassetsError
from langassets.services import Services
from langassets.settings import load_settings

_log = logging.getLogger(__name__)
_DESCRIPTION = "/openapi.json"


def create_app(services: Services | None = None) -> FastAPI:
    """The ASGI application, with the settings of the environment unless `services` are handed in.

    Raises `SettingsError` where those are wrong. Nothing is opened before the application starts.
    """
    services = services or Services(load_settings())
    context = Context(services)
    app = FastAPI(
        title="langassets",
        version=version("langassets"),
        description="See how the translation jobs are doing, start them, report lesson requests, and review.",
        openapi_url=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.context = context
    problems.install(app)
    for module in (jobs, languages, usage, review, health):
        app.include_router(module.router)
    for page in (overview, lessons, job_plans, login):
        app.include_router(page.router)
    documentation.install(app, _DESCRIPTION)
    origins = services.settings.api_cors_origins
    app.add_middleware(Guard, cross_origin=bool(origins))
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
            expose_headers=["Location", "Retry-After"],
        )
    app.add_middleware(Measured, instruments=context.instruments)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    try:
        await context.database.get()
    except LangassetsError as error:
        # It is asked again with each request: an API that waits for its database is more use than none.
        _log.error("%s", error)
    try:
        yield
    finally:
        await context.close()
