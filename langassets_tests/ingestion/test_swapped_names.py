"""Names that change hands: a lesson follows its text, and nothing of it is lost on the way."""

import threading
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langassets.database.application import topics
from langassets.database.connection import engine_of, reading
from langassets.database.content.lessons import texts_of
from langassets.database.migrate import migrate
from langassets.database.schema import imported_lessons
from langassets.database.usage.lesson_usage import UsageRow, add_requests, lesson_requests
from langassets.errors import InputError
from langassets.ingestion.lessons import folder as importing
from langassets.ingestion.lessons.folder import import_lessons

DAY = date(2026, 3, 1)


def about(what: str, more: str = "") -> str:
    """A lesson of some length that shares next to nothing with another."""
    return (
        f"# {what}\n\n"
        + "".join(f"In {what} part {n} does what {what} {n} needs. " for n in range(20))
        + more
    )


@pytest.fixture
def lessons(engine: sa.Engine, tmp_path: Path) -> Path:
    """Three lessons, each requested as often as its number says."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    for number, what in enumerate(("cells", "roots", "leaves"), 1):
        (folder / f"lesson{number}.md").write_text(about(what))
    import_lessons(engine, folder)
    add_requests(engine, [UsageRow("es", f"lesson{number}", DAY, number) for number in (1, 2, 3)])
    return folder


def stand(engine: sa.Engine) -> dict[int, tuple[str, str, str | None, int]]:
    """By number: the lesson's path, the first words of its text, its status and its requests."""
    with reading(engine) as connection:
        paths = {row.topic_id: row.path for row in connection.execute(sa.select(imported_lessons))}
        texts, requests = texts_of(connection, paths), lesson_requests(connection, "es")
        status = {row.topic_id: row.status for row in connection.execute(sa.select(topics))}
        return {
            number: (
                paths[number],
                texts[number].split()[1],
                status[number],
                requests[str(number)].requests if str(number) in requests else 0,
            )
            for number in sorted(paths)
        }


def rename(folder: Path, **names: str) -> None:
    """Rename files, all at once, by their names without the ending."""
    for name in names:
        (folder / f"{name}.md").rename(folder / f"{name}.moving")
    for name, other in names.items():
        (folder / f"{name}.moving").rename(folder / f"{other}.md")


def test_two_files_swap_their_names(engine: sa.Engine, lessons: Path) -> None:
    rename(lessons, lesson1="lesson2", lesson2="lesson1")
    report = import_lessons(engine, lessons)
    assert report.renamed == [("lesson1.md", "lesson2.md"), ("lesson2.md", "lesson1.md")]
    assert (report.added, report.updated, report.archived) == ([], [], [])
    assert stand(engine) == {
        1: ("lesson2.md", "cells", "active", 1),
        2: ("lesson1.md", "roots", "active", 2),
        3: ("lesson3.md", "leaves", "active", 3),
    }
    assert import_lessons(engine, lessons).unchanged == 3
    add_requests(engine, [UsageRow("es", "lesson1", DAY, 10)])
    assert stand(engine)[2] == ("lesson1.md", "roots", "active", 12)


def test_numbers_that_all_move_up_for_a_new_lesson(engine: sa.Engine, lessons: Path) -> None:
    rename(lessons, lesson1="lesson2", lesson2="lesson3", lesson3="lesson4")
    (lessons / "lesson1.md").write_text(about("seeds"))
    report = import_lessons(engine, lessons)
    assert report.renamed == [
        ("lesson1.md", "lesson2.md"),
        ("lesson2.md", "lesson3.md"),
        ("lesson3.md", "lesson4.md"),
    ]
    assert (report.added, report.updated, report.archived) == (["lesson1.md"], [], [])
    assert stand(engine) == {
        1: ("lesson2.md", "cells", "active", 1),
        2: ("lesson3.md", "roots", "active", 2),
        3: ("lesson4.md", "leaves", "active", 3),
        4: ("lesson1.md", "seeds", "active", 0),
    }


def test_a_new_lesson_under_the_old_name_of_one_that_was_renamed_and_edited(
    engine: sa.Engine, lessons: Path
) -> None:
    rename(lessons, lesson1="the-cell")
    (lessons / "the-cell.md").write_text(about("cells", "\n\nOne more sentence, of the day."))
    (lessons / "lesson1.md").write_text(about("seeds"))
    report = import_lessons(engine, lessons)
    assert (report.renamed, report.added) == ([("lesson1.md", "the-cell.md")], ["lesson1.md"])
    assert (report.updated, report.archived, report.unchanged) == ([], [], 2)
    found = stand(engine)
    assert found[1] == ("the-cell.md", "cells", "active", 1)
    assert found[4] == ("lesson1.md", "seeds", "active", 0)


def test_a_lesson_in_the_place_of_one_that_is_gone(engine: sa.Engine, lessons: Path) -> None:
    away = about("cells")
    rename(lessons, lesson2="lesson1")
    report = import_lessons(engine, lessons)
    assert (report.renamed, report.archived) == ([("lesson2.md", "lesson1.md")], ["lesson1.md"])
    found = stand(engine)
    assert found[1][1:] == ("cells", "archived", 1)
    assert found[2] == ("lesson1.md", "roots", "active", 2)
    add_requests(engine, [UsageRow("es", "lesson1", DAY, 10)])
    assert stand(engine)[2][3] == 12
    assert import_lessons(engine, lessons).unchanged == 2
    (lessons / "cells.md").write_text(away)
    report = import_lessons(engine, lessons)
    assert (report.renamed, report.added) == ([("lesson1.md", "cells.md")], [])
    assert stand(engine)[1] == ("cells.md", "cells", "active", 1)


def test_a_copy_put_by_before_an_edit_is_the_new_one(engine: sa.Engine, lessons: Path) -> None:
    (lessons / "lesson1-before.md").write_text(about("cells"))
    (lessons / "lesson1.md").write_text(about("cells", "\n\nOne more sentence."))
    report = import_lessons(engine, lessons)
    assert (report.renamed, report.added) == ([], ["lesson1-before.md"])
    assert report.updated == ["lesson1.md"]
    assert stand(engine)[1] == ("lesson1.md", "cells", "active", 1)


def test_a_lesson_rewritten_where_it_lies_stays_itself(engine: sa.Engine, lessons: Path) -> None:
    (lessons / "lesson1.md").write_text(about("seeds"))
    report = import_lessons(engine, lessons)
    assert (report.renamed, report.updated) == ([], ["lesson1.md"])
    assert stand(engine)[1] == ("lesson1.md", "seeds", "active", 1)


def test_a_file_that_cannot_be_read_gives_its_lesson_to_no_other(engine: sa.Engine, lessons: Path) -> None:
    (lessons / "lesson1.md").write_text("---\ntitle: [\n---\n" + about("cells"))
    (lessons / "other.md").write_text(about("cells", "\n\nOne more sentence."))
    report = import_lessons(engine, lessons)
    assert (report.renamed, report.added) == ([], ["other.md"])
    assert stand(engine)[1] == ("lesson1.md", "cells", "active", 1)


def test_a_folder_moves_and_one_file_in_it_is_edited(engine: sa.Engine, lessons: Path) -> None:
    (lessons / "unit").mkdir()
    for number in (1, 2, 3):
        (lessons / f"lesson{number}.md").rename(lessons / "unit" / f"lesson{number}.md")
    (lessons / "unit" / "lesson2.md").write_text(about("roots", "\n\nOne more sentence."))
    report = import_lessons(engine, lessons)
    assert len(report.renamed) == 3
    assert {number: row[0] for number, row in stand(engine).items()} == {
        number: f"unit/lesson{number}.md" for number in (1, 2, 3)
    }
    moved = lessons.rename(lessons.with_name("course"))
    (moved / "unit" / "lesson1.md").write_text(about("cells", "\n\nOne more sentence."))
    report = import_lessons(engine, moved)
    assert (report.moved_from, report.updated) == (str(lessons), ["unit/lesson1.md"])
    assert [row[3] for row in stand(engine).values()] == [1, 2, 3]


def test_of_files_with_the_same_text_each_goes_with_its_folder(engine: sa.Engine, tmp_path: Path) -> None:
    folder = tmp_path / "twins"
    for path in ("a/1", "b/1"):
        (folder / path).mkdir(parents=True)
        (folder / path / "index.md").write_text(about("cells"))
    import_lessons(engine, folder)
    (folder / "new").mkdir()
    (folder / "b").rename(folder / "new" / "b")
    (folder / "a").rename(folder / "new" / "a")
    report = import_lessons(engine, folder)
    assert report.renamed == [
        ("a/1/index.md", "new/a/1/index.md"),
        ("b/1/index.md", "new/b/1/index.md"),
    ]


def test_names_as_long_as_they_may_be(engine: sa.Engine, lessons: Path) -> None:
    deep = lessons / "ä" / ("é" * 120) / ("u" * 180)
    deep.mkdir(parents=True)
    longest = deep / ("x" * (500 - 3 - len(deep.relative_to(lessons).as_posix()) - 1) + ".md")
    (lessons / "lesson1.md").rename(longest)
    path = longest.relative_to(lessons).as_posix()
    assert len(path) == 500
    assert import_lessons(engine, lessons).renamed == [("lesson1.md", path)]
    assert stand(engine)[1] == (path, "cells", "active", 1)
    (lessons / "lesson2.md").rename(longest)
    report = import_lessons(engine, lessons)
    assert (report.renamed, len(report.archived)) == ([("lesson2.md", path)], 1)
    longer = longest.rename(longest.with_name("y" + longest.name))
    report = import_lessons(engine, lessons)
    assert [problem.reason for problem in report.problems] == ["its path is longer than 500 characters"]
    longer.rename(lessons / "short.md")
    assert import_lessons(engine, lessons).renamed == [(path, "short.md")]
    assert stand(engine)[2] == ("short.md", "roots", "active", 2)


def test_a_second_file_of_a_name_takes_no_usage_away(engine: sa.Engine, lessons: Path) -> None:
    (lessons / "unit").mkdir()
    (lessons / "unit" / "lesson1.md").write_text(about("seeds"))
    import_lessons(engine, lessons)
    assert stand(engine)[1] == ("lesson1.md", "cells", "active", 1)


_PATHS = [f"{folder}{name}.md" for folder in ("", "unit/", "unit/more/") for name in ("1", "2", "3")]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.permutations(_PATHS).map(lambda names: names[:5]), min_size=2, max_size=4), st.data())
def test_every_lesson_whose_text_is_unique_keeps_its_number(
    orders: list[list[str]], data: st.DataObject
) -> None:
    """However files change their names, five texts among nine; some are away for a while."""
    texts = [about(f"topic{n}") for n in range(3)] + [
        about("topic1", "Nearly."),
        about("topic2", "Nearly so."),
    ]
    with TemporaryDirectory() as place:
        engine = engine_of(None, Path(place))
        migrate(engine)
        numbers: dict[str, int] = {}
        for order in orders:
            folder = Path(place) / "lessons"
            away = data.draw(st.sets(st.integers(0, 4), max_size=2)) if numbers else set()
            _lay(folder, {path: texts[n] for n, path in enumerate(order) if n not in away})
            import_lessons(engine, folder)
            with reading(engine) as connection:
                rows = connection.execute(sa.select(imported_lessons)).all()
                found = texts_of(connection, (row.topic_id for row in rows))
            standing = {found[row.topic_id]: row.topic_id for row in rows}
            numbers = numbers or standing
            assert standing == numbers
            assert len(rows) == 5
        engine.dispose()


def _lay(folder: Path, files: dict[str, str]) -> None:
    for path in _PATHS:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).unlink(missing_ok=True)
        if path in files:
            (folder / path).write_text(files[path])


def test_two_imports_at_once_double_nothing(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked what is known before either writes."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    for n in range(5):
        (folder / f"{n}.md").write_text(about(f"topic{n}"))
    both = threading.Barrier(2)
    problems: list[InputError] = []

    def work() -> None:
        try:
            import_lessons(engine, folder)
        except InputError as error:
            problems.append(error)

    lessons = importing._lessons  # between looking and writing

    def meet(*arguments: object) -> object:
        both.wait(30)
        return lessons(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "_lessons", meet)
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stand(engine)) == 5
    with reading(engine) as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(topics)) == 5
    assert len(problems) == 1
    assert "Another import" in str(problems[0])
