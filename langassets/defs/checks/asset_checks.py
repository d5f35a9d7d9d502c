"""The asset checks. None of them fails a run: they stand in the web UI, and `send_alerts` tells of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import dagster as dg

from langassets import jobs
from langassets.errors import LangassetsError
from langassets.services import Services

if TYPE_CHECKING:
    from langassets.jobs.asset_checks import Finding
    from langassets.jobs.cleanup.drill.drill import DrillReport
    from langassets.jobs.preload.report import PreloadReport

MEMORY = "memory_makes_again"
COVERAGE, FRESH, FAILED = "coverage_is_complete", "translations_are_fresh", "few_segments_failed"
DOUBTED = "nothing_is_doubted"


def drill_result(report: DrillReport) -> dg.AssetCheckResult:
    """The result of the check of memory, from what a cleanup tried before it deleted anything."""
    return _shown(jobs.asset_checks.memory_makes_again(report), MEMORY)


def preload_results(services: Services, report: PreloadReport) -> Iterator[dg.AssetCheckResult]:
    """The results of a preload's checks, from how things stand after a preload."""
    try:
        coverage, fresh = asyncio.run(jobs.asset_checks.coverage_and_freshness(services, report))
    except LangassetsError as error:
        coverage = fresh = _unknown(error)
    yield _shown(coverage, COVERAGE)
    yield _shown(fresh, FRESH)
    yield _shown(jobs.asset_checks.few_segments_failed(report), FAILED)
    yield result(lambda: jobs.asset_checks.nothing_is_doubted(services.data), DOUBTED)


def result(look: Callable[[], Finding], name: str | None = None) -> dg.AssetCheckResult:
    """What a look found; that it could not be taken is said too."""
    try:
        return _shown(look(), name)
    except LangassetsError as error:
        return _shown(_unknown(error), name)


def _unknown(error: LangassetsError) -> Finding:
    return jobs.asset_checks.Finding(False, f"It could not be checked: {error}")


def _shown(finding: Finding, name: str | None = None) -> dg.AssetCheckResult:
    """A finding as Dagster shows it: a warning where it does not hold."""
    return dg.AssetCheckResult(
        passed=finding.holds,
        check_name=name,
        severity=dg.AssetCheckSeverity.WARN,
        description=finding.text,
        metadata=finding.shown,
    )
