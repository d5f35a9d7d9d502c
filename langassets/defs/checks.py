"""The asset checks. None of them fails a run: they stand in the web UI, and `send_alerts` tells of them."""

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import dagster as dg

from langassets import jobs
from langassets.data_files import read_data
from langassets.errors import LangassetsError
from langassets.services import Services
from langassets.settings.dagster import Names

if TYPE_CHECKING:
    from langassets.jobs.asset_checks import Finding
    from langassets.jobs.cleanup.drill.drill import DrillReport
    from langassets.jobs.preload.report import PreloadReport

MEMORY = "memory_makes_again"
"""The check that a cleanup makes before it deletes anything."""

OF_PRELOAD = ("coverage_is_complete", "translations_are_fresh", "few_segments_failed", "nothing_is_doubted")
"""Made within the asset's own step: checks in steps of their own are left out where the step before them
failed, and that is when these matter."""

_DECLARED = read_data(__package__, "checks")


def spec_of(name: str, names: Names) -> dg.AssetCheckSpec:
    """The declaration of a check, for one pipeline."""
    asset, description = _DECLARED[name]
    return dg.AssetCheckSpec(name, asset=dg.AssetKey(names.key(asset)), description=description)


def checks_of(services: Services) -> list[dg.AssetChecksDefinition]:
    """The checks that have steps of their own."""
    looks: dict[str, Callable[[], Finding]] = {
        "usage_is_tracked": lambda: jobs.asset_checks.usage_is_tracked(services.data),
        "usage_names_lessons": lambda: jobs.asset_checks.usage_names_lessons(services.data),
        "no_language_flaps": lambda: jobs.asset_checks.no_language_flaps(services.data, services.clock()),
        "storage_agrees_with_tier": lambda: asyncio.run(jobs.asset_checks.storage_agrees_with_tier(services)),
        "manifest_agrees_with_storage": lambda: asyncio.run(
            jobs.asset_checks.manifest_agrees_with_storage(services)
        ),
    }
    return [_check(name, services.settings.names, look) for name, look in looks.items()]


def _check(name: str, names: Names, look: Callable[[], "Finding"]) -> dg.AssetChecksDefinition:
    asset, description = _DECLARED[name]

    @dg.asset_check(
        asset=dg.AssetKey(names.key(asset)),
        name=name,
        description=description,
        required_resource_keys={names.resource},
    )
    def declared() -> dg.AssetCheckResult:
        return _shown(_found(look))

    return declared


def drill_result(report: "DrillReport") -> dg.AssetCheckResult:
    """The result of the check of memory, from what a cleanup tried before it deleted anything."""
    return _shown(jobs.asset_checks.memory_makes_again(report), MEMORY)


def preload_results(services: Services, report: "PreloadReport") -> Iterator[dg.AssetCheckResult]:
    """The results of a preload's checks, from how things stand after a preload."""
    try:
        standing = asyncio.run(jobs.asset_checks.coverage_and_freshness(services, report))
    except LangassetsError as error:
        standing = (_unknown(error),) * 2
    failed = jobs.asset_checks.few_segments_failed(report)
    doubted = _found(lambda: jobs.asset_checks.nothing_is_doubted(services.data))
    return map(_shown, (*standing, failed, doubted), OF_PRELOAD)


def _found(look: Callable[[], "Finding"]) -> "Finding":
    """What a look found; that it could not be taken is said too."""
    try:
        return look()
    except LangassetsError as error:
        return _unknown(error)


def _unknown(error: LangassetsError) -> "Finding":
    return jobs.asset_checks.Finding(False, f"It could not be checked: {error}")


def _shown(finding: "Finding", name: str | None = None) -> dg.AssetCheckResult:
    """A finding as Dagster shows it: a warning where it does not hold."""
    return dg.AssetCheckResult(
        passed=finding.holds,
        check_name=name,
        severity=dg.AssetCheckSeverity.WARN,
        description=finding.text,
        metadata=finding.shown,
    )
