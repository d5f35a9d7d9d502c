"""What the pages say of settings and commands is what the program says."""

import re
from pathlib import Path

import pytest
from typer.core import TyperGroup

from langassets.alerts.outbox import Alert
from langassets.database.schema import metadata
from langassets.definitions import assemble
from langassets.services import Services
from langassets.settings import Settings, load_settings
from langassets_tests.docs.pages import blocks_of, name_of, pages
from langassets_tests.docs.reference import commands, settings_table, written
from langassets_tests.project import ROOT

_MADE = {ROOT / "docs" / "commands.md", ROOT / "docs" / "settings.md"}
# `langassets run all --accept-reset` in a block of commands or in the text's own code.
_CALL = re.compile(
    r"(?<![\w./-])langassets (?P<words>[a-z][a-z-]*(?: [a-z-]+)?)(?![\w/.=-])(?P<rest>[^`\n|#&;]*)"
)
_CODE = re.compile(r"`([^`\n]+)`")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
_VARIABLE = re.compile(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`")
# Variables that pages name and that are not ours to set.
_OTHERS = {
    "CELERY_BROKER_URL",
    "CELERY_RESULT_BACKEND",
    "CHAOS_SEED",
    "CONTRACT_SUPABASE_KEY",
    "CONTRACT_SUPABASE_URL",
    "DAGSTER_HOME",
    "DAGSTER_POSTGRES_URL",
    "DAGSTER_STATE_DIR",
    "GOOGLE_API_KEY",
}


@pytest.mark.parametrize("page", written(), ids=name_of)
def test_the_page_is_as_the_program_has_it(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == written()[page], (
        f"{page.name} says something else than the program: run `make reference`"
    )


def test_every_setting_stands_in_the_table_once() -> None:
    named = re.findall(r"^\| `([A-Z0-9_]+)` \|", settings_table(), re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_every_table_of_ours_stands_in_the_data_contract() -> None:
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    assert [table.name for table in metadata.tables.values() if f"`{table.name}`" not in text] == []


def test_every_kind_of_alert_and_every_check_stands_among_the_alerts(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
    kinds = set(re.findall(r"`([a-z_]+)`", (Alert.__doc__ or "").partition("`kind`")[2]))
    named = {
        "run_failed": "A run failed",
        "cleanup_refused": "A cleanup was refused",
        "limit_reached": "A preload stopped at its limit",
        "languages_changed": "Languages were promoted or demoted",
        "check_failed": "A check failed",
        "sensor_failed": "A sensor or schedule fails",
        "schedule_missed": "A job did not start",
        "completed": "A job is done",
    }
    assert kinds == set(named)
    assert [title for title in named.values() if f"## {title}\n" not in text] == []
    definitions = assemble(Services(load_settings({"LANGASSETS_HOME": str(tmp_path)})))
    checks = {key.name for key in definitions.get_repository_def().asset_graph.asset_check_keys}
    assert [name for name in checks if f"| {name.replace('_', ' ')} |" not in text] == []


def test_every_command_stands_on_a_page_that_somebody_wrote() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages() if page not in _MADE)
    missing = [
        name
        for name, command in commands().items()
        if not isinstance(command, TyperGroup) and not re.search(rf"langassets {name}\b|`{name}`", text)
    ]
    assert not missing, f"no guide tells of these commands: {missing}"


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_command_and_option_on_a_page_exists(page: Path) -> None:
    known = commands()
    every_option = {option for command in known.values() for option in _options(command)} | {"--help"}
    wrong = []
    for call in _calls(page):
        found = _CALL.fullmatch(call)
        assert found is not None
        words = found["words"].split()
        name = next((one for one in (" ".join(words), words[0]) if one in known), None)
        if name is None:
            wrong.append(f"there is no command {found['words']!r}")
            continue
        options = set(_OPTION.findall(found["rest"]))
        wrong += [f"{name} has no option {one}" for one in options - _options(known[name]) - {"--help"}]
    alone = {code for code in _codes(page) if _OPTION.fullmatch(code.split()[0].split("=")[0])}
    wrong += [f"no command has an option {code}" for code in alone if code.split()[0] not in every_option]
    assert not wrong


def test_every_target_on_a_page_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        found
        for page in pages()
        for text in [*_codes(page), *(block.text for block in blocks_of(page) if block.is_shell)]
        for found in re.findall(r"^make ([a-z]+)$", text, re.MULTILINE)
    }
    assert {"run", "test"} <= named <= targets


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_variable_on_a_page_is_a_setting(page: Path) -> None:
    named = set(_VARIABLE.findall(page.read_text(encoding="utf-8")))
    assert named - {name.upper() for name in Settings.model_fields} - _OTHERS == set()


def _calls(page: Path) -> list[str]:
    texts = [block.text for block in blocks_of(page) if block.is_shell] + _codes(page)
    return [found[0] for text in texts for found in _CALL.finditer(text)]


def _codes(page: Path) -> list[str]:
    """What stands in code marks in the page's text, outside its blocks."""
    text = page.read_text(encoding="utf-8")
    for block in blocks_of(page):
        text = text.replace(block.text, "\n")
    return _CODE.findall(text)


def _options(command: object) -> set[str]:
    parameters = getattr(command, "params", [])
    return {
        option for one in parameters for option in (*one.opts, *one.secondary_opts) if option.startswith("--")
    }
