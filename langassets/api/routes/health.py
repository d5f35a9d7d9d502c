"""Routes for whoever watches over the process: is it alive, can it work, and its metrics."""

import asyncio
import logging
from typing import Any

from fastapi import APIRouter, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from langassets.api.access.tokens import MayRead
from langassets.api.cached import Cached
from langassets.api.context import InContext
from langassets.api.models import Health, Readiness
from langassets.api.problems import documented
from langassets.api.routes.metrics import exposition

_log = logging.getLogger(__name__)

router = APIRouter(tags=["operation"])


@router.get("/health", responses=documented(), summary="Whether the API is alive")
async def health() -> Health:
    """The process answers; whether it can work is for `/ready`."""
    return Health()


@router.get(
    "/ready",
    responses=documented() | {503: {"model": Readiness, "description": "Something does not answer"}},
    summary="Whether database, storage and Dagster can be reached",
)
async def ready(context: InContext, response: Response) -> Readiness:
    """Whether the database, storage and Dagster answer. Why one does not is in the log."""
    database, storage, dagster = await asyncio.gather(
        _answers(context.database), _answers(context.storage), _answers(context.state)
    )
    whole = database and storage and dagster
    response.status_code = 200 if whole else 503
    return Readiness(ready=whole, database=database, storage=storage, dagster=dagster)


@router.get(
    "/metrics",
    response_class=Response,
    responses=documented(401, 429, 503)
    | {
        200: {
            "content": {"text/plain": {"schema": {"type": "string"}}},
            "description": "Prometheus' text format",
        }
    },
    dependencies=[MayRead],
    summary="Figures for Prometheus",
)
async def metrics(context: InContext) -> Response:
    """Metrics for Prometheus. What cannot be had is left out, and `langassets_up` says so."""
    return Response(await exposition(context), media_type=CONTENT_TYPE_LATEST)


async def _answers(asked: Cached[Any]) -> bool:
    try:
        await asked.get()
    except Exception as error:  # noqa: BLE001 (whatever it is, it does not answer)
        _log.warning("not ready: %s", error)
        return False
    return True
