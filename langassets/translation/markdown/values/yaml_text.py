"""Values in YAML, and how they are written again: in the style in which they stood, where that can say it."""

import re
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import yaml

from langassets.translation.markdown.values import Value

# Words, and signs that mean nothing in YAML wherever they stand.
_BARE = re.compile(r"\w[\w .’()/+-]*")
# What may stand before a value: an anchor, a tag.
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*+\s++){0,2}+")
_NUMBER = re.compile(r"[|>][-+]?([1-9])")
# Those before the first line that says something.
_BLANKS = re.compile(r"^ *(?=[^\n]*\S)", re.MULTILINE)
_BLOCK = re.compile(r"(?P<header>[|>][^\r\n]*+(?P<end>\r?\n|\r|\Z))(?P<lines>.*)", re.DOTALL)


class _Composer(yaml.SafeLoader):
    """A loader for which an alias of a scalar is a scalar of its own, in the style `*`."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        alias: Any = None
        if self.check_event(yaml.AliasEvent):
            alias = self.peek_event()  # type: ignore[no-untyped-call]
        node = super().compose_node(parent, index)
        return _Alias(node, alias) if alias and isinstance(node, yaml.ScalarNode) else node


class _Alias(yaml.ScalarNode):
    def __init__(self, anchored: yaml.ScalarNode, event: Any) -> None:
        super().__init__(anchored.tag, anchored.value, event.start_mark, event.end_mark, "*")
        self.anchored = anchored


def yaml_values(text: str, offset: int, names: frozenset[str]) -> Iterator[Value]:
    """The strings below keys of these `names`, in order; `offset` is where the `text` begins in its source.

    Each once: what only repeats another that is translated (an alias of it) is none. Raises YAMLError for
    what is no mapping.
    """
    root = yaml.compose(text, Loader=_Composer)
    if not isinstance(root, yaml.MappingNode | None):
        raise yaml.YAMLError("front matter is a mapping")
    found = list(_prose_in(root, names, set()))
    ids = {id(node) for node in found}
    for node in found:
        if not (isinstance(node, _Alias) and id(node.anchored) in ids):
            yield _as_value(node, text, offset)


def _prose_in(
    node: yaml.Node | None, names: frozenset[str], seen: set[int], is_prose: bool = False
) -> Iterator[yaml.ScalarNode]:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            named = isinstance(key, yaml.ScalarNode) and key.value.lower() in names
            yield from _prose_in(value, names, seen, named)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _prose_in(item, names, seen, is_prose)
    elif isinstance(node, yaml.ScalarNode) and is_prose and node.tag == "tag:yaml.org,2002:str":
        yield node


def _as_value(node: yaml.ScalarNode, text: str, offset: int) -> Value:
    start, end = node.start_mark.index, node.end_mark.index
    if node.style != "*":
        properties = _PROPERTIES.match(text, start, end)
        start = properties.end() if properties else start
    end = start + len(text[start:end].rstrip())
    first, last = offset + start, offset + end
    kept = node.value.rstrip()
    block = _BLOCK.match(text, start, end) if node.style in ("|", ">") else None
    if block:
        write = partial(_block, block, _indent(block["lines"], kept), node.value[len(kept) :])
        return Value(first, last, kept, write, flows=node.style == "|")
    if "\n" in node.value.strip():
        line_end = "\r\n" if "\r\n" in text[start:end] else "\n"
        indent = " " * (node.start_mark.column + 1)
        write = partial(_quoted, node.style or "", line_end, indent)
        return Value(first, last, node.value, write, flows=False)
    return Value(first, last, node.value, scalar)


def _indent(lines: str, text: str) -> int:
    """By how much the lines of a block are indented that says `text`."""
    written, said = (len(found[0]) if (found := _BLANKS.search(one)) else 0 for one in (lines, text))
    return max(written - said, 1)


def scalar(text: str) -> str:
    """`text` as a YAML value that holds in any place: bare where that is safe, in double quotes elsewhere."""
    if _BARE.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    return _in_double_quotes(text)


def _in_double_quotes(text: str) -> str:
    written: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=sys.maxsize)
    return written.rstrip("\n")


def _block(block: re.Match[str], indent: int, end: str, text: str) -> str:
    """`text` below the header of a block as it stood: `|` or `>`, how its `end` is chomped, a comment."""
    lines = _folded(text) if block["header"][0] == ">" else text.split("\n")
    written = block["header"] + (block["end"] or "\n").join(
        f"{' ' * indent}{line}" if line else "" for line in lines
    )
    number = _NUMBER.match(block["header"])
    above = " " * (indent - int(number[1])) if number else ""
    return written if _says(f"{above}text: {written}\n", text) else _in_double_quotes(text + end)


def _folded(text: str) -> list[str]:
    """The lines that a folding reader makes `text` of: one more between two that begin with no blank."""
    lines: list[str] = []
    folds = False
    for line in text.split("\n"):
        if line and folds and line[0] not in " \t":
            lines.append("")
        lines.append(line)
        if line:
            folds = line[0] not in " \t"
    return lines


def _quoted(style: str, line_end: str, indent: str, text: str) -> str:
    """`text` of several lines as it was quoted, or bare. In double quotes, and where an alias stood, a line
    break is an escape."""
    lines = (f"{indent}{line}" if line else "" for line in _folded(text))
    written = line_end.join(lines).lstrip().replace("'", "''" if style == "'" else "'")
    if style == "'":
        written = f"'{written}'"
    if style in ("", "'") and _says(f"text: {written}\n", text) and _says(f"{{text: {written}\n}}", text):
        return written
    return _in_double_quotes(text)


def _says(written: str, text: str) -> bool:
    try:
        return bool(str(yaml.safe_load(written)["text"]).rstrip() == text.rstrip())
    except (yaml.YAMLError, ValueError, KeyError, TypeError):
        return False
