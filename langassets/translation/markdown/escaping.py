"""A translation escaped for where its segment stood, so that it cannot change the structure around it.

Rendered Markdown shows an escaped character as itself, so escaping is always safe; what cannot be
escaped (a newline) becomes a space.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.rules_block.html_block import HTML_SEQUENCES

from langassets.errors import InputError
from langassets.translation.markdown.inline import Part
from langassets.translation.markdown.patterns import Syntax

TAG = re.compile(r"<x(\d{1,9})/>")
INVISIBLE = "\N{WORD JOINER}"
"""Neither a blank nor a sign to Markdown, and nothing to a reader."""

Substitution = tuple[re.Pattern[str], str]


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a segment: it decides what would break there."""

    escapes: tuple[Substitution, ...]
    """For each stretch between tags, in this order."""
    last: Substitution | None = None
    """For the end of the text."""
    first: Substitution | None = None
    """For its beginning, as it is written."""
    begins_line: bool = False
    syntax: Syntax = Syntax.MARKDOWN
    branch: bool | None = None
    """Whether `#` is a number there: None beyond the branches of an argument of ICU MessageFormat."""
    in_message: bool = False
    """Whether it is one of such messages, or of a branch."""


_ONE_LINE = (re.compile(r"[ \t]*+[\r\n][ \t\r\n]*+"), " ")
_HTML_TAG = (re.compile(r"(?<!\\)((?:\\\\)*)<(?=[A-Za-z/!?]|\Z)"), r"\1\\<")
_PIPE = (re.compile(r"(?<!\\)\|"), r"\\|")
_ANY_PIPE = (re.compile(r"\\?\|"), "&#124;")
_DEFINITION = (re.compile(r"(?<!\\)((?:\\\\)*)\]:"), r"\1\\]:")  # when a bracket opened on some line before
_DOLLARS = (re.compile(r"(?<=\$)\$"), r"\\$")
_CLOSING_HASHES = (re.compile(r"(^|\s)(#+)\Z"), r"\1\\\2")
# A table counts no backslashes: one before a pipe escapes it, whatever precedes.
_BACKSLASH = (re.compile(r"\\\Z"), r"\\ ")

LINE = Context((_ONE_LINE, _HTML_TAG, _DEFINITION, _DOLLARS), begins_line=True)
# Right below the head of a directive `:name:` would be an option of it.
BELOW_HEAD = replace(LINE, first=(re.compile(r"\A\\?(?=:[A-Za-z][\w-]*:(?:[ \t]|\Z))"), INVISIBLE))
HEADING = Context((_ONE_LINE, _HTML_TAG, _DOLLARS), last=_CLOSING_HASHES)
# Above a line of dashes even an escaped pipe makes a table.
ABOVE_DASHES = Context(
    (_ONE_LINE, _HTML_TAG, _ANY_PIPE, _DEFINITION, _DOLLARS), _CLOSING_HASHES, begins_line=True
)
CELL = Context((_ONE_LINE, _HTML_TAG, _PIPE, _DOLLARS), last=_BACKSLASH)
FIRST_CELL = Context((_ONE_LINE, _HTML_TAG, _PIPE, _DEFINITION, _DOLLARS), _BACKSLASH, begins_line=True)
TITLE = Context((_ONE_LINE, _HTML_TAG, _ANY_PIPE, _DEFINITION, _DOLLARS, (re.compile('"'), "'")))
# In a fence of backticks, which knows none behind its beginning.
ARGUMENT = Context((_ONE_LINE, _HTML_TAG, _ANY_PIPE, _DEFINITION, _DOLLARS, (re.compile("`"), "'")))
LABEL = Context(
    (_ONE_LINE, _HTML_TAG, _DEFINITION, _DOLLARS, (re.compile(r"\["), "("), (re.compile(r"\]"), ")"))
)
HTML = Context((_ONE_LINE, (re.compile("<"), "&lt;")), syntax=Syntax.HTML)
PLAIN = Context((_ONE_LINE,), syntax=Syntax.PLAIN)
# Lines with pipes of their own that would flow together above a line of dashes cannot be translated.
NOWHERE = Context(())


# Apostrophes quote what can be quoted where they touch it; what stands beyond either end may be such.
_APOSTROPHE = (re.compile(r"\A'|'(?=[{}#']|\s*\Z)|(?<=[{}#'])'"), "''")
_BRACES = (re.compile(r"[{}]+"), r"'\g<0>'")
_BRACES_AND_NUMBERS = (re.compile(r"[{}#]+"), r"'\g<0>'")


def escaped(translation: str, parts: Sequence[Part], context: Context) -> str:
    """The text to write into the source for a translation.

    Raises InputError when the tags `<x1/>`, … are not each there exactly once, or nothing is left to show.
    """
    if context is NOWHERE:
        raise InputError("lines with a pipe stand above a line of dashes; put a blank line between them")
    pieces = TAG.split(translation)
    texts, numbers = pieces[::2], [int(number) for number in pieces[1::2]]
    if sorted(numbers) != list(range(1, len(parts) + 1)):
        raise InputError(f"a translation must hold each of <x1/> to <x{len(parts)}/> once; it has {numbers}")
    chosen = [parts[number - 1] for number in numbers]
    texts = [
        _escaped(text, context, closes_label=before.endswith("][") and text.startswith("]"))
        for before, text in zip(["", *texts], texts, strict=False)
    ]
    text = _assembled(texts, chosen, context)
    if not text:
        raise InputError("a translation is empty: write one")
    return context.first[0].sub(context.first[1], text, count=1) if context.first else text


# What all of the escapes are about, and what only those of messages are.
_SIGNS = re.compile(r"[\r\n<|$\"`\[\]]")
_SIGNS_IN_MESSAGES = re.compile(r"['{}#]")


def _escaped(text: str, context: Context, *, closes_label: bool) -> str:
    own: tuple[Substitution, ...] = ()
    if context.in_message and _SIGNS_IN_MESSAGES.search(text):
        own = (_APOSTROPHE, _BRACES_AND_NUMBERS if context.branch else _BRACES)
    if not own and not _SIGNS.search(text):
        return text
    for pattern, replacement in (*context.escapes, *own):
        # `[text][label]: more` defines nothing, for no label holds a bracket; escaped, it would be no link.
        kept = 1 if closes_label and pattern is _DEFINITION[0] else 0
        text = text[:kept] + pattern.sub(replacement, text[kept:])
    return text


def _assembled(texts: Sequence[str], parts: Sequence[Part], context: Context) -> str:
    """Texts and parts in turn; each line of them as harmless as the first."""
    pieces: list[str] = []
    for line, by_part, line_break in _lines(texts, parts, context):
        if line:  # a break before the first word, or after another, would be an empty line
            pieces += [_line_start(line, by_part) if context.begins_line else line, line_break]
    return "".join(pieces[:-1])


def _lines(texts: Sequence[str], parts: Sequence[Part], context: Context) -> Iterator[tuple[str, bool, str]]:
    """Each line, whether a part begins it, and the break behind it."""
    is_markdown = context.syntax is Syntax.MARKDOWN
    line, by_part = texts[0].lstrip(), False
    for part, text in zip(parts, texts[1:], strict=True):
        if is_markdown:
            # Before a letter a backslash is one; before a sign, or a line's end, it would be its escape.
            line = line if part.text[0].isalnum() else _even_backslashes(line)
            line += INVISIBLE if line.endswith("]") and part.text.startswith(":") else ""
        if part.kind == "hard":
            yield line.rstrip(), by_part, part.text
            line, by_part = text.lstrip(), False
        else:
            by_part = by_part or not line
            line += part.text + (" " if is_markdown and _runs_on(part, text) else "") + text
    line = line.rstrip()
    if is_markdown:
        line = _even_backslashes(line)
    if context.last:
        line = context.last[0].sub(context.last[1], line)
    yield line, by_part, ""


def _runs_on(part: Part, text: str) -> bool:
    """Whether a bare address would take in what follows: renderers end it at a blank or a sign of ASCII."""
    return bool(_BARE_ADDRESS.match(part.text)) and text[:1] > "\x7f" and not text[0].isspace()


_BARE_ADDRESS = re.compile(r"(?:https?://|www\.)\S+\Z")


def _even_backslashes(text: str) -> str:
    """Text whose last backslash does not escape what follows."""
    is_odd = text.endswith("\\") and (len(text) - len(text.rstrip("\\"))) % 2
    return text + "\\" if is_odd else text


# What begins a block at the start of a line (CommonMark 4 and 5; tables, footnotes and MkDocs beside it).
_BLOCK_START = re.compile(
    r"""(?P<escape> \#{1,6}(?=[ \t]|$) | > | [-+*](?=[ \t]|$) | (?:-[ \t]*)+$ | =+[ \t]*$ | `{3} | ~{3}
        | (?:\*[ \t]*)+$ | (?:_[ \t]*)+$ | \$\$ | :(?=[ \t:-]) | \| | -[-|: \t]+$
        | \*\[ | \[\^ | !!! | \?\?\? | ===)
      | (?P<number>\d{1,9})[.)](?=[ \t]|$)""",
    re.VERBOSE,
)
_PART_BLOCK_START = re.compile(
    r"\$\$(?:(?:(?!\$\$).)*+|.+\$\$)\Z|\\\[.*\\\]\s*\Z|\[\^[^\]]*\]:|`{3}[^`]*\Z", re.DOTALL
)
# What a backslash more would not keep from being a mark of a formula, but would show itself.
_FORMULA = re.compile(r"\\\[|\\\]\s*\Z|\[\^.*\\\]\Z", re.DOTALL)


_FOOTNOTE = re.compile(r"\[\^[^\]]*\](?!:)")


def _line_start(line: str, by_part: bool) -> str:
    """A line that can only be a paragraph's; `by_part` says that a protected part begins it."""
    match = _BLOCK_START.match(line)
    if by_part:  # a part cannot be escaped, but what is invisible before it makes it a word
        looks = match is not None and line[0] not in "`$" and not _FOOTNOTE.match(line)
        opens_html = line.startswith("<") and any(start.search(line) for start, _, _ in HTML_SEQUENCES)
        return INVISIBLE + line if looks or opens_html or _PART_BLOCK_START.match(line) else line
    if _FORMULA.match(line):
        return INVISIBLE + line
    if not match:
        return line
    sign = max(match.end("number"), 0)
    return f"{line[:sign]}\\{line[sign:]}"
