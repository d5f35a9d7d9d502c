"""A CSV of usage goes in whole, or says line by line what did not."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.usage.lesson_usage import (
    daily_requests,
    lesson_requests,
)
from langassets.errors import InputError
from langassets.ingestion.usage import lines
from langassets.ingestion.usage.importing import import_usage
from langassets.ingestion.usage.lines import BadRow
from langassets_tests.ingestion.usage_file import csv_file, totals

TRACE = Path(__file__).parents[2] / "../shared/usage/topics-weekly.csv"


def test_rows_go_in_and_add_up(engine: sa.Engine, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "language,lesson,day,count\nes,1,2026-03-01,5\nes,1,2026-03-01,2\npt_BR,intro,2026-03-02,1\nes,2,2026-03-02,0\n",
    )
    report = import_usage(engine, path)
    assert (report.rows, report.requests, report.bad_rows, report.bad) == (4, 8, 0, ())
    with reading(engine) as connection:
        assert daily_requests(connection) == [("es", date(2026, 3, 1), 7), ("pt_BR", date(2026, 3, 2), 1)]
        assert set(lesson_requests(connection, "es")) == {"1"}  # a row of no requests leaves none


@pytest.mark.parametrize(
    "content",
    [
        "lesson,count,language,day\n1,5,es,2026-03-01\n",
        "\ufeffLanguage, Lesson ,DAY,count\r\nes, 1 ,2026-03-01,5\r\n",
        'language,lesson,day,count\n"es","1","2026-03-01","5"\n\n  \n',
        "language,lesson,day,count,notes\nes,1,2026-03-01,5,anything\n",
        "language,lesson,day\n" + "es,1,2026-03-01\n" * 5,
        "language,lesson,time,count\nes,1,2026-03-02T01:30:00+02:00,3\nes,1,2026-03-01 23:59:59,1\n"
        "es,1,2026-03-01T00:00:00Z,1\n",
        "language,lesson,day,count\nes,1,2026-03-01,5",
    ],
    ids=["order", "bom-crlf", "quotes", "more-columns", "no-count", "time", "no-newline"],
)
def test_the_same_table_in_many_shapes(engine: sa.Engine, tmp_path: Path, content: str) -> None:
    assert import_usage(engine, csv_file(tmp_path, content)).requests == 5
    with reading(engine) as connection:
        assert lesson_requests(connection) == {"1": (5, date(2026, 3, 1))}


def test_quoted_lessons_keep_their_commas_and_quotes(engine: sa.Engine, tmp_path: Path) -> None:
    path = csv_file(tmp_path, 'language,lesson,day\nes,"a, ""b"" \\",2026-03-01\n')
    import_usage(engine, path)
    with reading(engine) as connection:
        assert set(lesson_requests(connection)) == {'a, "b" \\'}


BAD: list[tuple[str | bytes, str]] = [
    ("../../etc,1,2026-03-01,5", "'../../etc' is not a language code like 'es' or 'pt-BR'"),
    ("e,1,2026-03-01,5", "'e' is not a language code like 'es' or 'pt-BR'"),
    (",1,2026-03-01,5", "'' is not a language code like 'es' or 'pt-BR'"),
    ("es,,2026-03-01,5", "the lesson is empty"),
    ("es," + "x" * 501 + ",2026-03-01,5", "the lesson is longer than 500 characters"),
    ("es,a\tb,2026-03-01,5", "the lesson holds characters that cannot be printed"),
    ("es,a\0b,2026-03-01,5", "the lesson holds characters that cannot be printed"),
    ("es,1,2026-02-30,5", "'2026-02-30' is not a day like 2026-03-01"),
    ("es,1,01/03/2026,5", "'01/03/2026' is not a day like 2026-03-01"),
    ("es,1,1999-12-31,5", "1999-12-31 lies before 2000"),
    ("es,1,2999-01-01,5", "2999-01-01 lies in the future"),
    ("es,1,2026-03-01,-5", "the count is negative: -5"),
    ("es,1,2026-03-01,1.5", "the count is not a whole number: '1.5'"),
    ("es,1,2026-03-01,1_000", "the count is not a whole number: '1_000'"),
    ("es,1,2026-03-01,", "the count is not a whole number: ''"),
    ("es,1,2026-03-01,9999999999999", "the count is larger than a trillion"),
    ("es,1,2026-03-01," + "9" * 5000, f"the count is not a whole number: '{'9' * 40}'"),
    ("es,1,2026-03-01", "3 columns where the first line has 4"),
    ("es,1,2026-03-01,5,6", "5 columns where the first line has 4"),
    ('es,"1,2026-03-01,5', "quotes that do not fit together"),
    (b"es,\xff,2026-03-01,5", "not text in UTF-8"),
]


def test_bad_rows_are_named_by_line_and_the_good_ones_kept(engine: sa.Engine, tmp_path: Path) -> None:
    lines: list[str | bytes] = [
        "language,lesson,day,count",
        "es,first,2026-03-01,1",
        *(row for row, _ in BAD),
        "es,last,2026-03-01,1",
    ]
    path = csv_file(tmp_path, b"\n".join(line.encode() if isinstance(line, str) else line for line in lines))
    report = import_usage(engine, path)
    assert list(report.bad) == [BadRow(line, reason) for line, (_, reason) in enumerate(BAD, start=3)]
    assert (report.rows, report.requests, report.bad_rows) == (2, 2, len(BAD))
    assert totals(engine) == {"es": 2}


def test_strict_takes_all_or_nothing(engine: sa.Engine, tmp_path: Path) -> None:
    rows = ["es,1,2026-03-01,1"] * 12 + ["es,1,2026-03-01,x"] * 12
    path = csv_file(tmp_path, "\n".join(["language,lesson,day,count", *rows]))
    with pytest.raises(InputError) as raised:
        import_usage(engine, path, strict=True)
    lines = str(raised.value).splitlines()
    assert lines[0].endswith("has 12 bad rows, and nothing was imported:")
    assert lines[1] == "  line 14: the count is not a whole number: 'x'"
    assert lines[-1] == "  and 2 more"
    assert totals(engine) == {}
    assert import_usage(engine, path).rows == 12  # the refused attempt is not remembered


def test_a_file_without_any_good_row_is_refused(engine: sa.Engine, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "language,lesson,day\nes,1,yesterday\n")
    with pytest.raises(InputError, match="one bad row, and nothing was imported"):
        import_usage(engine, path)


def test_a_file_goes_in_once_unless_asked_again(engine: sa.Engine, tmp_path: Path) -> None:
    content = "language,lesson,day,count\nes,1,2026-03-01,5\n"
    import_usage(engine, csv_file(tmp_path, content, "march.csv"))
    renamed = csv_file(tmp_path, content, "renamed.csv")
    with pytest.raises(InputError, match=r"renamed\.csv was imported already.* as march\.csv.*--again"):
        import_usage(engine, renamed)
    assert totals(engine) == {"es": 5}
    import_usage(engine, renamed, again=True)
    import_usage(engine, renamed, again=True)
    assert totals(engine) == {"es": 15}


def test_a_header_alone_is_no_usage_and_no_error(engine: sa.Engine, tmp_path: Path) -> None:
    report = import_usage(engine, csv_file(tmp_path, "language,lesson,day\n"))
    assert (report.rows, report.bad_rows) == (0, 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text in UTF-8"),
        (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0", "not text in UTF-8"),
        ("language,lesson,day\n".encode("utf-16"), "not text in UTF-8"),
        ("language;lesson;day\n", "no column 'language', no column 'lesson', not exactly one of the columns"),
        ("language,lesson,day,time\n", "not exactly one of the columns 'day' and 'time'"),
        ("language,lesson,day,lesson\n", "column 'lesson' twice"),
        ('language,"lesson,day\n', "line 1: quotes that do not fit together"),
        ("language,lesson,day\nes,1,2026-03-01\n" + "x" * 70_000, "line 3, has more than 64 KB"),
    ],
    ids=["empty", "picture", "spreadsheet", "utf-16", "semicolons", "both", "twice", "quotes", "endless"],
)
def test_what_is_no_csv_of_usage_is_refused_whole(
    engine: sa.Engine, tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        import_usage(engine, csv_file(tmp_path, content))
    assert totals(engine) == {}


def test_a_file_that_is_not_there_or_a_folder_is_refused(engine: sa.Engine, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: there is no such file"):
        import_usage(engine, tmp_path / "missing.csv")
    with pytest.raises(InputError, match="cannot be read: it is a folder"):
        import_usage(engine, tmp_path)


def test_tomorrow_is_taken_and_the_day_after_is_not(engine: sa.Engine, tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    rows = [f"es,1,{today + timedelta(days=ahead)}" for ahead in (0, 1, 3)]
    report = import_usage(engine, csv_file(tmp_path, "\n".join(["language,lesson,day", *rows])))
    assert (report.rows, report.bad_rows) == (2, 1)


def test_more_rows_than_are_held_at_once(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langassets.ingestion.usage.importing._HELD", 1500)
    draw = random.Random(1)
    rows = [("es", draw.randrange(60), draw.randrange(28) + 1, draw.randrange(9)) for _ in range(5000)]
    text = "".join(f"{code},{lesson},2026-02-{day:02},{count}\n" for code, lesson, day, count in rows)
    report = import_usage(engine, csv_file(tmp_path, "language,lesson,day,count\n" + text))
    assert (report.rows, report.requests) == (5000, sum(row[3] for row in rows))
    expected: dict[str, int] = {}
    for _, lesson, _, count in rows:
        expected[str(lesson)] = expected.get(str(lesson), 0) + count
    with reading(engine) as connection:
        assert {lesson: found.requests for lesson, found in lesson_requests(connection).items()} == expected


def test_values_are_judged_once_however_often_they_occur(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a row looked at by itself, but in a block with one that is no plain row."""
    judged = Counter[str]()

    def counting(name: str) -> Callable[..., Any]:
        check = getattr(lines, name)

        def judge(value: Any, *more: Any) -> Any:
            judged[name] += 1
            return check(value, *more)

        return judge

    for name in ("check_language", "check_lesson", "check_day", "check_requests"):
        monkeypatch.setattr(lines, name, counting(name))
    one_by_one: list[object] = []
    monkeypatch.setattr(lines.UsageLines, "_row", lambda _, line: one_by_one.append(line))
    rows = [f"es,{number % 50},2026-02-{number % 28 + 1:02},{number % 9}" for number in range(60_000)]
    path = csv_file(tmp_path, "\n".join(["language,lesson,day,count", *rows, ""]))
    with path.open("rb") as file:
        blocks = [*lines.UsageLines(path, file, date(2026, 3, 1))]
    assert sum(len(block.requests) for block in blocks) == 60_000
    assert len(blocks) > 2
    assert dict(judged) == {"check_language": 1, "check_lesson": 50, "check_day": 28, "check_requests": 9}
    assert one_by_one == []


def test_rows_are_the_same_by_column_and_one_by_one(tmp_path: Path) -> None:
    """A block with a bad row goes one by one, one without by column."""
    written = [
        "es,1,2026-02-01,3",
        " es , a b ,2026-02-02, 4 \r",
        '"pt-BR","a, ""b""",2026-02-03,"5"',
        '"he",7,2026-02-04,6\r',
    ]
    for rows in ([written[0]], written[:2], written[2:], written):
        text = "\n".join(["language,lesson,day,count", *rows, "es,1,2026-02-05,7"])
        plain, mixed = (_one_block(tmp_path, f"{text}\n{more}") for more in ("", "es,1,never,1\n"))
        assert (len(plain.bad), len(mixed.bad)) == (0, 1)
        assert replace(mixed, bad=[]) == plain


def test_the_real_trace_goes_in(engine: sa.Engine) -> None:
    assert TRACE.is_file(), f"the usage trace is missing: expected it at {TRACE.resolve()}"
    report = import_usage(engine, TRACE, strict=True)
    assert (report.rows, report.requests) == (4114, 8_385_185)
    assert len(totals(engine)) == 44


def _one_block(folder: Path, text: str) -> lines.UsageBlock:
    path = csv_file(folder, text)
    with path.open("rb") as file:
        [block] = lines.UsageLines(path, file, date(2026, 3, 1))
    return block
