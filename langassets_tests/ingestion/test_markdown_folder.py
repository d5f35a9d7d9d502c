"""A folder of Markdown goes in again and again: only what changed is written, nothing is deleted."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.database import application
from langassets.database.application import content, topics
from langassets.database.connection import engine_of, reading, writing
from langassets.database.content.lessons import content_data, contents, lessons
from langassets.database.migrate import migrate
from langassets.errors import InputError
from langassets.ingestion.lessons.files import FileProblem
from langassets.ingestion.lessons.folder import import_lessons
from langassets.ingestion.lessons.report import ImportReport
from langassets.translation.documents.document import document
from langassets.translation.markdown.values.also import Also
from langassets_tests.servers.postgres import new_database

LESSONS = Path(__file__).parents[2] / "../shared/lessons/en"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "lessons"
    made.mkdir()
    return made


def write(folder: Path, path: str, text: str | bytes) -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return len(report.added), len(report.updated), report.unchanged, len(report.archived)


def titles(engine: sa.Engine) -> dict[str, str]:
    with reading(engine) as connection:
        return {lesson.title: lesson.id for lesson in lessons(connection)}


def stored(engine: sa.Engine) -> dict[str, Any]:
    """The data of every active lesson by title."""
    with reading(engine) as connection:
        by_id = {lesson.id: lesson.title for lesson in lessons(connection)}
        wanted = [(found.lesson, found.content_type) for found in contents(connection)]
        return {by_id[lesson]: data for lesson, _, data in content_data(connection, wanted)}


def updated_at(engine: sa.Engine) -> dict[str, tuple[datetime, datetime]]:
    with reading(engine) as connection:
        query = sa.select(topics.c.topic_name, topics.c.updated_at, content.c.updated_at).join(content)
        return {name: (topic, text) for name, topic, text in connection.execute(query)}


def test_the_real_lessons_go_in_byte_for_byte(engine: sa.Engine) -> None:
    assert LESSONS.is_dir(), f"the lessons are missing: expected them at {LESSONS.resolve()}"
    report = import_lessons(engine, LESSONS)
    files = sorted(LESSONS.glob("*.md"))
    assert (counts(report), report.problems) == ((len(files), 0, 0, 0), [])
    texts = sorted(data["text"].encode() for data in stored(engine).values())
    assert texts == sorted(file.read_bytes() for file in files)


def test_titles_languages_and_exact_texts(engine: sa.Engine, folder: Path) -> None:
    files = {
        "Loops, in full": "---\r\ntitle: Loops, in full\r\nlanguage: pt-BR\r\ndraft: x\r\n---\r\n# Other\r\n",
        "What is HTTP?": "\ufeff```\n# not this\n```\nText\n\n## What *is* `HTTP`?\n",
        "Two lines": "Two\nlines\n===\n",
        "no-heading": "Just text, twice  \n\n---\n\nand a rule\t",
        "2026-03-01": "---\ntitle: 2026-03-01\n---\nText\n",
        "Empty": "---\n---\n# Empty",
    }
    for number, (title, text) in enumerate(files.items()):
        write(folder, f"{number}/no-heading.md" if title == "no-heading" else f"{number}/sub/File.MD", text)
    assert counts(import_lessons(engine, folder)) == (6, 0, 0, 0)
    assert stored(engine) == {title: {"text": text} for title, text in files.items()}
    with reading(engine) as connection:
        languages = {lesson.title: lesson.language for lesson in lessons(connection)}
    assert languages["Loops, in full"] == "pt-BR"
    assert languages["Two lines"] == "en"


def test_again_without_a_change_writes_nothing(engine: sa.Engine, folder: Path) -> None:
    write(folder, "a.md", "# A")
    write(folder, "b.md", "# B")
    import_lessons(engine, folder)
    before = updated_at(engine)
    os.utime(folder / "a.md", (1, 1))
    assert counts(import_lessons(engine, folder / ".." / "lessons")) == (0, 0, 2, 0)
    assert updated_at(engine) == before


def test_only_what_changed_is_updated(engine: sa.Engine, folder: Path) -> None:
    write(folder, "a.md", "# A\nold")
    write(folder, "b.md", "# B")
    import_lessons(engine, folder)
    ids, before = titles(engine), updated_at(engine)
    write(folder, "a.md", "# A\nnew")
    assert counts(import_lessons(engine, folder)) == (0, 1, 1, 0)
    after = updated_at(engine)
    assert after["B"] == before["B"]
    assert after["A"][0] > before["A"][0]
    assert after["A"][1] > before["A"][1]
    assert titles(engine) == ids
    assert stored(engine)["A"] == {"text": "# A\nnew"}
    with reading(engine) as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(content)) == 2


def test_gone_is_archived_and_back_again_is_the_same_lesson(engine: sa.Engine, folder: Path) -> None:
    write(folder, "a.md", "# A")
    gone = write(folder, "b.md", "# B")
    import_lessons(engine, folder)
    ids = titles(engine)
    gone.unlink()
    assert counts(import_lessons(engine, folder)) == (0, 0, 1, 1)
    assert set(titles(engine)) == {"A"}
    assert counts(import_lessons(engine, folder)) == (0, 0, 1, 0)
    write(folder, "b.md", "# B")
    assert counts(import_lessons(engine, folder)) == (0, 1, 1, 0)
    assert titles(engine) == ids


def test_front_matter_says_what_is_active(engine: sa.Engine, folder: Path) -> None:
    write(folder, "a.md", "---\nstatus: Archived\n---\n# A")
    assert counts(import_lessons(engine, folder)) == (1, 0, 0, 0)
    assert titles(engine) == {}
    assert counts(import_lessons(engine, folder)) == (0, 0, 1, 0)
    write(folder, "a.md", "---\nstatus: active\ndescription: About A\n---\n# A")
    assert counts(import_lessons(engine, folder)) == (0, 1, 0, 0)
    assert set(titles(engine)) == {"A"}


def test_two_folders_with_the_same_paths_are_two_sets_of_lessons(engine: sa.Engine, folder: Path) -> None:
    write(folder, "one/a.md", "# One")
    write(folder, "two/a.md", "# Two")
    import_lessons(engine, folder / "one")
    assert counts(import_lessons(engine, folder / "two")) == (1, 0, 0, 0)
    assert set(titles(engine)) == {"One", "Two"}


def test_bad_files_are_named_and_the_others_go_in(engine: sa.Engine, folder: Path) -> None:
    write(folder, "bad.md", b"# \xff")
    write(folder, "good.md", "# Good")
    (folder / "loop").symlink_to(folder)
    report = import_lessons(engine, folder)
    assert report.problems == [
        FileProblem("bad.md", "not text in UTF-8 (byte 3)"),
        FileProblem("loop", "a link back to a folder that it lies in"),
    ]
    assert counts(report) == (1, 0, 0, 0)
    assert set(titles(engine)) == {"Good"}


def test_a_file_that_turned_bad_leaves_its_lesson_as_it_was(engine: sa.Engine, folder: Path) -> None:
    write(folder, "a.md", "# A")
    import_lessons(engine, folder)
    write(folder, "a.md", b"\xff")
    assert counts(import_lessons(engine, folder)) == (0, 0, 0, 0)
    assert stored(engine) == {"A": {"text": "# A"}}


def test_a_folder_that_cannot_be_read_archives_nothing(
    engine: sa.Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "sub/a.md", "# A")
    write(folder, "sub-two/b.md", "# B")
    write(folder, "c.md", "# C")
    import_lessons(engine, folder)
    (folder / "sub-two" / "b.md").unlink()
    listed = Path.iterdir

    def refuse(path: Path) -> Any:  # root reads everything, so the refusal is made up
        if path.name == "sub":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    report = import_lessons(engine, folder)
    assert report.problems == [FileProblem("sub", "the folder cannot be read: Permission denied")]
    assert counts(report) == (0, 0, 1, 1)
    assert set(titles(engine)) == {"A", "C"}


def test_what_is_no_folder_of_markdown_is_refused(engine: sa.Engine, folder: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        import_lessons(engine, folder / "missing")
    with pytest.raises(InputError, match="is not a folder"):
        import_lessons(engine, write(folder, "file.txt", ""))
    with pytest.raises(InputError, match="holds no Markdown file"):
        import_lessons(engine, folder)


def test_an_emptied_folder_archives_nothing(engine: sa.Engine, folder: Path) -> None:
    file = write(folder, "a.md", "# A")
    import_lessons(engine, folder)
    file.unlink()
    with pytest.raises(InputError, match="nothing archived"):
        import_lessons(engine, folder)
    assert set(titles(engine)) == {"A"}


@pytest.fixture(params=["sqlite", "postgresql"])
def application_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database whose lessons' tables an application made before langassets came."""
    with ExitStack() as opened:
        url = None
        if request.param == "postgresql":
            url = opened.enter_context(new_database(request.getfixturevalue("postgres_server")))
        engine = engine_of(url, tmp_path)
        opened.callback(engine.dispose)
        with writing(engine) as connection:
            application.metadata.create_all(connection)
        migrate(engine)
        yield engine


def test_the_lessons_of_an_existing_application_are_never_touched(
    application_engine: sa.Engine, folder: Path
) -> None:
    write(folder, "a.md", "# A")
    with pytest.raises(InputError, match="belongs to an existing application"):
        import_lessons(application_engine, folder)
    assert titles(application_engine) == {}


def test_a_lesson_that_was_removed_by_hand_is_made_anew(engine: sa.Engine, folder: Path) -> None:
    write(folder, "a.md", "# A")
    import_lessons(engine, folder)
    with writing(engine) as connection:
        connection.execute(content.delete())
        connection.execute(topics.delete())
    assert counts(import_lessons(engine, folder)) == (1, 0, 0, 0)
    assert stored(engine) == {"A": {"text": "# A"}}


def test_a_title_longer_than_its_column_is_cut(engine: sa.Engine, folder: Path) -> None:
    write(folder, "a.md", "# " + "x" * 300)
    import_lessons(engine, folder)
    assert titles(engine).keys() == {"x" * 254 + "…"}


def test_more_lessons_than_one_transaction_holds(
    engine: sa.Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langassets.ingestion.lessons.folder._TOGETHER", 3)
    for number in range(10):
        write(folder, f"{number}.md", f"# Lesson {number}")
    assert counts(import_lessons(engine, folder)) == (10, 0, 0, 0)
    assert counts(import_lessons(engine, folder)) == (0, 0, 10, 0)


def test_what_else_is_translated_stands_in_those_contents_that_hold_it(
    engine: sa.Engine, folder: Path
) -> None:
    write(folder, "a.md", "# A\n\n```mermaid\nflowchart LR\nx[One] --> y[Two]\n```\n")
    write(folder, "b.md", "# B\n\n```py\nx = 1\n```\n")
    assert counts(import_lessons(engine, folder)) == (2, 0, 0, 0)
    assert "translate_also" not in stored(engine)["A"]
    report = import_lessons(engine, folder, also=Also.named("all"))
    assert report.updated == ["a.md"]
    data = stored(engine)
    assert data["A"]["translate_also"] == ["diagrams"]
    assert document("text", data["A"]).texts == ("A", "One", "Two")
    assert "translate_also" not in data["B"]
    assert counts(import_lessons(engine, folder, also=Also.named("diagrams"))) == (0, 0, 2, 0)
    assert import_lessons(engine, folder).updated == ["a.md"]
    assert document("text", stored(engine)["A"]).texts == ("A",)
    write(folder, "b.md", '# B\n\n<Quiz hint="One" id="two" />\n')
    assert import_lessons(engine, folder, also=["attribute:hint", "attribute:note"]).updated == ["b.md"]
    assert stored(engine)["B"]["translate_also"] == ["attribute:hint"]
    assert document("text", stored(engine)["B"]).texts == ("B", "One")
