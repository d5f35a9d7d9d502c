"""What is translated where a setting says so: labels of nodes and arrows, messages and titles in fences that
hold a diagram, and words in formulas, `\\text{…}` and its like."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import partial

from langassets.translation.markdown.values import Value


class Also(StrEnum):
    """Kinds of it."""

    DIAGRAMS = "diagrams"
    FORMULAS = "formulas"

    @classmethod
    def named(cls, name: str) -> "tuple[Also, ...]":
        """The kind of that name, all of them for `all`, none for any other."""
        return tuple(kind for kind in cls if name in (kind, "all"))


# What each language of diagrams is called behind a fence.
_HEAD = re.compile(r"[`~:]{3,}[ \t]*\{?(?:(mermaid)|(dot|graphviz|digraph|graph)|(plantuml|puml|uml))\b")
_DOT = re.compile(r'\b(?:label|xlabel|headlabel|taillabel|tooltip)\s*=\s*"(?P<quoted>(?:[^"\\\n]|\\.)+)"')
_PLANTUML = re.compile(
    r"""^[ \t]*(?: (?:title|header|footer|caption)[ \t]+(?P<title>\S.*?)
      | [^\n:"']*[-.=]+[^\s:]*>{1,2}[^\n:"]*:[ \t]*(?P<message>\S.*?)
      | (?:participant|actor|component|rectangle|node|database|package|usecase)[ \t]+"(?P<quoted>[^"\n]+)".*
      | :(?P<step>[^;\n]+);
      | note[ \t][^\n:]*:[ \t]*(?P<note>\S.*?) )[ \t\r]*$""",
    re.MULTILINE | re.VERBOSE,
)
_FLOWCHART = re.compile(
    r"""[\w-](?:\(\[|\[\(|\[\[|\(\(\(?|\{\{|\[/|\[\\|[\[({>])
        (?:"(?P<quoted>[^"\n]+)"|(?P<label>[^"\[\](){}|<>/\\\n]+))[\])}/\\]
      | [->.=]\|(?:"(?P<arrow_quoted>[^"\n]+)"|(?P<arrow>[^|"\n]+))\|
      | [-=.]{2,}[ \t]+(?:"(?P<edge_quoted>[^"\n]+)"|(?P<edge>[^\W\d_][^-|>\n"=.\[({]*?))[ \t]+[-=.]{2,}[>xo]?
      | ^[ \t]*subgraph[ \t]+(?:"(?P<group_quoted>[^"\n]+)"|(?P<group>[^\[\n"]*?))[ \t\r]*$""",
    re.MULTILINE | re.VERBOSE,
)
_MERMAID = re.compile(
    r"""^[ \t]*(?: (?:pie[ \t]+(?:showData[ \t]+)?)?
        (?:title|section|loop|alt|else|opt|par|and|critical|break)[ \t]+(?P<title>\S.*?)
      | (?:participant|actor)[ \t]+\S+[ \t]+as[ \t]+(?P<name>\S.*?)
      | "(?P<quoted>[^"\n]+)"[ \t]*:.*
      | (?!title|section|click|style|class|link)[^\n:"]*(?:>|->?[)x>]|note[ ][^\n:]*|^[ \t]*\w+[ ])[^\n:"]*
        :[ \t]+(?P<message>\S.*?) )[ \t\r]*$""",
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)
_IS_FLOWCHART = re.compile(r"^[ \t]*(?:flowchart|graph)\b", re.MULTILINE)


def labels_in(fence: str) -> Iterator[Value]:
    """The labels of the diagram that a fence holds, in order; nothing of any other fence."""
    head = _HEAD.match(fence)
    if not head:
        return
    pattern = (_MERMAID, _DOT, _PLANTUML)[(head.lastindex or 1) - 1]
    if pattern is _MERMAID and _IS_FLOWCHART.search(fence):
        pattern = _FLOWCHART
    for found in pattern.finditer(fence, head.end()):
        for name, said in found.groupdict().items():
            if said:
                start, end = found.span(name)
                write = _quoted if name.endswith("quoted") else partial(_bare, pattern is _FLOWCHART)
                yield Value(start, end, said, write)


def _quoted(text: str) -> str:
    return text.replace("\\", "/").replace('"', "'").replace("`", "'")


_SIGNS = re.compile(r"[\[\](){}|<>;#\"`/\\]")


def _bare(quotes: bool, text: str) -> str:
    """A label without quotes; one that would end early gets some, or has other signs."""
    if quotes and (_SIGNS.search(text) or text.strip().lower() == "end"):
        return f'"{_quoted(text)}"'
    return _quoted(text).replace(";", ",").replace("#", "")


_WORDS = re.compile(r"\\(?:text(?:bf|it|rm|sf|normal)?|mbox)\{(?P<words>[^{}$\\]+)\}")
# What means something to TeX, or to Markdown around it.
_FORMULA_SIGNS = re.compile(r"[\\{}$&#_%~^`<>|\]]+")


def words_in(formula: str) -> Iterator[Value]:
    """The words in a formula, in order."""
    for found in _WORDS.finditer(formula):
        yield Value(*found.span("words"), found["words"], partial(_FORMULA_SIGNS.sub, " "))
