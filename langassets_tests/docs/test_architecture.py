"""docs/architecture.md says where things are; they are there, and folders stay small."""

import re
from collections import Counter
from pathlib import Path

from langassets_tests.project import ROOT

PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
CODE = ROOT / "langassets"


def rows(title: str) -> list[list[str]]:
    """The cells of the table below a title, row by row."""
    section = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    [found] = [part for part in section if part.startswith(title)]
    table = [line for line in found.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_the_map_leads_to_files_that_exist() -> None:
    places = [path.strip("`") for _, path in rows("Where is it?")]
    assert len(places) > 20
    assert [path for path in places if not (ROOT / path).is_file()] == []


def test_every_word_has_a_module_that_owns_it() -> None:
    words = rows("Words")
    assert len(words) <= 40
    assert [row for row in words if not (ROOT / row[2].strip("`")).is_file()] == []


def test_every_room_is_in_the_list_of_layers() -> None:
    listed = set(re.findall(r"`(\w+)(?:/|\.py)`", " ".join(row[0] for row in rows("Layers"))))
    rooms = {
        entry.stem for entry in CODE.iterdir() if entry.suffix == ".py" or (entry / "__init__.py").exists()
    }
    assert listed == rooms - {"__init__"}


def test_no_folder_holds_many_more_than_a_dozen_files() -> None:
    held = Counter(file.parent for file in CODE.rglob("*.py") if file.name != "__init__.py")
    assert {str(folder.relative_to(ROOT)): n for folder, n in held.items() if n > 13} == {}


def test_files_are_short() -> None:
    files = [*CODE.rglob("*.py"), *(ROOT / "langassets_tests").rglob("*.py")]
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert {str(Path(file).relative_to(ROOT)): n for file, n in lengths.items() if n > 300} == {}
