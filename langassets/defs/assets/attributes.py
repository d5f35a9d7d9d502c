"""What an asset says of itself in the web UI: its columns, the code behind it, how old it may become."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from langassets.data_files import read_data
from langassets.defs.automation.declarative import condition_of
from langassets.defs.runs.due import longest_gap
from langassets.settings import Settings

# What a job may take, and its retries, before its asset counts as late; then as outdated.
_WARN_AFTER, _FAIL_AFTER = timedelta(hours=6), timedelta(hours=24)
# A table in the web UI is for reading; the whole stands in the database.
_MOST_ROWS = 200
_ASSETS = read_data(__package__, "declared")


def table(rows: Iterable[Mapping[str, str | float | bool]]) -> dg.MetadataValue:
    """The first rows as a table, or the text "none"."""
    records = [dg.TableRecord(row) for row in rows]
    return dg.MetadataValue.table(records[:_MOST_ROWS]) if records else dg.MetadataValue.text("none")


def attributes(asset: str, settings: Settings) -> dict[str, Any]:
    """What the declarations of all assets have: key, group, owner, columns, a link to the function behind it,
    and what it works with by the settings in force. Late after the longest gap of the pattern it is due by.

    One group for all: with a second one the lineage would open with closed boxes, and not with the assets.
    The columns stand under a name of ours: as Dagster's own `dagster/column_schema` they would fill the
    asset's page above the latest figures.
    """
    declared = _ASSETS[asset]
    columns = [
        dg.TableColumn(name, kind, description=description)
        for name, (kind, description) in declared["columns"].items()
    ]
    return {
        "key": dg.AssetKey(settings.names.key(asset)),
        "deps": [dg.AssetKey(settings.names.key(one)) for one in declared.get("deps", ())],
        "description": declared["description"],
        "group_name": settings.asset_group_name,
        "owners": ["team:content"],
        "tags": {"cadence": declared["cadence"]},
        "kinds": _kinds_in_force(declared["kinds"], settings),
        "metadata": {"columns": dg.TableSchema(columns)} | _code_link(asset),
        "automation_condition": condition_of(asset, settings),
        "freshness_policy": _freshness(declared["due"], settings) if "due" in declared else None,
    }


def _kinds_in_force(kinds: Iterable[str], settings: Settings) -> set[str]:
    """Only what the settings name, so no model's maker where lessons are pseudo-localized."""
    gemini = {"gemini"} if settings.gemini_api_key else set[str]()
    openai = {"openai"} if settings.openai_api_key or settings.openai_base_url else set[str]()
    in_force = {
        "database": {"postgresql" if settings.database_url else "sqlite"},
        "bucket": {"supabase" if settings.supabase_url else "folder"},
        "models": gemini | openai,
    }
    return set().union(*(in_force.get(kind, {kind}) for kind in kinds))


def _code_link(asset: str) -> dict[str, Any]:
    """To the function of the asset's name in the file of its name, which is not loaded for it."""
    path = Path(__file__).with_name(f"{asset}.py")
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith(f"def {asset}("))
    reference = dg.LocalFileCodeReference(file_path=str(path), line_number=line, label=asset)
    return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference])}


def _freshness(due: str, settings: Settings) -> dg.FreshnessPolicy:
    """Fresh for as long as the longest gap of the pattern that a setting has, and some hours more."""
    gap = longest_gap(getattr(settings, due), settings.jobs_timezone, datetime.now(UTC).date())
    return dg.FreshnessPolicy.time_window(fail_window=gap + _FAIL_AFTER, warn_window=gap + _WARN_AFTER)
