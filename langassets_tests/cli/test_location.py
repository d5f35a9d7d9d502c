"""What `langassets ui` tells Dagster of its code location."""

from pathlib import Path

from dagster._core.workspace.load import location_origins_from_yaml_paths

from langassets.cli.servers.ui import _programs
from langassets.settings import load_settings


def test_the_locations_page_names_database_and_bucket(tmp_path: Path) -> None:
    home = tmp_path / 'a "home": of # signs'
    home.mkdir()
    _programs(home, load_settings({"LANGASSETS_HOME": str(home)}))
    [origin] = location_origins_from_yaml_paths([str(home / "workspace.yaml")])
    shown = origin.get_display_metadata()
    assert shown["database"] == f"SQLite, {home / 'langassets.db'}"
    assert shown["bucket"] == f"folder, {home / 'storage'}"
