"""Where Dagster keeps its state: one home, one instance, so that runs from the command line stand in the web
UI's history, and no other home's do."""

import os
import stat
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from langassets.errors import SettingsError, unusable
from langassets.settings import load_settings

SETTINGS = files(__package__).joinpath("dagster_home.yaml").read_text(encoding="utf-8")
"""What a home that is made here gets as its `dagster.yaml`."""

_DEFAULT_HOME = ".langassets"


def use_dagster_home() -> Path:
    """Make sure that `DAGSTER_HOME` names a folder that can be used, and return it.

    Where it is not set, it is the folder with a `dagster.yaml` that the command was started in, for the home
    `.langassets` below it; every other home has a folder of its own, `dagster`, which is made here.

    Raises `SettingsError` where what is set, or the `dagster.yaml` in it, cannot be used.
    """
    home = given_home() or _prepared(own_home(load_settings().langassets_home))
    _check_file(home / "dagster.yaml")
    if not os.access(home, os.W_OK | os.X_OK):
        raise SettingsError(
            f"Dagster's state cannot be kept in {home}: this user may not write there. Change the folder's "
            "permissions, or set DAGSTER_HOME to another folder."
        )
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def given_home() -> Path | None:
    """The folder that `DAGSTER_HOME` names, None where it is not set; `SettingsError` where it is none."""
    given = os.environ.get("DAGSTER_HOME", "").strip()
    if not given:
        return None
    home = Path(given).expanduser()
    if not home.is_absolute():
        raise _wrong(given, f"which is no absolute path: set it to {home.absolute()}")
    try:
        if not stat.S_ISDIR(home.stat().st_mode):
            raise _wrong(given, "which is no folder: name the folder that has Dagster's dagster.yaml")
    except FileNotFoundError:
        raise _wrong(given, "which does not exist: make that folder") from None
    except OSError as error:
        raise unusable(home, error, "used as DAGSTER_HOME", SettingsError) from None
    return home


def _wrong(given: str, why_and_cure: str) -> SettingsError:
    return SettingsError(
        f"DAGSTER_HOME is {given!r}, {why_and_cure}, or unset DAGSTER_HOME, and langassets keeps Dagster's "
        "state beside its own."
    )


def own_home(home: Path) -> Path:
    """Where Dagster's state is kept for the home `home` (`LANGASSETS_HOME`), unless `DAGSTER_HOME` is set."""
    here = Path.cwd()
    # Whoever works with another home beside the project's must not find its runs among that one's.
    if (here / "dagster.yaml").exists() and home.resolve() == (here / _DEFAULT_HOME).resolve():
        return here
    return (home / "dagster").absolute()


def _prepared(home: Path) -> Path:
    file = home / "dagster.yaml"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(SETTINGS, encoding="utf-8")
    except OSError as error:
        raise unusable(file, error, "written", SettingsError) from None
    return home


def _check_file(file: Path) -> None:
    """Raise `SettingsError` where a `dagster.yaml` is there and is not what Dagster could read at all."""
    try:
        found: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except OSError as error:
        raise unusable(file, error, kind=SettingsError) from None
    except UnicodeDecodeError:
        raise _malformed(file, "it is not text in UTF-8") from None
    except yaml.YAMLError as error:
        raise _malformed(file, _place(error)) from None
    if not isinstance(found, dict | None):
        raise _malformed(file, "it holds no settings like `storage:`")


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it cannot be read"
    return f"line {mark.line + 1}: {problem}" if mark else str(problem)


def _malformed(file: Path, why: str) -> SettingsError:
    return SettingsError(
        f"{file} is no YAML that Dagster can read ({why}): mend it, or put langassets' own "
        "dagster.yaml in its place."
    )
