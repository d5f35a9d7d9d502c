"""What a finished run says on the terminal: what its materializations show in the web UI, shorter."""

from typing import Any

import dagster as dg
from rich.console import Console

from langassets.cli.terminal.tables import show, show_decisions
from langassets.wording import counted


def summarize(console: Console, result: dg.ExecuteInProcessResult) -> None:
    """Print what the run materialized."""
    preloaded: list[list[str]] = []
    for event in result.all_events:
        if event.event_type is not dg.DagsterEventType.ASSET_MATERIALIZATION or event.asset_key is None:
            continue
        shown = {name: _plain(value) for name, value in event.materialization.metadata.items()}
        match event.asset_key.path[-1]:
            case "frequent_language_tier":
                show_decisions(map(_decision, shown["decisions"]), console)
            case "cleaned_storage_state":
                _cleanup(console, shown)
            case "preloaded_translations":
                preloaded.append([event.partition or "", *_preloaded(shown)])
    if preloaded:
        done = ("Stored", "Reused", "Kept", "From memory", "From the model", "Model requests", "Cost")
        show(("Language", *done), preloaded, console)


def _plain(value: dg.MetadataValue[Any]) -> Any:
    if isinstance(value, dg.TableMetadataValue):
        return [record.data for record in value.records]
    return value.value


def _decision(row: dict[str, Any]) -> tuple[str, str, bool, str, str]:
    name = f"{row['language']} {row['name']}"
    return name, str(row["share"]), row["frequent"], str(row["change"]), str(row["reason"])


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
        columns = ("language", "action", "objects", "reason")
        rows = ([str(row[name]) for name in columns] for row in shown["reasons"])
        show(("Language", "What", "Objects", "Why"), rows, console)


def _preloaded(shown: dict[str, Any]) -> list[str]:
    numbers = [shown["objects_preloaded"], shown["objects_reused"]]
    numbers.append(shown["objects_edited"] + shown["objects_adopted"])
    numbers += [shown[name] for name in ("segments_from_memory", "segments_from_model", "model_requests")]
    cost = shown["cost_dollars"]
    cost = f"${cost:.4f}" if isinstance(cost, float) else str(cost)
    return [*(f"{number:,}" for number in numbers), cost]
