"""What an asset says of itself in the web UI: its columns, the code behind it, how old it may become."""

import inspect
import warnings
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from langassets.data_files import read_data
from langassets.defs.runs.due import longest_gap
from langassets.settings import Settings

# What a job may take, and its retries, before its asset counts as late; then as outdated.
_WARN_AFTER, _FAIL_AFTER = timedelta(hours=6), timedelta(hours=24)
# A table in the web UI is for reading; the whole stands in the database.
_MOST_ROWS = 200
_COLUMNS = read_data(__package__, "columns")


GROUP = "langassets"
"""The one group of all assets. With a second one the lineage would open with closed boxes, and not with the
assets."""


def column_schema(asset: str) -> dict[str, dg.TableSchema]:
    """Metadata that says what the columns are of the table behind an asset.

    Under a name of ours: as Dagster's own `dagster/column_schema` it would fill the asset's page above the
    latest figures.
    """
    columns = [
        dg.TableColumn(name, kind, description=description)
        for name, (kind, description) in _COLUMNS[asset].items()
    ]
    return {"columns": dg.TableSchema(columns)}


def table(rows: Iterable[Mapping[str, str | float | bool]]) -> dg.MetadataValue:
    """The first rows as a table, or the text "none"."""
    records = [dg.TableRecord(row) for row in rows]
    return dg.MetadataValue.table(records[:_MOST_ROWS]) if records else dg.MetadataValue.text("none")


def finished(
    asset: dg.AssetsDefinition, settings: Settings, freshness: dg.FreshnessPolicy | None = None
) -> dg.AssetsDefinition:
    """An asset with its freshness policy, a link to the function behind it, and what it works with by the
    settings in force."""
    function = inspect.unwrap(asset.op.compute_fn.decorated_fn)  # type: ignore[union-attr]
    code = function.__code__
    link = _code_link(code.co_filename, code.co_firstlineno, asset.op.name)
    kinds = kinds_in_force(asset.op.name, settings)
    return asset.map_asset_specs(
        lambda spec: spec.replace_attributes(freshness_policy=freshness).merge_attributes(
            metadata=link, kinds=kinds
        )
    )


def kinds_in_force(asset: str, settings: Settings) -> set[str]:
    """What an asset is made with, as Dagster's kinds: only what the settings name, so no model's maker where
    lessons are pseudo-localized."""
    database = {"postgresql" if settings.database_url else "sqlite"}
    bucket = {"supabase" if settings.supabase_url else "folder"}
    gemini = {"gemini"} if settings.gemini_api_key else set[str]()
    openai = {"openai"} if settings.openai_api_key or settings.openai_base_url else set[str]()
    return {
        "language_usage_stats": database | {"pandas"},
        "lessons": database | {"markdown"},
        "cleaned_storage_state": bucket,
        "preloaded_translations": bucket | gemini | openai,
    }.get(asset, database)


def _code_link(path: str, line: int, label: str) -> dict[str, Any]:
    with warnings.catch_warnings():
        # Beta since 1.7, and used on purpose.
        warnings.simplefilter("ignore", dg.BetaWarning)
        reference = dg.LocalFileCodeReference(file_path=path, line_number=line, label=label)
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference])}


def freshness(settings: Settings, cron: str) -> dg.FreshnessPolicy:
    """Fresh for as long as the pattern's longest gap, and some hours more."""
    gap = longest_gap(cron, settings.jobs_timezone, datetime.now(UTC).date())
    return dg.FreshnessPolicy.time_window(fail_window=gap + _FAIL_AFTER, warn_window=gap + _WARN_AFTER)
