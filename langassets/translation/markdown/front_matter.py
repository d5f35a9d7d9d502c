"""The front matter of a Markdown document, of which a few values are prose: YAML between lines of dashes, or
TOML between lines of plus signs."""

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import yaml

# Keys of Jekyll, Hugo, Docusaurus, MkDocs and VitePress whose values a reader sees.
_KEYS = """
    title subtitle description summary excerpt tagline lead abstract caption alt text details
    linktitle link_title nav_title navtitle sidebar_title sidebar_label pagination_label
"""
TRANSLATABLE = frozenset(_KEYS.split())
# Words, and signs that mean nothing in YAML wherever they stand.
_BARE = re.compile(r"\w[\w .’()/+-]*")
# Right at the beginning; `yaml` and `toml` are what stands between the lines.
YAML = re.compile(
    r"\ufeff?---[ \t]*+\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*+(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
TOML = re.compile(
    r"\ufeff?\+\+\+[ \t]*+\r?\n(?P<toml>.*?)^\+\+\+[ \t]*+(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_TOML_LINE = re.compile(
    r"""^[ \t]*+(?P<key>[\w-]+)[ \t]*=[ \t]*(?P<value>"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t\r]*(?:\#.*)?$""",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Value:
    """One translatable value: where it stands in the source, quotes included, what it says, and how a
    translation of it is written."""

    start: int
    end: int
    text: str
    write: Callable[[str], str]


def front_matter(source: str) -> tuple[int, list[Value]]:
    """Where the front matter ends (0: there is none) and its translatable values, in order."""
    match = YAML.match(source)
    if not match:
        return _in_toml(source)
    try:
        root = yaml.compose(match["yaml"], Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return 0, []
    if not isinstance(root, yaml.MappingNode):
        return (match.end(), []) if root is None else (0, [])
    offset = match.start("yaml")
    values = []
    for node in _values(root):
        start, end = (offset + mark.index for mark in (node.start_mark, node.end_mark))
        values.append(Value(start, start + len(source[start:end].rstrip()), node.value, _scalar))
    return match.end(), values


def _in_toml(source: str) -> tuple[int, list[Value]]:
    match = TOML.match(source)
    if not match:
        return 0, []
    text = match["toml"]
    try:
        tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        return 0, []
    if '"""' in text or "'''" in text:  # whose lines may look like values
        return match.end(), []
    offset = match.start("toml")
    return match.end(), [
        Value(
            offset + line.start("value"),
            offset + line.end("value"),
            tomllib.loads(f"value = {line['value']}")["value"],
            _basic_string,
        )
        for line in _TOML_LINE.finditer(text)
        if line["key"].lower() in TRANSLATABLE
    ]


def _basic_string(text: str) -> str:
    """`text` as TOML writes it, which is as JSON does but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _scalar(text: str) -> str:
    """`text` as a YAML value that holds in any place: bare where that is safe, in double quotes elsewhere."""
    if _BARE.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=sys.maxsize).rstrip("\n")


def _values(root: yaml.MappingNode) -> Iterator[yaml.ScalarNode]:
    waiting: list[tuple[yaml.Node, bool]] = [(root, False)]
    while waiting:
        node, prose = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            for key, value in reversed(node.value):
                named = isinstance(key, yaml.ScalarNode) and key.value.lower() in TRANSLATABLE
                waiting.append((value, named))
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend((item, prose) for item in reversed(node.value))
        elif prose and isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str":
            yield node
