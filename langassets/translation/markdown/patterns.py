"""What a translator must not touch inside a line of prose, as regular expressions.

All of them run in linear time on any input: what is not bounded by its own characters is possessive,
or ends at a delimiter that the scanner knows to be there.
"""

import re
from enum import Enum

from langassets.translation.icu import HEAD, SIMPLE

_STRING = r"""(?:"(?:[^"\\\n]|\\.){0,500}+"|'(?:[^'\\\n]|\\.){0,500}+'|`(?:[^`\\]|\\.){0,2000}+`)"""


def _braces(depth: int) -> str:
    """Braces with braces in them, so many deep: each begins a stretch that ends at the next, which is what
    keeps it linear."""
    within = rf"[^{{}}\"'`]++|{_STRING}" + (f"|{_braces(depth - 1)}" if depth else "")
    return rf"\{{(?:{within})*+\}}"


EXPRESSION = _braces(4)
"""A JavaScript expression in braces, as far as its braces and strings tell."""

# What an expression has, and no prose in braces: a call, an arrow, a comparison, a choice, a comment,
# a spread, a sum of strings, or a string for the whole of it.
_IS_CODE = re.compile(
    r"""\w\((?!e?s\)) | => | [=!]==? | && | \|\| | \s\?\s.*\s:\s | /\* | \{\s*\.\.\.\w
      | ["'`]\s*\+ | \+\s*["'`] | \A\{\s*(?:"[^"]*"|'[^']*'|`[^`]*`)\s*\}\Z""",
    re.VERBOSE | re.DOTALL,
)


def is_code(expression: str) -> bool:
    """Whether what stands in braces is an expression, and no prose."""
    return bool(_IS_CODE.search(expression))


# CommonMark 6.6: a tag's attributes, and MDX's. HTML comments, declarations and instructions are looked up
# apart.
_VALUE = rf"""{EXPRESSION}|[^\s"'=<>`]++|'[^']*+'|"[^"]*+\""""
_ATTRIBUTE = rf"""\s++(?:{EXPRESSION}|[A-Za-z_:][\w:.-]*+(?:\s*+=\s*+(?:{_VALUE}))?+)"""
_ELEMENT = r"(?:[A-Z][\w.]*+(?=[\s/>])|[A-Za-z][A-Za-z0-9-]*+)"
HTML_TAG = rf"""<(?:{_ELEMENT}(?:{_ATTRIBUTE})*+\s*+/?|/{_ELEMENT}\s*+)>"""

# Whatever looks like one of our own tags, `<x1/>`, however it is spelt.
LOOKALIKE = r"\\?<\s*+/?\s*+[xX]\s*+\d++\s*+/?\s*+>"

_PLACEHOLDER = r"""
      \{\{\{?+ [^{}\n]{1,200}+ \}\}\}?+        # {{name}}, {{{name}}}
    | \{% [^\n%]{0,500}+ (?:%(?!\})[^\n%]{0,500}+){0,20}+ %\}   # {% tag %}
    | [$%\#]\{ [^{}\n]{1,200}+ \}              # ${x}, %{x}, #{x}
    | \{ [:\#.] [^{}\n]{0,200}+ \}             # {#anchor}, {.class}, {: .class}
    | \{ [A-Za-z0-9_@!$-] [^{}\s]{0,200}+ \}   # {name}, {0}, {price:.2f}
    | \{\}
    | (?<![\d%]) % (?:\([\w.]{1,100}+\)|\d\$)?+ [-+0\#]{0,4}+ \d{0,5}+ (?:\.\d{1,5}+)?+
      (?:hh|h|ll|l|z)?+ [sdifuxXoeEgGcr@] (?![A-Za-z]{2})   # %s, %1$d, %(name)s
    | </?\d{1,4}+\s*+/?>                       # <0>, </0>, <1/>
"""
_URL = r"""(?<!\w)(?:[A-Za-z][A-Za-z0-9+.-]{1,15}+://|mailto:(?=\w)|www\.(?=\w)) [^\s<>"'`|\\^{}\[\]]*+"""
_ENTITY = r"&(?:\#\d{1,7}+|\#[xX][0-9a-fA-F]{1,6}+|[A-Za-z][A-Za-z0-9]{1,31}+);"
_EMOJI = r"(?<![\w:]):(?:[a-z][a-z0-9_+-]{1,40}+|[+-]1|100):(?![\w:])"

_COMMON = rf"""
    (?P<lookalike>{LOOKALIKE})
  | (?P<tag>{HTML_TAG})
  | (?P<comment><!--|<\?|<!\[CDATA\[|<![A-Za-z])
  | (?P<icu>{HEAD})
  | (?P<placeholder>{_PLACEHOLDER}|{SIMPLE})
  | (?P<url>{_URL})
  | (?P<entity>{_ENTITY})
  | (?P<emoji>{_EMOJI})
"""

_AUTOLINK = r"<[A-Za-z][A-Za-z0-9+.-]{1,31}+:[^\s<>]*+>|<[\w.!\#$%&'*+/=?^`{|}~-]{1,64}+@[\w.-]++>"


class Syntax(Enum):
    """What the marks in a text mean; each group's name is the kind of the part that it finds."""

    MARKDOWN = re.compile(
        rf"""
        (?P<lookalike_>{LOOKALIKE})
      | (?P<placeholder_>[$%\#]\{{ [^{{}}\n]{{1,200}}+ \}})
      | (?P<math>\\[(\[]|\\begin\{{|\$\$?+)
      | (?P<hard>(?:[ ]{{2,}}+|[ \t]*+\\)\r?+\n)
      | (?P<escape>\\[!-/:-@\[-`{{-~])
      | (?P<code>`++)
      | (?P<footnote>\[\^[^\]\s\[]{{1,100}}+\])
      | (?P<wikilink>!?+\[\[(?!\s)[^\[\]|]{{1,300}}+(?:\||\]\]))
      | (?P<open>!?+\[)
      | (?P<close>\])
      | (?P<autolink>{_AUTOLINK})
      | {_COMMON}
      | (?P<expression>{EXPRESSION})
        """,
        re.VERBOSE,
    )
    HTML = re.compile(rf"{_COMMON} | (?P<broken><[/A-Za-z])", re.VERBOSE)
    PLAIN = re.compile(rf"(?P<code>`++)|(?P<autolink>{_AUTOLINK})|{_COMMON}", re.VERBOSE)


# Where one of the marks may begin, but for bare addresses: what none of these finds begins none. Each
# alternative begins with one character, which lets `re` skip all others at once.
_BREAKS = r"\ (?:\ ++\r?+\n|[ \t]*+\\\r?+\n)|\t[ \t]*+\\\r?+\n"
_FIRSTS = re.compile(r"\\|\$|%|#\{|\{|<|&|:[a-z+\-1]|!\[|`|\[|\]")
_FIRSTS_OR_BREAKS = re.compile(rf"{_BREAKS}|{_FIRSTS.pattern}")
ADDRESS = re.compile(_URL, re.VERBOSE)


def firsts_of(text: str) -> re.Pattern[str]:
    """What finds the next place in a text where one of the marks may begin."""
    return _FIRSTS_OR_BREAKS if "\n" in text else _FIRSTS


def may_hold_addresses(text: str) -> bool:
    """Whether there may be a bare address in it."""
    return "://" in text or "www." in text or "mailto:" in text


# Extensions of files that lessons speak of. Not `js` behind a capital: Node.js and Vue.js are names.
_EXTENSION = (
    "md|mdx|markdown|rst|txt|py|pyi|ipynb|toml|ya?ml|json|jsonl|lock|cfg|ini|env|xml|html?|css|scss|tsx?|jsx?|"
    "mjs|cjs|vue|java|kt|swift|cpp|hpp|go|rs|rb|php|sql|sh|bash|ps1|bat|ttf|ttc|otf|woff2?|png|jpe?g|"
    "gif|svg|webp|ico|pdf|docx?|xlsx?|pptx?|csv|tsv|zip|tar|gz|log|mp3|mp4|wav|db|sqlite|whl|exe|dll|so"
)
WORD = re.compile(
    rf"""
    (?P<email>(?<![\w.+-])[\w.+-]{{1,64}}+(?=@)@[A-Za-z0-9-]{{1,63}}+(?:\.[A-Za-z0-9-]{{1,63}}+){{1,8}}+)
  | (?P<path>(?<![\w./~\\:-])(?:\.{{1,2}}/|~/|[A-Za-z]:\\)[\w./\\~+@-]*[\w/\\])
  | (?P<file>(?<![\w./\\@+-])\.?+(?![A-Z][a-z]++\.js(?!\w))(?:[\w+@-]++[/.]){{0,40}}+
      (?<=\.)(?:{_EXTENSION})(?![\w/-]))
  | (?P<identifier>(?<![\w.-])[A-Za-z0-9]++(?:_[A-Za-z0-9]++)++(?![\w]))
    """,
    re.VERBOSE,
)
