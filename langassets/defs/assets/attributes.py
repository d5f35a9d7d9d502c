"""What an asset says of itself in the web UI: its columns, the code behind it, how old it may become."""

import inspect
import warnings
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from types import ModuleType
from typing import Any

import dagster as dg
import yaml

from langassets.jobs.dagster.cron import longest_gap
from langassets.settings import Settings

# What a job may take, and its retries, before its asset counts as late; then as outdated.
_WARN_AFTER, _FAIL_AFTER = timedelta(hours=6), timedelta(hours=24)
# A table in the web UI is for reading; the whole stands in the database.
_MOST_ROWS = 200
_COLUMNS = yaml.safe_load(files(__package__).joinpath("columns.yaml").read_text(encoding="utf-8"))


def column_schema(asset: str) -> dict[str, dg.TableSchema]:
    """Metadata that says what the columns are of the table behind an asset."""
    columns = [
        dg.TableColumn(name, kind, description=description)
        for name, (kind, description) in _COLUMNS[asset].items()
    ]
    return {"dagster/column_schema": dg.TableSchema(columns)}


def table(rows: Iterable[Mapping[str, str | float | bool]]) -> dg.MetadataValue:
    """The first rows as a table, or the text "none"."""
    records = [dg.TableRecord(row) for row in rows]
    return dg.MetadataValue.table(records[:_MOST_ROWS]) if records else dg.MetadataValue.text("none")


def finished(asset: dg.AssetsDefinition, freshness: dg.FreshnessPolicy | None) -> dg.AssetsDefinition:
    """An asset with its freshness policy and a link to the function behind it."""
    function = inspect.unwrap(asset.op.compute_fn.decorated_fn)  # type: ignore[union-attr]
    code = function.__code__
    link = _code_link(code.co_filename, code.co_firstlineno, asset.op.name)
    return asset.map_asset_specs(
        lambda spec: spec.replace_attributes(freshness_policy=freshness).merge_attributes(metadata=link)
    )


def link_to_module(module: ModuleType, label: str) -> dict[str, Any]:
    """Metadata that points at a module, for what no function of ours makes."""
    return _code_link(str(module.__file__), 1, label)


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
