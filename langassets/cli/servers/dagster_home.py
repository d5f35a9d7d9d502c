"""Where Dagster keeps its state, so that runs from the command line stand in the web UI's history."""

import os
from importlib.resources import files
from pathlib import Path

from langassets.errors import SettingsError, unusable
from langassets.settings import load_settings

SETTINGS = files(__package__).joinpath("dagster_home.yaml").read_text(encoding="utf-8")
"""What a home that is made here gets as its `dagster.yaml`."""


def use_dagster_home() -> Path:
    """Make sure that `DAGSTER_HOME` is set: to the folder with a `dagster.yaml` that the command was started
    in, else to a folder below `LANGASSETS_HOME`, which gets one. Returns it."""
    given = os.environ.get("DAGSTER_HOME")
    if given:
        return Path(given)
    here = Path.cwd()
    if not (here / "dagster.yaml").exists():
        here = (load_settings().langassets_home / "dagster").absolute()
        _prepare(here)
    os.environ["DAGSTER_HOME"] = str(here)
    return here


def _prepare(home: Path) -> None:
    file = home / "dagster.yaml"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(SETTINGS, encoding="utf-8")
    except OSError as error:
        raise unusable(file, error, "written", SettingsError) from None
