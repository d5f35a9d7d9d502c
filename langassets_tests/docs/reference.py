"""What the pages say of settings and commands, made from the program itself: `make reference` writes it.

A test fails where a page says anything else.
"""

import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.localedata import locale_identifiers
from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from langassets.cli import app
from langassets.locales import is_language_code, looked_up, tag_of
from langassets.settings import Settings
from langassets.settings.alerts import AlertSettings
from langassets.settings.dagster import DagsterSettings
from langassets.settings.judge import JudgeSettings
from langassets.settings.lessons import LessonSettings
from langassets.settings.web import WebSettings
from langassets.translation.documents.content import TRANSLATED
from langassets_tests.project import ROOT

# A comment at the level of the fields is the title of those below it.
_FIELD_OR_TITLE = re.compile(r"^    (?:# (?P<title>[A-Z].*)|(?P<field>[a-z_]+): .*)$", re.MULTILINE)
_WIDTH = "80"
_SETTINGS_INTRODUCTION = """# Settings

<!-- Made by `make reference` from langassets/settings: change it there. -->

Each is an environment variable, or a line in a file `.env` in the folder that a command is started in; the
environment goes before the file. An empty value counts as unset, except for `PREDEFINED_LANGUAGES`, where it
means none. Wrong settings are reported all at once, before anything is done; a name that is nearly one of
these is told of by each command and by `langassets doctor`. {also} is read too, in
place of `GEMINI_API_KEY`.
"""


def written() -> dict[Path, str]:
    """Every page that is made in whole or in part, as it should be."""
    readme, data = ROOT / "README.md", ROOT / "docs" / "data.md"
    return {
        readme: _filled(
            readme, ("settings", settings_table()), ("benchmarks", _benchmarks()), ("beside", _beside())
        ),
        data: _filled(data, ("translated", _translated_table())),
        ROOT / "docs" / "settings.md": _settings_page(),
        ROOT / "docs" / "commands.md": _commands_page(),
        ROOT / "langassets" / "languages.json": _languages(),
    }


def _languages() -> str:
    """CLDR's locales, a line each: what langcodes knows takes a process 28 MB to look up."""
    codes = [identifier.replace("_", "-") for identifier in locale_identifiers()]
    codes += [re.sub("-[A-Z][a-z]{3}(?=-)", "", code) for code in codes]
    tags = sorted({tag_of(code) for code in codes if is_language_code(code)})
    lines = (f"{json.dumps(tag)}: {json.dumps(looked_up(tag), ensure_ascii=False)}" for tag in tags)
    return "{\n" + ",\n".join(lines) + "\n}\n"


def settings_table() -> str:
    """A table of every variable, with its default and its description, under the titles of `settings.py`."""
    lines = ["| variable | default | what |", "| --- | --- | --- |"]
    for title, names in _groups():
        lines.append(f"| **{title}** | | |")
        for name in names:
            field = Settings.model_fields[name]
            cells = [f"`{name.upper()}`", _default(field), _escaped(field.description or "")]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def commands() -> dict[str, TyperCommand | TyperGroup]:
    """Every command by its name, those in groups by both words; a group is one too."""
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    return dict(_commands(root, ""))


def _filled(page: Path, *parts: tuple[str, str]) -> str:
    """A page with what is made (by name) in its place, between two comments; blank lines keep it a table."""
    text = page.read_text(encoding="utf-8")
    for name, made in parts:
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        assert found, f"{page} has no place for {name}"
        text = f"{before}{begin}\n{made}\n{end}{after}"
    return text


def _benchmarks() -> str:
    """The first table of the page that `make bench` writes, and where it was measured."""
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    table = page.partition("\n| what |")[2].partition("\n\n")[0]
    [measured] = [line for line in page.splitlines() if line.startswith("Measured on ")]
    return f"| what |{table}\n\n{measured}\n"


def _beside() -> str:
    """The second table of that page, but for what was measured of each side, and why a row falls short."""
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    beside = page.partition("## Beside an earlier version")[2]
    table = beside.partition("\n| what |")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in f"| what |{table}".splitlines()]
    return "\n".join([f"| {' | '.join([row[0], *row[3:7]])} |" for row in rows]) + "\n"


def _translated_table() -> str:
    """Which keys of a content are translated, by content type."""
    common = [key for key in TRANSLATED["text"] if all(key in keys for keys in TRANSLATED.values())]
    types_by_keys: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for content_type, keys in TRANSLATED.items():
        types_by_keys[tuple(key for key in keys if key not in common)].append(content_type)
    lines = ["| content type | keys whose strings are translated |", "| --- | --- |"]
    lines += [f"| {_code(types)} | {_code(keys)} |" for keys, types in types_by_keys.items()]
    lines.append(f"| each of them | {_code(common)} |")
    others = (
        "all of these, what quizzes ask and answer, and under any other key a sentence of five words or more"
    )
    return "\n".join([*lines, f"| any other | {others} |", ""])


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _groups() -> Iterator[tuple[str, list[str]]]:
    seen: set[str] = set()
    holders = (
        (Settings, "General"),
        (JudgeSettings, "A judge of translations"),
        (LessonSettings, "Lessons from a folder"),
        (WebSettings, "Web"),
        (DagsterSettings, "Dagster"),
        (AlertSettings, "Alerts, retries and history"),
    )
    for holder, title in holders:
        names: list[str] = []
        for found in _FIELD_OR_TITLE.finditer(_fields_of(holder)):
            if found["title"]:
                if names:
                    yield title, names
                title, names = found["title"], []
            elif found["field"] in Settings.model_fields:
                names.append(found["field"])
        yield title, names
        seen.update(names)


def _fields_of(holder: type[BaseModel]) -> str:
    """The part of a class that declares settings: up to its first method."""
    return re.split(r"^    (?:@|def )", inspect.getsource(holder), maxsplit=1, flags=re.MULTILINE)[0]


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{','.join(value) if isinstance(value, tuple) else value}`"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _settings_page() -> str:
    also = [
        f"`{choice.upper()}`"
        for field in Settings.model_fields.values()
        if isinstance(field.validation_alias, AliasChoices)
        for choice in field.validation_alias.choices
        if isinstance(choice, str) and choice not in Settings.model_fields
    ]
    return f"{_SETTINGS_INTRODUCTION.format(also=', '.join(also))}\n{settings_table()}"


def _commands_page() -> str:
    parts = [
        "# Commands\n\n<!-- Made by `make reference` from the commands' own help: change it there. -->\n\n"
        "Each takes `--help`. Exit codes: 0 done; 1 done in part, or failed; 2 wrong settings or input.\n"
    ]
    for name in commands():
        shown = CliRunner().invoke(
            app,
            [*name.split(), "--help"],
            prog_name="langassets",
            env={"COLUMNS": _WIDTH},
        )
        text = "\n".join(line.rstrip() for line in shown.stdout.splitlines())
        parts.append(f"## langassets {name}\n\n```text\n{text.strip()}\n```\n")
    return "\n".join(parts)


def _commands(group: TyperGroup, before: str) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    for name, command in group.commands.items():
        assert isinstance(command, TyperCommand | TyperGroup)
        yield f"{before}{name}", command
        if isinstance(command, TyperGroup):
            yield from _commands(command, f"{before}{name} ")


def main() -> None:
    """Write the pages."""
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
