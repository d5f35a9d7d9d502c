"""A file that has another name now is the lesson that it was."""

import shutil
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from langassets.database.application import topics
from langassets.database.connection import reading
from langassets.database.usage.lesson_usage import UsageRow, add_requests, lesson_requests
from langassets.ingestion.lessons import renames
from langassets.ingestion.lessons.folder import import_lessons

CELLS = "# Cells\n\n" + " ".join(
    f"Sentence {n} is about the parts of a cell and what part {n} does." for n in range(20)
)
ROOTS = "# Roots\n\n" + " ".join(
    f"In {n} days a root drinks {n} litres where the soil is wet enough." for n in range(20)
)


def renamed(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """Of files whose texts, by path, are all in memory."""
    of_before, of_after = ({path: str(hash(text)) for path, text in one.items()} for one in (before, after))
    return renames.renamed(of_before, of_after, renames.held(before), renames.held(after))


def test_the_same_text_and_nearly_the_same() -> None:
    gone = {"a.md": CELLS, "b.md": ROOTS}
    assert renamed(gone, {"x.md": ROOTS, "y.md": CELLS}) == {"x.md": "b.md", "y.md": "a.md"}
    edited = CELLS.replace("Sentence 7", "The seventh sentence") + "\n\nOne more paragraph."
    assert renamed(gone, {"c.md": edited}) == {"c.md": "a.md"}
    assert renamed(gone, {"c.md": "# Light\n\nLight becomes sugar in green leaves, every day anew."}) == {}


def test_a_folder_that_moved_keeps_its_names() -> None:
    gone = {"old/1.md": CELLS, "old/2.md": CELLS}
    new = {"new/2.md": CELLS, "new/1.md": CELLS}
    assert renamed(gone, new) == {"new/1.md": "old/1.md", "new/2.md": "old/2.md"}


_TEXTS = st.lists(st.text("ab ", max_size=30), max_size=6)


@given(_TEXTS, _TEXTS)
def test_no_file_is_in_two_pairs_and_equal_texts_are_paired(gone: list[str], new: list[str]) -> None:
    before = {f"gone-{n}.md": text for n, text in enumerate(gone)}
    after = {f"new-{n}.md": text for n, text in enumerate(new)}
    pairs = renamed(before, after)
    assert len(set(pairs.values())) == len(pairs)
    assert set(pairs) <= set(after)
    assert set(pairs.values()) <= set(before)
    for text in set(gone) & set(new):
        assert min(gone.count(text), new.count(text)) <= sum(new[int(path[4:-3])] == text for path in pairs)


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "cells.md").write_text(CELLS)
    (folder / "roots.md").write_text(ROOTS)
    return folder


def numbers(engine: sa.Engine) -> dict[str, tuple[int, str]]:
    """Number and status of each lesson, by title."""
    with reading(engine) as connection:
        rows = connection.execute(sa.select(topics.c.topic_name, topics.c.topic_id, topics.c.status))
        return {title: (number, status) for title, number, status in rows}


def test_a_renamed_file_keeps_its_number_and_its_usage(engine: sa.Engine, lessons: Path) -> None:
    import_lessons(engine, lessons)
    before = numbers(engine)
    add_requests(
        engine,
        [UsageRow("es", "cells", date(2026, 3, 1), 5), UsageRow("es", "cells.md", date(2026, 3, 1), 2)],
    )
    (lessons / "unit-1").mkdir()
    (lessons / "cells.md").rename(lessons / "unit-1" / "the-cell.md")
    report = import_lessons(engine, lessons)
    assert (report.added, report.archived) == ([], [])
    assert report.renamed == [("cells.md", "unit-1/the-cell.md")]
    assert numbers(engine) == before
    with reading(engine) as connection:
        assert lesson_requests(connection, "es")[str(before["Cells"][0])].requests == 7
    add_requests(engine, [UsageRow("es", "the-cell", date(2026, 3, 2), 1)])
    with reading(engine) as connection:
        assert lesson_requests(connection, "es")[str(before["Cells"][0])].requests == 8
    again = import_lessons(engine, lessons)
    assert (again.unchanged, again.renamed) == (2, [])


def test_a_renamed_and_edited_file_is_brought_up_to_date(engine: sa.Engine, lessons: Path) -> None:
    import_lessons(engine, lessons)
    before = numbers(engine)
    (lessons / "cells.md").unlink()
    (lessons / "cell.md").write_text(CELLS.replace("# Cells", "# The cell"))
    report = import_lessons(engine, lessons)
    assert report.renamed == [("cells.md", "cell.md")]
    assert numbers(engine) == {"The cell": before["Cells"], "Roots": before["Roots"]}


def test_a_moved_folder_is_known(engine: sa.Engine, lessons: Path) -> None:
    import_lessons(engine, lessons)
    before = numbers(engine)
    moved = lessons.rename(lessons.with_name("course"))
    report = import_lessons(engine, moved)
    assert numbers(engine) == before
    assert report.moved_from == str(lessons)
    assert (report.unchanged, report.added, report.archived) == (2, [], [])


def test_a_copy_beside_a_folder_that_stands_is_new(engine: sa.Engine, lessons: Path, tmp_path: Path) -> None:
    import_lessons(engine, lessons)
    other = tmp_path / "other"
    other.mkdir()
    (other / "cells.md").write_text(CELLS)
    report = import_lessons(engine, other)
    assert (report.added, report.moved_from) == (["cells.md"], None)


def test_another_course_under_the_same_names_is_another(engine: sa.Engine, lessons: Path) -> None:
    """Where the folder of the one is gone: names like these lie in every folder."""
    import_lessons(engine, lessons)
    before = numbers(engine)
    shutil.rmtree(lessons)
    other = lessons.with_name("other")
    other.mkdir()
    (other / "cells.md").write_text(
        "# Batteries\n\nA battery has cells, which give current when they are asked."
    )
    (other / "roots.md").write_text("# Square roots\n\nThe root of nine is three, of sixteen four.")
    report = import_lessons(engine, other)
    assert (report.moved_from, report.renamed) == (None, [])
    assert report.added == ["cells.md", "roots.md"]
    assert numbers(engine).items() >= before.items()


def test_what_could_not_be_looked_into_is_not_taken_for_gone(engine: sa.Engine, lessons: Path) -> None:
    import_lessons(engine, lessons)
    before = numbers(engine)
    outside = (lessons / "cells.md").rename(lessons.with_name("cells.md"))
    (lessons / "cells.md").symlink_to(outside)  # a link out of the folder, which is not followed
    (lessons / "copy.md").write_text(CELLS.replace("# Cells", "# Cells, copied"))
    report = import_lessons(engine, lessons)
    assert (report.renamed, report.added) == ([], ["copy.md"])
    assert numbers(engine)["Cells"] == before["Cells"]


def test_a_folder_that_moved_and_was_sorted_anew(engine: sa.Engine, lessons: Path) -> None:
    import_lessons(engine, lessons)
    before = numbers(engine)
    moved = lessons.rename(lessons.with_name("course"))
    (moved / "unit-1").mkdir()
    for name in ("cells.md", "roots.md"):
        (moved / name).rename(moved / "unit-1" / name)
    report = import_lessons(engine, moved)
    assert report.moved_from == str(lessons)
    assert report.renamed == [("cells.md", "unit-1/cells.md"), ("roots.md", "unit-1/roots.md")]
    assert numbers(engine) == before
