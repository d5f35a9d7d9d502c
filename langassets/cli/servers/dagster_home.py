"""Where Dagster keeps its state, so that runs from the command line stand in the web UI's history."""

import os
from pathlib import Path

# As dagster.yaml of the project has them, but for the places: without a file Dagster would report what it is
# used for over the network, print a notice, and neither limit runs nor end those that were cut off.
SETTINGS = """\
concurrency:
  pools:
    default_limit: 1
    granularity: op
  runs:
    max_concurrent_runs: 2
run_retries:
  enabled: true
  max_retries: 2
  retry_on_asset_or_op_failure: false
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
  poll_interval_seconds: 15
  free_slots_after_run_end_seconds: 15
  max_runtime_seconds: 172800
freshness:
  enabled: true
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 2
      failure: 30
      success: 90
python_logs:
  python_log_level: INFO
telemetry:
  enabled: false
nux:
  enabled: false
"""


def use_dagster_home() -> Path:
    """Make sure that `DAGSTER_HOME` is set: to the folder with a `dagster.yaml` that the command was started
    in, else to a folder below `LANGASSETS_HOME`, which gets one. Returns it."""
    given = os.environ.get("DAGSTER_HOME")
    if given:
        return Path(given)
    here = Path.cwd()
    if not (here / "dagster.yaml").exists():
        from langassets.settings import load_settings

        here = (load_settings().langassets_home / "dagster").absolute()
        _prepare(here)
    os.environ["DAGSTER_HOME"] = str(here)
    return here


def _prepare(home: Path) -> None:
    from langassets.errors import SettingsError, unusable

    file = home / "dagster.yaml"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(SETTINGS, encoding="utf-8")
    except OSError as error:
        raise unusable(file, error, "written", SettingsError) from None
