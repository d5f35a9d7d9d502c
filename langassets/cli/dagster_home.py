"""Where Dagster keeps its state, so that runs from the command line stand in the web UI's history."""

import os
from pathlib import Path


def use_dagster_home() -> Path:
    """Make sure that `DAGSTER_HOME` is set: to the folder with a `dagster.yaml` that the command was started
    in, else to a folder below `LANGASSETS_HOME`. Returns it."""
    given = os.environ.get("DAGSTER_HOME")
    if given:
        return Path(given)
    here = Path.cwd()
    if not (here / "dagster.yaml").exists():
        from langassets.settings import load_settings

        here = (load_settings().langassets_home / "dagster").absolute()
        here.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(here)
    return here
