"""docs/deploy.md says what is so."""

import re
from importlib.metadata import version

from langassets.cli.commands import COMMANDS
from langassets.settings import Settings
from langassets_tests.deploy.compose import DEPLOY, services
from langassets_tests.project import ROOT

PASSWORD = {"POSTGRES_PASSWORD": "0a1b2c"}
PAGE = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
VERSION = version("dagster")


def test_the_page_names_what_there_is() -> None:
    there = services(PASSWORD)
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(there)
    for path in re.findall(r"deploy/[\w./-]+\.\w+", PAGE):
        assert (ROOT / path).exists() or path == "deploy/.env", path
    for variable in ("DAGSTER_PUBLIC_URL", "RUN_HISTORY_DAYS", "DATABASE_URL", "SUPABASE_URL"):
        assert variable in PAGE
        assert variable.lower() in Settings.model_fields


def test_its_commands_exist() -> None:
    blocks = "".join(re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))
    asked = re.findall(r"(?:run --rm|exec) (\w+) (\w+) ?(\w*)", blocks)
    assert {service for service, _, _ in asked} <= set(services(PASSWORD))
    named = {word for _, program, word in asked if program == "langassets"}
    named |= set(re.findall(r"^langassets (\w+)", blocks, re.MULTILINE))
    assert named == {"demo", "doctor", "migrate", "ui"}
    assert named <= set(COMMANDS)


def test_the_chart_is_that_of_the_dagster_that_is_installed() -> None:
    values = (DEPLOY / "helm/values.yaml").read_text(encoding="utf-8")
    assert f"version {VERSION}" in PAGE
    for text in (PAGE, values):
        assert re.findall(r"--version (\S+)", text) == [VERSION]
