"""The checks of `preloaded_translations`. They are made within its own step: checks in steps of their own are
left out where the step before them failed, and that is when these matter."""

import asyncio
from collections.abc import Iterator

import dagster as dg

from langassets.errors import LangassetsError
from langassets.jobs import asset_checks
from langassets.jobs.asset_checks import Finding
from langassets.jobs.preload.report import PreloadReport
from langassets.services import Services

_ASSET = "preloaded_translations"
_COVERAGE, _FRESH, _FAILED = "coverage_is_complete", "translations_are_fresh", "few_segments_failed"

SPECS = [
    dg.AssetCheckSpec(
        _COVERAGE, asset=_ASSET, description="Everything wanted stands in each frequent language."
    ),
    dg.AssetCheckSpec(
        _FRESH, asset=_ASSET, description="Every translation is of today's lesson, by today's recipe."
    ),
    dg.AssetCheckSpec(
        _FAILED, asset=_ASSET, description="All but 2 % of the segments that were asked for could be had."
    ),
]


def results(services: Services, report: PreloadReport) -> Iterator[dg.AssetCheckResult]:
    """The three results, from how things stand after a preload."""
    try:
        coverage, fresh = asyncio.run(asset_checks.coverage_and_freshness(services, report))
    except LangassetsError as error:
        coverage = fresh = Finding(False, f"It could not be checked: {error}")
    yield result_of(coverage, _COVERAGE)
    yield result_of(fresh, _FRESH)
    yield result_of(asset_checks.few_segments_failed(report), _FAILED)


def result_of(finding: Finding, name: str | None = None) -> dg.AssetCheckResult:
    """A finding, as Dagster shows it: a warning where it does not hold."""
    return dg.AssetCheckResult(
        passed=finding.holds,
        check_name=name,
        severity=dg.AssetCheckSeverity.WARN,
        description=finding.text,
        metadata=finding.shown,
    )
