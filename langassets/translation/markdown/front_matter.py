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
    for pattern, values_in in ((YAML, _in_yaml), (TOML, _in_toml)):
        match = pattern.match(source)
        try:
            if match:
                return match.end(), list(values_in(match[1], match.start(1)))
        except (yaml.YAMLError, ValueError, RecursionError):
            break
    return 0, []


def _in_yaml(text: str, offset: int) -> Iterator[Value]:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode | None):
        raise yaml.YAMLError("front matter is a mapping")
    for node in _prose_in(root):
        start, end = node.start_mark.index, node.end_mark.index
        end = start + len(text[start:end].rstrip())
        yield Value(offset + start, offset + end, node.value, _scalar)


def _prose_in(node: yaml.Node | None, is_prose: bool = False) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            named = isinstance(key, yaml.ScalarNode) and key.value.lower() in TRANSLATABLE
            yield from _prose_in(value, named)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _prose_in(item, is_prose)
    elif isinstance(node, yaml.ScalarNode) and is_prose and node.tag == "tag:yaml.org,2002:str":
        yield node


def _in_toml(text: str, offset: int) -> Iterator[Value]:
    tomllib.loads(text.replace("\r\n", "\n"))
    if '"""' in text or "'''" in text:  # whose lines may look like values
        return
    for line in _TOML_LINE.finditer(text):
        if line["key"].lower() in TRANSLATABLE:
            start, end = line.span("value")
            value = tomllib.loads(f"value = {line['value']}")["value"]
            yield Value(offset + start, offset + end, value, _basic_string)


def _basic_string(text: str) -> str:
    """`text` as TOML writes it, which is as JSON does but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _scalar(text: str) -> str:
    """`text` as a YAML value that holds in any place: bare where that is safe, in double quotes elsewhere."""
    if _BARE.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=sys.maxsize).rstrip("\n")
