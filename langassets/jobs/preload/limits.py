"""What a preload may spend, and what it has spent."""

import logging
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from langassets import jobs
from langassets.database.records.bill import month_of, spent_in
from langassets.database.records.model_usage import record_usage
from langassets.jobs.preload.report import PreloadReport
from langassets.locales import tag_of
from langassets.services import Services
from langassets.settings import Settings
from langassets.translation.cost.usage import ModelUsage

if TYPE_CHECKING:
    from langassets.translation.engine.engine import Engine

_log = logging.getLogger("langassets.preload")


def has_limits(settings: Settings) -> bool:
    """Whether a limit may leave something of a run out."""
    limits = (settings.max_cost_per_run, settings.max_cost_per_month, settings.max_requests_per_run)
    return any(limit is not None for limit in limits)


def dollars_left(services: Services) -> dict[str, Decimal]:
    """What the limits on money leave a run that begins now, by setting."""
    settings, left = services.settings, {}
    if settings.max_cost_per_run is not None:
        left["MAX_COST_PER_RUN"] = settings.max_cost_per_run
    if settings.max_cost_per_month is not None:
        spent = spent_in(services.data, month_of(services.clock()))
        left["MAX_COST_PER_MONTH"] = settings.max_cost_per_month - spent
    return left


def warn_beyond_limits(services: Services, report: PreloadReport) -> None:
    """Say before the first request where the plan goes beyond a limit: the run will stop there."""
    if not has_limits(services.settings):
        return
    left = dollars_left(services)
    expected = jobs.preload.estimate.estimate(services, [one.plan for one in report.languages])
    cost = expected.cost.expected if expected.cost else None
    limits = [(name, dollars, cost) for name, dollars in left.items()]
    requests = services.settings.max_requests_per_run
    for name, limit, planned in (*limits, ("MAX_REQUESTS_PER_RUN", requests, expected.requests)):
        if limit is not None and planned is not None and planned > limit:
            _log.warning(
                "The plan takes about %.4g, and %s allows %.4g: lessons with the most requests a dollar come "
                "first, and what is left waits for the next run.",
                planned,
                name,
                limit,
            )


def record_spending(services: Services, account: str, report: PreloadReport, engine: "Engine") -> None:
    """Take down what the engine has spent so far on the `account` of an attempt, whatever becomes of the
    run; the limits hold for all attempts together."""
    totals = engine.totals
    report.stopped, report.passing = engine.stopped, engine.stopped_for_now
    rows = totals.rows()
    by_tag = defaultdict[str, list[ModelUsage]](list)
    for row in rows:
        by_tag[row.language].append(row)
    for one in report.languages:
        # Of two codes of one language (`iw` and `he`) the first has it: it was spent once.
        one.usage = by_tag.pop(tag_of(one.language), [])
    record_usage(services.data, account, [*rows, *totals.memory_rows()], services.clock())
