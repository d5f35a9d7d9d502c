"""How old an asset may become, and where its code stands."""

import inspect
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from langassets.jobs.due import longest_gap
from langassets.settings import Settings

# What a job may take, and its retries, before its asset counts as late; then as outdated.
_WARN_AFTER, _FAIL_AFTER = timedelta(hours=6), timedelta(hours=24)


def freshness(settings: Settings, cron: str) -> dg.FreshnessPolicy:
    """Fresh for as long as the pattern's longest gap, and some hours more."""
    gap = longest_gap(cron, settings.jobs_timezone, datetime.now(UTC))
    return dg.FreshnessPolicy.time_window(fail_window=gap + _FAIL_AFTER, warn_window=gap + _WARN_AFTER)


def finished(asset: dg.AssetsDefinition, settings: Settings, cron: str) -> dg.AssetsDefinition:
    """An asset with its freshness policy, by the pattern of the job that makes it, and a link to its code."""
    policy, links = freshness(settings, cron), _code_of(asset)
    return asset.map_asset_specs(
        lambda spec: spec.replace_attributes(freshness_policy=policy).merge_attributes(metadata=links)
    )


def _code_of(asset: dg.AssetsDefinition) -> dict[str, Any]:
    function = inspect.unwrap(asset.op.compute_fn.decorated_fn)  # type: ignore[union-attr]
    line = function.__code__.co_firstlineno
    with warnings.catch_warnings():
        # Beta since 1.7, and used on purpose.
        warnings.simplefilter("ignore", dg.BetaWarning)
        reference = dg.LocalFileCodeReference(
            file_path=str(Path(function.__code__.co_filename)), line_number=line, label=asset.op.name
        )
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference])}
