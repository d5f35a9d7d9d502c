"""What an asset says of itself in the web UI: its columns, the code behind it, how old it may become."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from langassets.data_files import read_data
from langassets.defs.assets.conditions import condition_of
from langassets.defs.runs.due import longest_gap
from langassets.settings import Settings

# What a job may take, and its retries, before its asset counts as late; then as outdated.
_WARN_AFTER, _FAIL_AFTER = timedelta(hours=6), timedelta(hours=24)
# A table in the web UI is for reading; the whole stands in the database.
_MOST_ROWS = 200
_COLUMNS = read_data(__package__, "columns")


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


def attributes(
    asset: str,
    settings: Settings,
    cadence: str,
    freshness_cron: str | None = None,
) -> dict[str, Any]:
    """What the declarations of all assets have: key, group, owner, columns, a link to the function behind it,
    and what it works with by the settings in force. Late after the longest gap of a pattern.

    One group for all: with a second one the lineage would open with closed boxes, and not with the assets.
    """
    return {
        "key": dg.AssetKey(settings.names.key(asset)),
        "group_name": settings.asset_group_name,
        "owners": ["team:content"],
        "tags": {"cadence": cadence},
        "kinds": kinds_in_force(asset, settings),
        "metadata": column_schema(asset) | _code_link(asset),
        "automation_condition": condition_of(asset, settings),
        "freshness_policy": freshness(settings, freshness_cron) if freshness_cron else None,
    }


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
        "tier_policy_backtest": database | {"optional"},  # what stands below it in the lineage
        "cleaned_storage_state": bucket,
        "preloaded_translations": bucket | gemini | openai,
    }.get(asset, database)


def _code_link(asset: str) -> dict[str, Any]:
    """To the function of the asset's name in the file of its name, which is not loaded for it."""
    path = Path(__file__).with_name(f"{asset}.py")
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith(f"def {asset}("))
    reference = dg.LocalFileCodeReference(file_path=str(path), line_number=line, label=asset)
    return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference])}


def freshness(settings: Settings, cron: str) -> dg.FreshnessPolicy:
    """Fresh for as long as the pattern's longest gap, and some hours more."""
    gap = longest_gap(cron, settings.jobs_timezone, datetime.now(UTC).date())
    return dg.FreshnessPolicy.time_window(fail_window=gap + _FAIL_AFTER, warn_window=gap + _WARN_AFTER)
