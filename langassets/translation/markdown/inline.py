"""A line of prose taken apart: what a translator sees, and what is kept from it.

CommonMark's inline syntax is scanned once, from left to right, with offsets into the source, which no
Markdown parser gives. Emphasis stays in the text; code, addresses, tags and the like become `<x1/>`, ….
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from langassets.translation.markdown import patterns
from langassets.translation.markdown.leaf import Span
from langassets.translation.markdown.math import is_math


class Syntax(Enum):
    """What the marks in a text mean."""

    MARKDOWN = "markdown"
    HTML = "html"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Part:
    """A protected stretch of the content (offsets into `Prose.content`), and what kind of thing it is.

    `shown` is what a translation brings back in its place; only for a link by its own text
    (`[text]`, defined elsewhere) is that more than the stretch itself.
    """

    start: int
    end: int
    kind: str
    shown: str


class Prose:
    """The lines of one block, joined by newlines, that know where in the source they came from."""

    def __init__(self, source: str, lines: Sequence[Span]) -> None:
        self.content = "\n".join(source[start:end] for start, end in lines)
        self._source = source
        self._lines = lines
        self._begins: list[int] = []
        begin = 0
        for start, end in lines:
            self._begins.append(begin)
            begin += end - start + 1

    def at(self, offset: int) -> int:
        """Where in the source the content's `offset` lies."""
        line = bisect_right(self._begins, offset) - 1
        return self._lines[line][0] + offset - self._begins[line]

    def is_above_dashes(self, offset: int) -> bool:
        """Whether the line after the one at `offset` could be the second row of a table."""
        return bool(_DASHES.match(self._source, self.at(offset)))

    def raw(self, start: int, end: int) -> str:
        """The source between two offsets of the content, line prefixes (`> `, indentation) and all."""
        return self._source[self.at(start) : self.at(end)]


# Without one of these there is nothing for the scanner to find.
_MARK = re.compile(r"[\\$%#{<&:\[\]`\n]|www")


def parts_of(prose: Prose, syntax: Syntax, references: frozenset[str] = frozenset()) -> list[Part]:
    """The protected parts of `prose`, in order and disjoint."""
    if not _MARK.search(prose.content):
        return _with_words(prose, [])
    scanner = _Scanner(prose, syntax, references)
    scanner.scan()
    return _with_words(prose, scanner.parts)


def text_of(prose: Prose, parts: Sequence[Part], start: int, end: int) -> str:
    """What a translator sees of the content: tags for parts, a space for the end of a line."""
    pieces: list[str] = []
    position = start
    for number, part in enumerate(parts, 1):
        pieces.append(_one_line(prose.content[position : part.start]))
        pieces.append(f"<x{number}/>")
        position = part.end
    pieces.append(_one_line(prose.content[position:end]))
    return "".join(pieces)


_DASHES = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)[ \t>]*+[-|:][-|: \t]*+(?:\r|\n|\Z)")
_LINE_END = re.compile(r"[ \t]*+\r?+\n[ \t]*+")


def _one_line(text: str) -> str:
    return _LINE_END.sub(" ", text) if "\n" in text else text


_SYNTAXES = {Syntax.MARKDOWN: patterns.MARKDOWN, Syntax.HTML: patterns.HTML, Syntax.PLAIN: patterns.PLAIN}


class _Scanner:
    """One pass over the content. Every look ahead is remembered when it fails, which keeps it linear."""

    def __init__(self, prose: Prose, syntax: Syntax, references: frozenset[str]) -> None:
        self.prose = prose
        self.content = prose.content
        self.pattern = _SYNTAXES[syntax]
        self.html = syntax is Syntax.HTML
        self.references = references
        self.parts: list[Part] = []
        self.brackets: list[tuple[int, bool]] = []
        self.missing: set[str] = set()
        self.ticks: dict[int, list[int]] | None = None

    def scan(self) -> None:
        position = 0
        while match := self.pattern.search(self.content, position):
            kind = (match.lastgroup or "").rstrip("_")
            handle = getattr(self, f"_on_{kind}", None)
            position = handle(match) if handle else self._protect(match.start(), match.end(), kind)

    def _protect(self, start: int, end: int, kind: str, shown: str | None = None) -> int:
        if shown is None:
            shown = self.prose.raw(start, end) if kind == "hard" else _one_line(self.content[start:end])
        self.parts.append(Part(start, end, kind, shown))
        return end

    def _find(self, needle: str, start: int) -> int:
        """Where `needle` begins at or after `start`, or -1; a needle once missing is not looked for again."""
        if needle in self.missing:
            return -1
        found = self.content.find(needle, start)
        if found < 0:
            self.missing.add(needle)
        return found

    def _on_escape(self, match: re.Match[str]) -> int:
        return match.end()

    def _on_soft(self, match: re.Match[str]) -> int:
        return match.end()

    def _on_url(self, match: re.Match[str]) -> int:
        url = match[0].rstrip(".,;:!?*_~")
        while url.endswith(")") and url.count(")") > url.count("("):
            url = url[:-1].rstrip(".,;:!?*_~")
        return self._protect(match.start(), match.start() + len(url), "url")

    def _on_code(self, match: re.Match[str]) -> int:
        length = len(match[0])
        if self.ticks is None:
            self.ticks = {}
            for run in re.finditer(r"`++", self.content):
                self.ticks.setdefault(len(run[0]), []).append(run.start())
        runs = self.ticks.get(length, [])
        after = bisect_right(runs, match.start())
        if after == len(runs):
            return match.end()
        return self._protect(match.start(), runs[after] + length, "code")

    def _on_math(self, match: re.Match[str]) -> int:
        opener = match[0]
        closer = {"\\(": "\\)", "\\[": "\\]", "\\begin{": "\\end{"}.get(opener, opener)
        close = self._find(closer, match.end())
        if close < 0:
            return match.end()
        end = close + len(closer)
        if opener == "\\begin{":
            brace = self._find("}", end)
            return self._protect(match.start(), brace + 1, "math") if brace >= 0 else match.end()
        inside = self.content[match.end() : close]
        if not is_math(opener, inside, self.content[end : end + 1]):
            return match.end()
        return self._protect(match.start(), end, "math")

    def _on_comment(self, match: re.Match[str]) -> int:
        closer = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}.get(match[0], ">")
        close = self._find(closer, match.end())
        if close < 0:
            return self._protect(match.start(), len(self.content), "comment") if self.html else match.end()
        return self._protect(match.start(), close + len(closer), "comment")

    def _on_broken(self, match: re.Match[str]) -> int:
        """A tag that is none, in a block of HTML: up to where a browser would end it."""
        close = self._find(">", match.end())
        return self._protect(match.start(), len(self.content) if close < 0 else close + 1, "comment")

    def _on_tag(self, match: re.Match[str]) -> int:
        name = re.match(r"<([A-Za-z]+)", match[0])
        if name and name[1].lower() in {"code", "kbd", "samp", "var", "math", "svg"} and "/>" not in match[0]:
            close = self._find(f"</{name[1]}>", match.end())
            if close >= 0:
                return self._protect(match.start(), close + len(name[1]) + 3, "code")
        return self._protect(match.start(), match.end(), "tag")

    def _on_open(self, match: re.Match[str]) -> int:
        self.brackets.append((match.start(), match[0] == "!["))
        return match.end()

    def _on_close(self, match: re.Match[str]) -> int:
        end = match.end()
        if not self.brackets:
            return end
        start, _ = self.brackets.pop()
        if self.content.startswith("(", end):
            tail = _DESTINATION.match(self.content, end)
            if tail:
                if tail["address"]:
                    self._protect(tail.start("address"), tail.end("address"), "address")
                return tail.end()
        return self._reference(start, match.start(), end)

    def _reference(self, start: int, close: int, end: int) -> int:
        """`[text][label]`, and `[text]` or `[text][]` whose text is itself the label."""
        label = _LABEL.match(self.content, end)
        if label and label[1].strip():
            self._protect(label.start(1), label.end(1), "label")
            return label.end()
        if not self.references:
            return end
        text = self.content[start:close].lstrip("!")[1:]
        if " ".join(text.split()).upper() not in self.references and _normalized(text) not in self.references:
            return end
        shown = f"[{' '.join(text.split())}]"
        return self._protect(end, label.end() if label else end, "label", shown)


# CommonMark 6.3: an address in angle brackets, or with balanced parentheses (three levels do), and a title.
_NESTED = r"[^\s()\\]|\\."
_DESTINATION = re.compile(
    r"""\([ \t\n]*+
        (?P<address><(?:[^<>\n\\]|\\.)*+>
          | (?:[^\s()\\<]|\\.)(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*+\))*+\))*+ | )
        (?:[ \t\n]++(?:"(?:[^"\\<]|\\.)*+"|'(?:[^'\\<]|\\.)*+'|\((?:[^()\\<]|\\.)*+\)))?+
        [ \t\n]*+\)""",
    re.VERBOSE | re.DOTALL,
)
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999}+)\]", re.DOTALL)


def _normalized(label: str) -> str:
    """As markdown-it keys its references."""
    return " ".join(label.split()).lower().upper()


_SPECIAL_WORD = re.compile(r"[@_/\\]|\.\w")


def _with_words(prose: Prose, parts: list[Part]) -> list[Part]:
    """Addresses, paths and identifiers in what the parts left over."""
    if not _SPECIAL_WORD.search(prose.content):
        return parts
    found: list[Part] = []
    position = 0
    for part in [*parts, None]:
        end = part.start if part else len(prose.content)
        words = patterns.WORD.finditer(prose.content, position, end)
        found.extend(Part(word.start(), word.end(), word.lastgroup or "", word[0]) for word in words)
        if part:
            found.append(part)
            position = part.end
    return found
