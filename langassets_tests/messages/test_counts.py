"""A number agrees with its noun: 1 object, 2 objects."""

import ast
import re
from collections.abc import Iterator

from langassets.wording import counted
from langassets_tests.messages.test_shape import PACKAGE, text_of

PLURAL = re.compile(r" (?:[a-z]+ ){0,2}?([a-z]{2,}s)\b")
# Ends in s, and is counted by no number before it.
NO_PLURAL = {"is", "was", "has", "does", "as", "this", "its", "needs", "names", "less", "always", "refuses"}
NO_PLURAL |= {"finds", "knows", "stops", "says", "shows", "asks", "fails", "lets", "links", "lies"}
# Several wherever they are said, or a programmer's.
SEVERAL = {"ingestion/demo/loading.py", "ingestion/review/formats/xliff.py", "settings/environment.py"}
SEVERAL |= {"settings/env_file.py", "ingestion/usage/importing.py", "translation/documents/segments.py"}
SEVERAL |= {"api/access/guards.py", "defs/pictures/trade_off.py"}


def is_number(value: ast.expr) -> bool:
    """Whether it may be a whole number that varies: none of counted's, no text, no fraction, no constant."""
    if not isinstance(value, ast.FormattedValue):
        return False
    spec = ast.unparse(value.format_spec) if value.format_spec else ""
    shown = ast.unparse(value.value)
    whole = (
        "," in spec or "len(" in shown or shown.rpartition(".")[2] in {"requests", "count", "total", "every"}
    )
    return whole and not shown.startswith("counted(") and not re.search(r"\.\d", spec) and not shown.isupper()


def test_numbers() -> None:
    assert [counted(n, "day") for n in (0, 1, 1.0, 0.5, 1200)] == [
        *("0 days", "1 day", "1 day", "0.5 days", "1,200 days")
    ]
    assert counted(2, "object lies", "objects lie") == "2 objects lie"


def uncounted() -> Iterator[str]:
    for file in sorted(PACKAGE.rglob("*.py")):
        where = file.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.JoinedStr) or where in SEVERAL:
                continue
            for value, after in zip(node.values, node.values[1:], strict=False):
                noun = PLURAL.match(text_of(after))
                if noun and noun.group(1) not in NO_PLURAL and is_number(value):
                    yield f"{where}:{node.lineno}: {ast.unparse(value)}{noun.group()}"


def test_every_number_goes_with_its_noun() -> None:
    assert list(uncounted()) == []
