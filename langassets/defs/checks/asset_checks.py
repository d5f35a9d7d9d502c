"""The asset checks. None of them fails a run: they stand in the web UI, and `send_alerts` tells of them."""

import asyncio
from collections.abc import Callable

import dagster as dg

from langassets.defs.assets.cleaned_storage_state import cleaned_storage_state
from langassets.defs.assets.frequent_language_tier import frequent_language_tier
from langassets.defs.assets.language_usage_stats import language_usage_stats
from langassets.defs.assets.preload_checks import result_of
from langassets.errors import LangassetsError
from langassets.jobs import asset_checks
from langassets.services import Services


@dg.asset_check(asset=language_usage_stats, description="Requests are being counted.")
def usage_is_tracked(services: dg.ResourceParam[Services]) -> dg.AssetCheckResult:
    """The counters grow."""
    return _checked(lambda: asset_checks.usage_is_tracked(services.data))


@dg.asset_check(
    asset=frequent_language_tier, description="No language was promoted and demoted within 90 days."
)
def no_language_flaps(services: dg.ResourceParam[Services]) -> dg.AssetCheckResult:
    """Languages stay where they are for a while."""
    return _checked(lambda: asset_checks.no_language_flaps(services.data, services.clock()))


@dg.asset_check(
    asset=cleaned_storage_state, description="Nothing stands in storage that the tier would clear out."
)
def storage_agrees_with_tier(services: dg.ResourceParam[Services]) -> dg.AssetCheckResult:
    """A cleanup now would have nothing to do."""
    return _checked(lambda: asyncio.run(asset_checks.storage_agrees_with_tier(services)))


@dg.asset_check(
    asset=cleaned_storage_state,
    description="Every object in the manifest stands, and every lesson object that stands is known. Names "
    "what is missing, foreign, edited by hand, or of a lesson that is gone; `langassets reconcile` mends it.",
)
def manifest_agrees_with_storage(services: dg.ResourceParam[Services]) -> dg.AssetCheckResult:
    """Manifest and storage are the same."""
    return _checked(lambda: asyncio.run(asset_checks.manifest_agrees_with_storage(services)))


ALL = [usage_is_tracked, no_language_flaps, storage_agrees_with_tier, manifest_agrees_with_storage]


def _checked(look: Callable[[], asset_checks.Finding]) -> dg.AssetCheckResult:
    try:
        return result_of(look())
    except LangassetsError as error:
        return result_of(asset_checks.Finding(False, f"It could not be checked: {error}"))
