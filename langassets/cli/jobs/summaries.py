"""What a finished run says on the terminal: what its materializations show in the web UI, shorter."""

from typing import Any

import dagster as dg
from rich.console import Console
from rich.table import Table

from langassets.cli.terminal.output import show
from langassets.wording import counted


def summarize(console: Console, result: dg.ExecuteInProcessResult) -> None:
    """Print what the run materialized."""
    preloaded: list[tuple[str, dict[str, Any]]] = []
    for event in result.all_events:
        if event.event_type is not dg.DagsterEventType.ASSET_MATERIALIZATION or event.asset_key is None:
            continue
        shown = {name: _plain(value) for name, value in event.materialization.metadata.items()}
        match event.asset_key.path[-1]:
            case "frequent_language_tier":
                _tier(console, shown)
            case "cleaned_storage_state":
                _cleanup(console, shown)
            case "preloaded_translations":
                preloaded.append((event.partition or "", shown))
    if preloaded:
        _preload(console, preloaded)


def _plain(value: dg.MetadataValue[Any]) -> Any:
    return value.records if isinstance(value, dg.TableMetadataValue) else value.value


def _tier(console: Console, shown: dict[str, Any]) -> None:
    table = Table("Language", "Share", "Frequent", "Change", "Why", box=None)
    for record in shown["decisions"]:
        row = record.data
        table.add_row(
            f"{row['language']} {row['name']}",
            str(row["share"]),
            "yes" if row["frequent"] else "no",
            str(row["change"]) if row["change"] != "kept" else "",
            str(row["reason"]),
        )
    show(console, table)


def _cleanup(console: Console, shown: dict[str, Any]) -> None:
    lessons, languages = shown["total_cleaned_lessons"], shown["cleaned_languages"]
    console.print(
        f"{counted(lessons, 'lesson')} in {counted(languages, 'language')} cleaned: "
        f"{counted(shown['objects_removed'], 'object')} removed, {shown['objects_archived']} archived, "
        f"{shown['objects_restored']} put back, {shown['objects_kept']} kept.",
        highlight=False,
    )
    if kept := shown["bytes_kept_as_versions"]:
        console.print(
            f"{counted(shown['bytes_freed'], 'byte')} freed; {counted(kept, 'byte')} of what was removed are "
            "kept by the bucket as versions, and take their space still.",
            highlight=False,
        )
    if isinstance(shown["reasons"], list):
        table = Table("Language", "What", "Objects", "Why", box=None)
        for record in shown["reasons"]:
            row = record.data
            table.add_row(str(row["language"]), str(row["action"]), str(row["objects"]), str(row["reason"]))
        show(console, table)


def _preload(console: Console, languages: list[tuple[str, dict[str, Any]]]) -> None:
    table = Table(
        "Language",
        "Stored",
        "Reused",
        "Kept",
        "From memory",
        "From the model",
        "Model requests",
        "Cost",
        box=None,
    )
    for language, shown in languages:
        cost = shown["cost_dollars"]
        table.add_row(
            language,
            f"{shown['objects_preloaded']:,}",
            f"{shown['objects_reused']:,}",
            f"{shown['objects_edited'] + shown['objects_adopted']:,}",
            f"{shown['segments_from_memory']:,}",
            f"{shown['segments_from_model']:,}",
            f"{shown['model_requests']:,}",
            f"${cost:.4f}" if isinstance(cost, float) else str(cost),
        )
    show(console, table)
