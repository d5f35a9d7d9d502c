"""The asset checks. None of them fails a run: they stand in the web UI, and `send_alerts` tells of them."""

import asyncio
from collections.abc import Callable, Iterator

import dagster as dg

from langassets.errors import LangassetsError
from langassets.jobs import asset_checks
from langassets.jobs.asset_checks import Finding
from langassets.jobs.cleanup.drill.drill import DrillReport
from langassets.jobs.preload.report import PreloadReport
from langassets.services import Services


@dg.asset_check(asset="language_usage_stats", description="Requests are being counted.")
def usage_is_tracked(langassets_services: dg.ResourceParam[Services]) -> dg.AssetCheckResult:
    """The counters grow."""
    return _result(lambda: asset_checks.usage_is_tracked(langassets_services.data))


@dg.asset_check(
    asset="language_usage_stats", description="Every recorded request is for a lesson that is known."
)
def usage_names_lessons(langassets_services: dg.ResourceParam[Services]) -> dg.AssetCheckResult:
    """Usage and lessons go by the same names."""
    return _result(lambda: asset_checks.usage_names_lessons(langassets_services.data))


@dg.asset_check(
    asset="frequent_language_tier", description="No language was promoted and demoted within 90 days."
)
def no_language_flaps(langassets_services: dg.ResourceParam[Services]) -> dg.AssetCheckResult:
    """Languages stay where they are for a while."""
    services = langassets_services
    return _result(lambda: asset_checks.no_language_flaps(services.data, services.clock()))


@dg.asset_check(
    asset="cleaned_storage_state", description="Nothing stands in storage that the tier would clear out."
)
def storage_agrees_with_tier(langassets_services: dg.ResourceParam[Services]) -> dg.AssetCheckResult:
    """A cleanup now would have nothing to do."""
    return _result(lambda: asyncio.run(asset_checks.storage_agrees_with_tier(langassets_services)))


@dg.asset_check(
    asset="cleaned_storage_state",
    description="Every object in the manifest stands, and every lesson object that stands is known. Names "
    "what is missing, foreign, edited by hand, or of a lesson that is gone; `langassets reconcile` mends it.",
)
def manifest_agrees_with_storage(langassets_services: dg.ResourceParam[Services]) -> dg.AssetCheckResult:
    """Manifest and storage are the same."""
    return _result(lambda: asyncio.run(asset_checks.manifest_agrees_with_storage(langassets_services)))


CHECKS = [
    usage_is_tracked,
    usage_names_lessons,
    no_language_flaps,
    storage_agrees_with_tier,
    manifest_agrees_with_storage,
]

MEMORY_CHECK = dg.AssetCheckSpec(
    "memory_makes_again",
    asset="cleaned_storage_state",
    description="Memory makes again, byte for byte, what a cleanup deletes on its account. Names rows of "
    "memory that are at fault; `langassets drill` tries it at any time.",
)


def drill_result(report: DrillReport) -> dg.AssetCheckResult:
    """The result of `MEMORY_CHECK`, from what a cleanup tried before it deleted anything."""
    return _shown(asset_checks.memory_makes_again(report), MEMORY_CHECK.name)


_COVERAGE, _FRESH, _FAILED = "coverage_is_complete", "translations_are_fresh", "few_segments_failed"
_DOUBTED = "nothing_is_doubted"

# Made within the asset's own step: checks in steps of their own are left out where the step before them
# failed, and that is when these matter.
PRELOAD_CHECKS = [
    dg.AssetCheckSpec(name, asset="preloaded_translations", description=description)
    for name, description in (
        (_COVERAGE, "Everything wanted stands in each frequent language."),
        (_FRESH, "Every translation is of today's lesson, by today's recipe."),
        (_FAILED, "All but 2 % of the segments that were asked for could be had."),
        (_DOUBTED, "No check doubts a translation that stands; those that one doubts come first in review."),
    )
]


def preload_results(services: Services, report: PreloadReport) -> Iterator[dg.AssetCheckResult]:
    """The results of `PRELOAD_CHECKS`, from how things stand after a preload."""
    try:
        coverage, fresh = asyncio.run(asset_checks.coverage_and_freshness(services, report))
    except LangassetsError as error:
        coverage = fresh = _unknown(error)
    yield _shown(coverage, _COVERAGE)
    yield _shown(fresh, _FRESH)
    yield _shown(asset_checks.few_segments_failed(report), _FAILED)
    yield _result(lambda: asset_checks.nothing_is_doubted(services.data), _DOUBTED)


def _result(look: Callable[[], Finding], name: str | None = None) -> dg.AssetCheckResult:
    try:
        return _shown(look(), name)
    except LangassetsError as error:
        return _shown(_unknown(error), name)


def _unknown(error: LangassetsError) -> Finding:
    return Finding(False, f"It could not be checked: {error}")


def _shown(finding: Finding, name: str | None = None) -> dg.AssetCheckResult:
    """A finding as Dagster shows it: a warning where it does not hold."""
    return dg.AssetCheckResult(
        passed=finding.holds,
        check_name=name,
        severity=dg.AssetCheckSeverity.WARN,
        description=finding.text,
        metadata=finding.shown,
    )
