"""The files of a new project as texts: what its answers become. Pure."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from langassets.cli.servers.dagster_home import SETTINGS

_WORKSPACE = """load_from:
  - python_module:
      module_name: langassets.definitions
      location_name: langassets
      working_directory: .
"""
_PLACES = """# One machine: Dagster's state lies below .dagster/ of the folder that it is started in.
storage:
  sqlite:
    base_dir: .dagster
local_artifact_storage:
  module: dagster._core.storage.root
  class: LocalArtifactStorage
  config:
    base_dir: .dagster
compute_logs:
  module: dagster._core.storage.local_compute_log_manager
  class: LocalComputeLogManager
  config:
    base_dir: .dagster/logs
"""
_REMARK = "# Holds secrets: keep it out of version control.\n"


def service_files(settings: Mapping[str, str]) -> dict[Path, str]:
    """The files of a pipeline by itself; `settings` by variable."""
    plain = "".join(line for line in SETTINGS.splitlines(keepends=True) if not line.startswith("#"))
    return {
        Path(".env"): env_text(settings),
        Path("workspace.yaml"): _WORKSPACE,
        Path("dagster.yaml"): _PLACES + plain,
    }


def component_files(folder: Path, settings: Mapping[str, str], secret: Collection[str]) -> dict[Path, str]:
    """The files of a component in `folder`, whose name is its prefix.

    What is `secret` stands in `.env` alone, or comes later, and `defs.yaml` asks for it; the rest in both.
    """
    named = {"ASSET_KEY_PREFIX": folder.name, **settings}
    attributes = {**named, **{name: f"{{{{ env.{name} }}}}" for name in secret}}
    lines = "".join(f"  {name.lower()}: {json.dumps(value)}\n" for name, value in attributes.items())
    return {
        Path(".env"): env_text(named),
        folder / "defs.yaml": f"type: langassets.LanguageAssets\n\nattributes:\n{lines}",
    }


def env_text(settings: Mapping[str, str]) -> str:
    """A `.env` that is read as `settings`: values in quotes, in which nothing but \\ and ' means anything."""
    quoted = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in settings.items()}
    return _REMARK + "".join(f"{name}='{value}'\n" for name, value in quoted.items())
