"""Outside a project Dagster is told the same as inside one, but for the places."""

import yaml

from langassets.cli.servers.dagster_home import SETTINGS
from langassets_tests.project import ROOT


def test_the_settings_are_those_of_the_project() -> None:
    ours = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    places = {"storage", "local_artifact_storage", "compute_logs"}
    assert yaml.safe_load(SETTINGS) == {name: value for name, value in ours.items() if name not in places}
