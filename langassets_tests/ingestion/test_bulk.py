"""What an import does for each file is bounded: one statement, and no parse where nothing leads anywhere."""

import gc
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from langassets.database.connection import engine_of
from langassets.database.migrate import migrate
from langassets.database.translations.memory import DatabaseMemory
from langassets.ingestion.lessons import markdown
from langassets.ingestion.lessons.folder import import_lessons
from langassets.ingestion.memory import MemoryImport
from langassets.translation.exchange.tmx import TmxFile
from langassets.translation.markdown import blocks
from langassets.translation.markdown.links import addresses_in, may_lead_to_files, target_of

ADDRESSES = {
    "![One](images/one.png)": True,
    "![two](<images/two parts.png>)": True,
    "> [a\n> b](\n> c.pdf)": True,
    '<img alt="x" src="two parts.webp">': True,
    "<video poster = here.jpg>": True,
    "[r]\n\n[r]: x/defined.jpg 'Title'": True,
    "---\ncover: images/cover.png\n---\n\ntext": True,
    "[![b](badge.svg)](https://example.org)": True,
    "[more](other.md) and [this](https://example.org/a.png), config.yaml, `x.py`": False,
    "See [the top](#v1.0) of [that](/a/b.html).": False,
}


@pytest.mark.parametrize("source", ADDRESSES)
def test_no_address_of_a_file_is_overlooked(source: str) -> None:
    found = [target_of(one.text, "a.md") for one in addresses_in(source)]
    leads = any(one and Path(one.path).suffix not in ("", ".md") for one in found)
    assert (leads, may_lead_to_files(source)) == (ADDRESSES[source], ADDRESSES[source])


def imported(folder: Path, lessons: int) -> int:
    """How many statements it takes to import so many."""
    folder.mkdir()
    home = folder.with_name(f"{folder.name}-home")
    home.mkdir()
    for number in range(lessons):
        text = f"# Lesson {number}\n\n> A [link](https://example.org/v1.2) and [that](lesson-0.md).\n"
        (folder / f"lesson-{number}.md").write_text(text)
    data = engine_of(None, home)
    migrate(data)
    said: list[str] = []
    sa.event.listen(data, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))
    assert len(import_lessons(data, folder).added) == lessons
    data.dispose()
    return len(said)


def test_a_lesson_more_costs_at_most_one_statement_more(tmp_path: Path) -> None:
    # SQLite gives the number of a row alone; PostgreSQL those of many.
    assert imported(tmp_path / "many", 150) - imported(tmp_path / "few", 2) <= 150 - 2


@settings(max_examples=300)
@given(st.text("# a*`[]()\n\r\t\\<>-=_&1.:/\"'\xa0\v", max_size=40))
def test_a_title_that_is_told_without_a_parse_is_what_the_parser_finds(body: str) -> None:
    assert markdown._heading(body) == markdown._first_heading(body)


def test_lessons_that_lead_nowhere_are_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: str) -> None:
        raise AssertionError

    monkeypatch.setattr(blocks, "tokens_of", refused)
    monkeypatch.setattr(markdown, "_first_heading", refused)
    imported(tmp_path / "lessons", 3)


def test_a_translation_memory_is_written_in_few_transactions(tmp_path: Path) -> None:
    units = "".join(
        f'<tu><tuv xml:lang="en"><seg>Text {n}</seg></tuv><tuv xml:lang="he"><seg>טקסט {n}</seg></tuv></tu>'
        for n in range(3000)
    )
    data = engine_of(None, tmp_path)
    migrate(data)
    done: list[str] = []
    sa.event.listen(data, "before_cursor_execute", lambda _c, _k, statement, *_: done.append(statement[:6]))
    sa.event.listen(data, "commit", lambda _: done.append("commit"))
    file = BytesIO(f'<tmx version="1.4"><body>{units}</body></tmx>'.encode())
    read = MemoryImport(TmxFile(file, "en", ["he"]))
    searches: list[str] = []
    gc.callbacks.append(search := lambda phase, _: searches.append(phase))
    read.into(DatabaseMemory(data))
    gc.callbacks.remove(search)
    assert (read.taken, done.count("INSERT"), done.count("commit")) == (3000, 3, 1)
    assert searches.count("start") <= 1  # when it is over
    assert gc.isenabled()
    data.dispose()
