"""The declarations of the asset checks, made for one pipeline."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import dagster as dg

from langassets import jobs
from langassets.defs.checks.asset_checks import COVERAGE, DOUBTED, FAILED, FRESH, MEMORY, result
from langassets.services import Services
from langassets.settings.dagster import Names

if TYPE_CHECKING:
    from langassets.jobs.asset_checks import Finding


def checks_of(services: Services) -> list[dg.AssetChecksDefinition]:
    """The checks that have steps of their own."""
    return [
        _check(services, *one)
        for one in (
            (
                "language_usage_stats",
                "usage_is_tracked",
                "Requests are being counted.",
                lambda: jobs.asset_checks.usage_is_tracked(services.data),
            ),
            (
                "language_usage_stats",
                "usage_names_lessons",
                "Every recorded request is for a lesson that is known.",
                lambda: jobs.asset_checks.usage_names_lessons(services.data),
            ),
            (
                "frequent_language_tier",
                "no_language_flaps",
                "No language was promoted and demoted within 90 days.",
                lambda: jobs.asset_checks.no_language_flaps(services.data, services.clock()),
            ),
            (
                "cleaned_storage_state",
                "storage_agrees_with_tier",
                "Nothing stands in storage that the tier would clear out.",
                lambda: asyncio.run(jobs.asset_checks.storage_agrees_with_tier(services)),
            ),
            (
                "cleaned_storage_state",
                "manifest_agrees_with_storage",
                "Every object in the manifest stands, and every lesson object that stands is known. Names "
                "what is missing, foreign, edited by hand, or of a lesson that is gone; `langassets "
                "reconcile` mends it.",
                lambda: asyncio.run(jobs.asset_checks.manifest_agrees_with_storage(services)),
            ),
        )
    ]


def _check(
    services: Services, asset: str, name: str, description: str, look: Callable[[], "Finding"]
) -> dg.AssetChecksDefinition:
    names = services.settings.names

    @dg.asset_check(
        asset=dg.AssetKey(names.key(asset)),
        name=name,
        description=description,
        required_resource_keys={names.resource},
    )
    def declared() -> dg.AssetCheckResult:
        return result(look)

    return declared


def memory_check(names: Names) -> dg.AssetCheckSpec:
    """The check that a cleanup makes before it deletes anything."""
    return dg.AssetCheckSpec(
        MEMORY,
        asset=dg.AssetKey(names.key("cleaned_storage_state")),
        description="Memory makes again, byte for byte, what a cleanup deletes on its account. Names rows of "
        "memory that are at fault; `langassets drill` tries it at any time.",
    )


def preload_checks(names: Names) -> list[dg.AssetCheckSpec]:
    """Made within the asset's own step: checks in steps of their own are left out where the step before them
    failed, and that is when these matter."""
    return [
        dg.AssetCheckSpec(
            name, asset=dg.AssetKey(names.key("preloaded_translations")), description=description
        )
        for name, description in (
            (COVERAGE, "Everything wanted stands in each frequent language."),
            (FRESH, "Every translation is of today's lesson, by today's recipe."),
            (FAILED, "All but 2 % of the segments that were asked for could be had."),
            (
                DOUBTED,
                "No check doubts a translation that stands; what one doubts comes first in review.",
            ),
        )
    ]
