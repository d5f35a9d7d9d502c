"""What is measured, each in a process of its own: `python -m benchmarks.child NAME GIVEN`."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from langassets.services import Services, utc_now
from langassets.settings import load_settings


def _services(at: datetime | None = None) -> Services:
    # The server dates objects by its own clock: a cleanup looks at them from a year ahead.
    return Services(load_settings(), (lambda: at) if at else lambda: utc_now() + timedelta(days=400))


def preload(languages: Sequence[str]) -> int:
    """A preload, as the asset does it; how many objects are as they should be."""
    from langassets.jobs.preload.job import preload

    report = asyncio.run(preload(_services(), languages, run_id="bench"))
    assert report.complete, [one.failed[:2] for one in report.languages]
    return sum(one.desired for one in report.languages)


def cleanup() -> int:
    """A cleanup, as the asset does it; how many objects it removed."""
    from langassets.jobs.cleanup.job import clean_up

    report = asyncio.run(clean_up(_services(), run_id="bench"))
    assert not report.failed
    return len(report.done)


def evaluation(at: str) -> int:
    """Usage is read and weighed, and each language decided on; how many languages."""
    from langassets.jobs.evaluation.evaluate import evaluate, read_usage

    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    services = _services(now)
    read_usage(services.data, services.settings.tier_half_life_days, now)
    return len(evaluate(services.data, services.settings, now, "bench").decisions)


def usage_import(path: str) -> int:
    """A file of usage; how many rows went in."""
    from langassets.ingestion.usage.importing import import_usage

    return import_usage(_services().data, Path(path)).rows


def definitions() -> int:
    """What every process of a run begins with; how many assets it then knows."""
    from langassets.definitions import defs

    return len(defs().resolve_asset_graph().get_all_asset_keys())
