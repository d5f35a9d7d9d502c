"""Metrics for Prometheus. A scrape costs a few kept answers: nothing is listed or counted for it alone."""

import asyncio
import logging
from collections.abc import Sequence
from importlib.metadata import version
from typing import TypeVar

from prometheus_client import CollectorRegistry, generate_latest
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
    registry = CollectorRegistry()
    registry.register(_Gathered(await _gather(context)))
    return generate_latest(registry) + generate_latest(context.instruments.registry)


async def _gather(context: Context) -> list[Metric]:
    state, counts, figures, languages = await asyncio.gather(
        _had(context.state), _had(context.counts), _had(context.figures), _had(context.languages)
    )
    parts = {"dagster": state, "database": figures, "storage": languages}
    return [
        families.gauge(
            "langassets_build_info", "The version, as a label.", ["version"], [([version("langassets")], 1)]
        ),
        families.gauge(
            "langassets_up",
            "Whether a part could be asked for this scrape: 1 or 0.",
            ["part"],
            [([part], float(reading is not None)) for part, reading in parts.items()],
        ),
        *families.state_families(state.value if state else None, context.settings.enable_background_jobs),
        *families.count_families(counts.value if counts else None),
        *families.figure_families(figures.value if figures else None),
        *families.model_families(figures.value if figures else None),
        *families.language_families(
            languages.value if languages else None, languages.age if languages else None
        ),
    ]


async def _had(cached: Cached[_T]) -> Reading[_T] | None:
    try:
        return await asyncio.wait_for(cached.get(), _PATIENCE)
    except Exception as error:  # noqa: BLE001 (a scrape says what it can)
        _log.warning("left out of the metrics: %s", error)
        return None
