"""Values in TOML, and how they are written again: on several lines where they stood so."""

import json
import re
import tomllib
from collections.abc import Iterator
from functools import partial

from langassets.translation.markdown.values import Value

_STRING = r""" "(?:[^"\\\n]|\\[^\n])*+" | '[^'\n]*+' """
_LINES = r""" "{3}(?:[^"\\]|\\.|"(?!""))*+"{3,5} | '{3}(?:[^']|'(?!''))*+'{3,5} """
# Whatever else holds quotes or lines is passed over as a whole: what is within it only looks like a value.
_TOKEN = re.compile(
    rf"""^[ \t]*+(?P<key>[\w-]+)[ \t]*=[ \t]*(?P<value>{_LINES}|{_STRING})[ \t\r]*(?:\#[^\n]*)?$
      | {_LINES} | {_STRING} | \#[^\n]*""",
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def toml_values(text: str, offset: int, names: frozenset[str]) -> Iterator[Value]:
    """The strings below keys of these `names`, in order; `offset` is where the `text` begins in its source.

    Raises ValueError for what is no TOML.
    """
    tomllib.loads(text.replace("\r\n", "\n"))
    for found in _TOKEN.finditer(text):
        if found["key"] and found["key"].lower() in names:
            start, end = (offset + place for place in found.span("value"))
            written = found["value"]
            value = str(tomllib.loads("value = " + written.replace("\r\n", "\n"))["value"])
            if written[:3] in ('"""', "'''"):
                yield Value(start, end, value, partial(_in_lines, written), flows=True)
            else:
                yield Value(start, end, value, _basic_string)


def _basic_string(text: str) -> str:
    """`text` as TOML writes it, which is as JSON does but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _in_lines(before: str, text: str) -> str:
    """`text` of several lines in the quotes in which it stood, or in the other ones."""
    begins_below = text.startswith("\n") or before[3:].startswith(("\n", "\r\n"))
    body = ("\n" if begins_below else "") + text
    # Between three single quotes nothing is escaped.
    is_literal = "'''" not in text and not text.endswith("'") and not _CONTROL.search(text)
    if before.startswith("'''") and is_literal:
        written = f"'''{body}'''"
    else:
        lines = "\n".join(_basic_string(line)[1:-1] for line in body.split("\n"))
        written = f'"""{lines}"""'
    return written.replace("\n", "\r\n") if "\r\n" in before else written
