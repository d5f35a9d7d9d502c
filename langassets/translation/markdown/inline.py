"""A line of prose taken apart: what a translator sees, and what is kept from it.

CommonMark's inline syntax is scanned once, from left to right, together with placeholders, formulas and
addresses that no Markdown parser knows. Emphasis stays in the text; code, addresses, tags and the like
become `<x1/>`, ….
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from markdown_it.common.utils import normalizeReference

from langassets.translation.icu import argument_at
from langassets.translation.markdown.blocks import Span
from langassets.translation.markdown.blocks.math import is_math
from langassets.translation.markdown.patterns import (
    ADDRESS,
    WORD,
    Syntax,
    firsts_of,
    is_code,
    may_hold_addresses,
)


class Part(NamedTuple):
    """A protected stretch of the content (offsets into `BlockText.content`), and what kind of thing it is.

    `text` is what a translation brings back in its place; only for a link by its own text
    (`[text]`, defined elsewhere) is that more than the stretch itself.
    """

    start: int
    end: int
    kind: str
    text: str


class BlockText:
    """The lines of one block, joined by newlines, that know where in the source they came from."""

    __slots__ = ("_begins", "_lines", "_source", "content")

    def __init__(self, source: str, lines: Sequence[Span]) -> None:
        self._source, self._lines, self._begins = source, lines, [0]
        if len(lines) == 1:
            self.content = source[lines[0][0] : lines[0][1]]
            return
        texts = [source[start:end] for start, end in lines]
        self.content = "\n".join(texts)
        self._begins += accumulate([len(text) + 1 for text in texts])

    def at(self, offset: int) -> int:
        """Where in the source the content's `offset` lies."""
        line = bisect_right(self._begins, offset) - 1 if len(self._begins) > 1 else 0
        return self._lines[line][0] + offset - self._begins[line]

    def span(self, start: int, end: int) -> Span:
        """Where in the source a stretch of the content lies."""
        return self.at(start), self.at(end - 1) + 1

    def within(self, start: int, end: int) -> "BlockText":
        """The block of a stretch of the content."""
        lines, position = list[Span](), start
        for line in self.content[start:end].split("\n"):
            lines.append((self.at(position), self.at(position + len(line))))
            position += len(line) + 1
        return BlockText(self._source, lines)

    def is_above_dashes(self, place: int) -> bool:
        """Whether the line after the one at a place in the source could be the second row of a table."""
        return _DASHES.match(self._source, place) is not None

    def part(self, start: int, end: int, kind: str) -> Part:
        """A protected part, which is shown on one line; a line's end keeps its prefix (`> `, indentation)."""
        if kind == "hard":
            return Part(start, end, kind, self._source[self.at(start) : self.at(end)])
        return Part(start, end, kind, _one_line(self.content[start:end]))


_DASHES = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)[ \t>]*+[-|:][-|: \t]*+(?:\r|\n|\Z)")
_LINE_END = re.compile(r"[ \t]*+\r?+\n[ \t]*+")


def _one_line(text: str) -> str:
    return _LINE_END.sub(" ", text) if "\n" in text else text


def protected_parts(block: BlockText, syntax: Syntax, references: frozenset[str] = frozenset()) -> list[Part]:
    """The protected parts of a block, in order and disjoint; `references` are the labels that are defined."""
    content = block.content
    may_hold = firsts_of(content).search(content) or may_hold_addresses(content)
    parts = _Scanner(block, syntax, references).scan() if may_hold else []
    return _with_words(content, parts) if _SPECIAL_WORD.search(content) else parts


def tagged_text(content: str, parts: Sequence[Part], start: int, end: int) -> str:
    """What a translator sees of the content: tags for parts, a space for the end of a line."""
    text = ""
    for number, part in enumerate(parts, 1):
        text += f"{content[start : part.start]}<x{number}/>"
        start = part.end
    return _one_line(text + content[start:end])


# Without one of these there is nothing among the words to find.
_SPECIAL_WORD = re.compile(r"@|_|/|\\|\.\w")


def _with_words(content: str, parts: list[Part]) -> list[Part]:
    """`parts`, with the addresses, paths and identifiers in what they left over."""
    begins = [0, *(part.end for part in parts)]
    ends = [*(part.start for part in parts), len(content)]
    words = [
        Part(word.start(), word.end(), word.lastgroup or "", word[0])
        for begin, end in zip(begins, ends, strict=True)
        if _SPECIAL_WORD.search(content, begin, end)
        for word in _words(content, begin, end)
    ]
    return sorted(parts + words, key=lambda part: part.start) if words else parts


def _words(content: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Addresses, paths and identifiers, looked for only between the blanks around what one of them holds."""
    while special := _SPECIAL_WORD.search(content, start, end):
        begin = max(start, content.rfind(" ", start, special.start()) + 1)
        start = content.find(" ", special.end(), end)
        start = end if start < 0 else start
        yield from WORD.finditer(content, begin, start)


# What ends that which these begin; a dollar ends itself, and ">" anything else of HTML.
_CLOSERS = {"\\(": "\\)", "\\[": "\\]", "\\begin{": "\\end{", "<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}
_CODE_ELEMENT = re.compile(r"<(code|kbd|samp|var|math|svg)(?![A-Za-z])(?!.*/>)", re.IGNORECASE | re.DOTALL)


class _Scanner:
    """One pass over the content. Every look ahead is remembered when it fails, which keeps it linear."""

    def __init__(self, block: BlockText, syntax: Syntax, references: frozenset[str]) -> None:
        self.block = block
        self.content = block.content
        self.syntax = syntax
        self.marks = syntax.value
        self.firsts = firsts_of(self.content)
        self.address = -1 if may_hold_addresses(self.content) else len(self.content)
        self.references = references
        self.parts: list[Part] = []
        self.brackets: list[int] = []
        self.wikilink_ends: set[int] = set()
        self.missing: set[str] = set()

    def scan(self) -> list[Part]:
        """All parts but words."""
        position = 0
        while (position := self._next(position)) < len(self.content):
            found = self.marks.match(self.content, position)
            position = self._after(found, (found.lastgroup or "").rstrip("_")) if found else position + 1
        return self.parts

    def _next(self, position: int) -> int:
        """Where the next mark may begin: a search for the marks themselves would try each at every letter."""
        first = self.firsts.search(self.content, position)
        if self.address < position:
            address = ADDRESS.search(self.content, position)
            self.address = address.start() if address else len(self.content)
        return min(first.start(), self.address) if first else self.address

    def _after(self, found: re.Match[str], kind: str) -> int:
        """Where to go on, once what begins with a mark of this kind is protected, if anything does."""
        end = found.end()
        match kind:
            case "tag":
                element = _CODE_ELEMENT.match(found[0])
                close = self._behind(f"</{element[1]}>", end) if element else -1
                kind, end = ("tag", end) if close < 0 else ("code", close)
            case "code":
                end = self._end_of_code(found)
            case "escape":
                return end
            case "open":
                self.brackets.append(end)
                return end
            case "close" if found.start() in self.wikilink_ends:
                return self._protect(found.start(), end + 1, "wikilink")
            case "close":
                return self._link(end, self.brackets.pop()) if self.brackets else end
            case "wikilink":
                return self._wikilink(found)
            case "icu":
                argument = argument_at(self.content, found.start())
                if not argument:
                    return found.start() + 1
                end = argument.end
            case "expression" if not is_code(found[0]):
                return found.start() + 1
            case "url":
                end = found.start() + len(_without_punctuation(found[0]))
            case "math":
                end = self._end_of_math(found[0], end)
            case "comment" | "broken":
                kind, end = "comment", self._end_of_comment(found[0], end)
        return found.end() if end < 0 else self._protect(found.start(), end, kind)

    def _protect(self, start: int, end: int, kind: str) -> int:
        self.parts.append(self.block.part(start, end, kind))
        return end

    def _behind(self, closer: str, start: int) -> int:
        """Where the next `closer` ends, or -1; one that was once missing is not looked for again."""
        found = -1 if closer in self.missing else self.content.find(closer, start)
        if found < 0:
            self.missing.add(closer)
            return -1
        return found + len(closer)

    def _end_of_code(self, opener: re.Match[str]) -> int:
        """Behind the next run of as many backticks."""
        if opener[0] in self.missing:
            return -1
        closer = re.compile(f"(?<!`){opener[0]}(?!`)").search(self.content, opener.end())
        if not closer:
            self.missing.add(opener[0])
        return closer.end() if closer else -1

    def _end_of_math(self, opener: str, start: int) -> int:
        closer = _CLOSERS.get(opener, opener)
        end = self._behind(closer, start)
        if end < 0:
            return -1
        if opener == "\\begin{":
            return self._behind("}", end)
        inside = self.content[start : end - len(closer)]
        return end if is_math(opener, inside, self.content[end : end + 1]) else -1

    def _end_of_comment(self, opener: str, start: int) -> int:
        """As a browser has it: in a block of HTML, what is never closed goes on to its end."""
        end = self._behind(_CLOSERS.get(opener, ">"), start)
        return len(self.content) if end < 0 and self.syntax is Syntax.HTML else end

    def _wikilink(self, found: re.Match[str]) -> int:
        """`[[target]]` is protected whole, of `[[target|label]]` what is around the label. Brackets that an
        address or a label follows, or that are a reference's, are a link's."""
        start, end, opener = found.start(), found.end(), found[0]
        whole = found if opener.endswith("]]") else _WIKILINK_LABEL.match(self.content, end)
        is_link = whole and self.content.startswith(("(", "["), whole.end())
        if not whole or is_link or normalizeReference(opener.strip("![]")) in self.references:
            bracket = self.content.index("[", start) + 1
            self.brackets.append(bracket)
            return bracket
        if opener.startswith("!") or whole is found:
            return self._protect(start, whole.end(), "wikilink")
        self.wikilink_ends.add(whole.end() - 2)
        return self._protect(start, end, "wikilink")

    def _link(self, end: int, text_start: int) -> int:
        """What stands behind a link's text, which ends before `end`: `(address)`, `[label]`, or nothing."""
        if tail := _DESTINATION.match(self.content, end):
            if tail["address"]:
                self._protect(*tail.span("address"), "address")
            return tail.end()
        label = _LABEL.match(self.content, end)
        if label and label[1].strip():
            self._protect(*label.span(1), "label")
            return label.end()
        text = " ".join(self.content[text_start : end - 1].split()) if self.references else ""
        if normalizeReference(text) not in self.references:
            return end
        # `[text]` or `[text][]`, whose text is itself the label
        self.parts.append(Part(end, label.end() if label else end, "label", f"[{text}]"))
        return self.parts[-1].end


def _without_punctuation(url: str) -> str:
    """A bare address without the signs of the sentence around it."""
    url = url.rstrip(_SENTENCE_SIGNS)
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(_SENTENCE_SIGNS)
    return url


_SENTENCE_SIGNS = ".,;:!?*_~"

# CommonMark 6.3: an address in angle brackets, or with balanced parentheses (three levels do), and a title.
_DESTINATION = re.compile(
    r"""\([ \t\n]*+
        (?P<address><(?:[^<>\n\\]|\\.)*+>
          | (?:[^\s()\\<]|\\.)(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*+\))*+\))*+ | )
        (?:[ \t\n]++(?:"(?:[^"\\<]|\\.)*+"|'(?:[^'\\<]|\\.)*+'|\((?:[^()\\<]|\\.)*+\)))?+
        [ \t\n]*+\)""",
    re.VERBOSE | re.DOTALL,
)
_WIKILINK_LABEL = re.compile(r"[^\[\]]{1,300}+\]\]")
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999}+)\]", re.DOTALL)
