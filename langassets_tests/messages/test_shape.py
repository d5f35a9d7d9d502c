"""Every place that raises an error for people: what happened, and what to do, in whole sentences."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import langassets
from langassets import errors

PACKAGE = Path(langassets.__file__).parent
# Raised with a text of their own; what is told beside `Problem` is its third argument.
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and name.endswith("Error")}

# These end in a report beside the name of a lesson, of a file or of a line, which says where and what to do:
# a clause, not a sentence.
CLAUSES = (
    "translation/",
    "jobs/preload/storing.py",
    "storage/keys.py",
    "storage/local/",
    "storage/supabase/",
    "ingestion/review/formats/xliff_reading.py",
)
# Words that tell a reader what to do, or where to look.
CURE = re.compile(
    r"\b(set|unset|name|run|start|stop|try|check|correct|save|choose|give|make|move|free|see|ask|put|add|use|"
    r"upgrade|restore|repeat|remove|mend|send|wait|lists|says|expected|needed|install|export|import|create|"
    r"again|raise|top it up|pip|leave|write|record|whether|slow down|tomorrow|rename|copy|simplify|must|"
    r"takes|like|no such|already|materialize)\b|https?://",
    re.IGNORECASE,
)


# They hand on what another error says, which is checked where it is raised; and one of a programmer's.
HANDED_ON = ("cli/data/review.py", "ingestion/usage/recording.py", "translation/documents/segments.py")


class Raised(NamedTuple):
    """A text that somebody will read, with `…` for what is filled in."""

    where: str
    kind: str
    text: str


def text_of(node: ast.expr) -> str:
    """The text of an expression, as far as it is written down."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.BinOp(left=left, right=right):
            return text_of(left) + text_of(right)
        case ast.IfExp(body=body, orelse=other):
            return min((text_of(body), text_of(other)), key=lambda text: bool(CURE.search(text)))
    return "…"


def raised() -> Iterator[Raised]:
    for file in sorted(PACKAGE.rglob("*.py")):
        where = file.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = 2 if node.func.id == "Problem" else 0
            if node.func.id in KINDS | {"Problem"} and len(node.args) > place:
                text = text_of(node.args[place])
                # Put together elsewhere, and tested there.
                if text.replace("…", "").strip(" .:\n"):
                    yield Raised(f"{where}:{node.lineno}", node.func.id, text)


ALL = list(raised())


def test_the_walk_finds_them() -> None:
    assert len(ALL) > 80
    assert {"InputError", "SettingsError", "DatabaseError", "StoreError", "Problem"} <= {
        one.kind for one in ALL
    }


def test_every_error_says_what_to_do() -> None:
    told = [one for one in ALL if not one.where.startswith(HANDED_ON)]
    assert [one for one in told if not CURE.search(one.text) and not one.text.endswith("…")] == []


def test_sentences_begin_and_end_as_sentences() -> None:
    sentences = [one for one in ALL if not one.where.startswith(CLAUSES)]
    assert [one for one in sentences if not re.match(r"[A-Z…'{`-]", one.text)] == []
    assert [one for one in sentences if not re.search(r"[.…]\Z|count\Z|\.csv\Z", one.text)] == []
    assert [one for one in ALL if re.search(r"\s\s|\.\.|!|[Oo]ops|[Pp]lease|[Ii]nvalid", one.text)] == []


def test_none_speaks_of_code() -> None:
    """No class, no traceback, no `None`: users do not read Python."""
    assert [
        one for one in ALL if re.search(r"\b(None|self|Traceback|Exception|dict|tuple)\b", one.text)
    ] == []
