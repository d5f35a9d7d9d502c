"""The file `.env`: read as python-dotenv reads it, and refused with line and cure where that could not."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from langassets import lazy
from langassets.errors import SettingsError, unusable

if TYPE_CHECKING:
    from dotenv.parser import Binding

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_QUOTE_OPENED = re.compile(r"""[^=#]*=\s*["']""")


def read_env_file(file: Path) -> dict[str, str]:
    """What `file` sets, by name; nothing where there is no such file (a folder of its name is none).

    `export NAME=value` is read too, and of two lines for one name the last counts, both as in a shell.
    Raises `SettingsError` where it cannot be read, with a line for each of its lines that is wrong; what
    stands there is never repeated: it may be a secret.
    """
    try:
        # Editors on Windows begin a file in UTF-8 with a mark, which would be part of the first name.
        text = file.read_text(encoding="utf-8-sig") if file.is_file() or file.is_fifo() else ""
    except UnicodeDecodeError:
        raise SettingsError(
            f"{file} is not text in UTF-8: save it as UTF-8, with a line NAME=value each."
        ) from None
    except OSError as error:
        raise unusable(file, error, kind=SettingsError) from None
    if not text:
        return {}
    if wrong := list(_wrong_lines(text)):
        heading = "A line cannot" if len(wrong) == 1 else f"{len(wrong)} lines cannot"
        raise SettingsError(
            "\n".join([f"{heading} be read as settings:", *(f"  {file}, {w}" for w in wrong)])
        )
    found = lazy.dotenv.dotenv_values(stream=StringIO(text))
    return {name: value for name, value in found.items() if value is not None}


def _wrong_lines(text: str) -> Iterator[str]:
    for binding in lazy.dotenv_parser.parse_stream(StringIO(text)):
        if problem := _problem(binding):
            # The parser counts from the first of the empty lines above.
            written, line = binding.original
            line += written[: len(written) - len(written.lstrip())].count("\n")
            yield f"line {line}: {problem}"


def _problem(binding: "Binding") -> str | None:
    written = binding.original.string.strip()
    if binding.error and _QUOTE_OPENED.match(written):
        return (
            'a quote is opened and not closed, or something follows it: write NAME="value", '
            "or the value without quotes"
        )
    if "=" not in written and (binding.error or binding.key):
        return "it has no '=': write NAME=value, or begin the line with # where it is a remark"
    if binding.error or (binding.key and not _NAME.fullmatch(binding.key)):
        return (
            "what stands before '=' is no name of a variable: write NAME=value, NAME of letters, digits and _"
        )
    return None
