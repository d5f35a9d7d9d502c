"""`langassets init`: the files of a new project, by a few questions or by flags."""

import json
import os
import sys
from collections.abc import Collection, Mapping
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from langassets.cli.servers.dagster_home import SETTINGS
from langassets.cli.terminal.messages import as_called
from langassets.errors import unusable
from langassets.settings import load_settings
from langassets.settings.env_file import read_env_file

_TEXTS = files(__package__)
_REMARK = "# Holds secrets: keep it out of version control.\n"


class Model(StrEnum):
    """Who translates."""

    OPENAI = "openai"
    GEMINI = "gemini"
    NONE = "none"


def init(
    languages: Annotated[
        str | None, typer.Option(help="Languages that are always frequent, by commas, like en,he,ar.")
    ] = None,
    model: Annotated[
        Model | None, typer.Option(help="Who translates; none: lessons are only pseudo-translated.")
    ] = None,
    supabase_url: Annotated[
        str | None, typer.Option(help="Supabase project that holds the objects; empty: a folder.")
    ] = None,
    database_url: Annotated[str | None, typer.Option(help="PostgreSQL database; empty: SQLite.")] = None,
    component: Annotated[
        Path | None,
        typer.Option(help="In a Dagster project: the folder for defs.yaml, whose name is the prefix."),
    ] = None,
    ask: Annotated[
        bool, typer.Option(help="Ask, in a terminal, for what no option says; else the defaults hold.")
    ] = True,
) -> None:
    """Write the files of a new project into this folder.

    They are .env, workspace.yaml and dagster.yaml, or with --component .env and defs.yaml. Nothing that is
    there is touched. Keys are asked for without showing them, or left to the environment.

    Example: langassets init --languages en,he,ar --model none --no-ask
    """
    asked = ask and sys.stdin.isatty()
    given = {
        "PREDEFINED_LANGUAGES": _answer(languages, "Languages, by commas", "en,he,ar", asked),
        "SUPABASE_URL": _answer(supabase_url, "Supabase project's address (empty: a folder)", "", asked),
        "DATABASE_URL": _answer(database_url, "PostgreSQL's address (empty: SQLite)", "", asked),
    }
    who = Model(_answer(model, "Who translates", Model.NONE, asked))
    keys = [f"{who.upper()}_API_KEY"] if who is not Model.NONE else []
    keys += ["SUPABASE_SERVICE_ROLE_KEY"] if given["SUPABASE_URL"] else []
    if asked:
        for key in keys:
            if not os.environ.get(key):
                question = f"{key} (empty: later)"
                given[key] = str(typer.prompt(question, default="", hide_input=True, show_default=False))
    settings = {name: value for name, value in given.items() if value or name == "PREDEFINED_LANGUAGES"}
    secret = [*keys, *(["DATABASE_URL"] if given["DATABASE_URL"] else [])]
    made = component_files(component, settings, secret) if component else service_files(settings)
    # Tried before anything is written; a key that comes later counts as set.
    later = {key: os.environ.get(key) or "later" for key in keys}
    load_settings({**later, **settings, "ASSET_KEY_PREFIX": component.name if component else ""})
    for file, text in made.items():
        print(f"{'Written' if _written(file, text) else 'There already, and left as it is'}: {file}")
    present = read_env_file(Path(".env")) | os.environ
    for name in {**settings, **dict.fromkeys(keys)}:
        if not present.get(name) and settings.get(name) != "":
            print(f"Still to be set, in .env or in the environment: {name}")
    print(as_called("Next: `langassets doctor`, then `langassets import-lessons FOLDER`."))


def service_files(settings: Mapping[str, str]) -> dict[Path, str]:
    """The files of a pipeline by itself; `settings` by variable."""
    plain = "".join(line for line in SETTINGS.splitlines(keepends=True) if not line.startswith("#"))
    return {
        Path(".env"): env_text(settings),
        Path("workspace.yaml"): _TEXTS.joinpath("project_workspace.yaml").read_text("utf-8"),
        Path("dagster.yaml"): _TEXTS.joinpath("project_dagster.yaml").read_text("utf-8") + plain,
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


def _answer(given: str | None, question: str, default: str, asked: bool) -> str:
    if given is None:
        return str(typer.prompt(question, default=default, show_default=bool(default))) if asked else default
    return given


def _written(file: Path, text: str) -> bool:
    """Whether it could be written without touching anything; `InputError` where the folder cannot be used."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Made by nobody else meanwhile, and read by nobody else where it has secrets.
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if file.name == ".env" else 0o666)
    except FileExistsError:
        return False
    except OSError as error:
        raise unusable(file, error, "written") from None
    with os.fdopen(opened, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
    return True
