"""Metrics for Prometheus. A scrape costs a few kept answers: nothing is listed or counted for it alone."""

import asyncio
import logging
from collections.abc import Sequence
from importlib.metadata import version
from typing import TypeVar

from prometheus_client import generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from langassets.api.cached import Cached, Reading
from langassets.api.context import Context
from langassets.api.metrics import families

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

# What cannot be had within this time, in seconds, is left out of a scrape; Prometheus waits for 10.
_PATIENCE = 5.0


class _Gathered(Collector):
    """Families that were gathered before, handed to the exposition."""

    def __init__(self, gathered: Sequence[Metric]) -> None:
        self._gathered = gathered

    def collect(self) -> Sequence[Metric]:
        return self._gathered


async def exposition(context: Context) -> bytes:
    """The text that `GET /metrics` answers."""
    return generate_latest(_Gathered(await _gather(context))) + generate_latest(context.instruments.registry)


async def _gather(context: Context) -> list[Metric]:
    state, counts, figures, languages = await asyncio.gather(
        _had(context.state), _had(context.counts), _had(context.figures), _had(context.languages)
    )
    parts = {"dagster": state, "database": figures, "storage": languages}
    jobs = families.Jobs(state.value, context.settings.enable_background_jobs) if state else None
    return [
        *families.families(families.BUILD, version("langassets")),
        *families.families(families.PARTS, parts),
        *families.families(families.JOBS, jobs),
        *families.families(families.COUNTS, counts.value if counts else None),
        *families.families(families.FIGURES, figures.value if figures else None),
        *families.families(families.LANGUAGES, languages),
    ]


async def _had(cached: Cached[_T]) -> Reading[_T] | None:
    try:
        return await asyncio.wait_for(cached.get(), _PATIENCE)
    except Exception as error:  # noqa: BLE001 (a scrape says what it can)
        _log.warning("left out of the metrics: %s", error)
        return None
