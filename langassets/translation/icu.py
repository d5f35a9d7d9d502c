"""Arguments of ICU MessageFormat that choose between texts: `{n, plural, one {one day} other {# days}}`.

What ICU's own parser would refuse, or one without `other`, only looks like one, and is prose.
"""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from langassets.locales import cldr_locale

_NAME = r"[^\s{},'\#<>\"|=]{1,100}+"
HEAD = rf"\{{\s*+{_NAME}\s*+,\s*+(?:plural|selectordinal|select)\s*+,"
"""How one begins."""

SIMPLE = (
    rf"\{{\s*+{_NAME}\s*+,\s*+(?:number|date|time|spellout|ordinal|duration)\s*+(?:,[^{{}}\n]{{1,200}}+)?+\}}"
)
"""An argument that is only written in some format: `{d, date, short}`."""

ICU, SIMPLE_ICU = re.compile(HEAD), re.compile(SIMPLE)
_HEAD = re.compile(rf"\{{\s*+{_NAME}\s*+,\s*+(?P<kind>\w+)\s*+,\s*+(?:offset\s*+:\s*+\d++\s*+)?+")
_SELECTOR = re.compile(r"\s*+(?P<selector>=\s*+\d++|[^\s{},'#<>=]++)\s*+\{")
_SIMPLE = re.compile(rf"\{{\s*+{_NAME}\s*+\}}|{SIMPLE}")
_SIGN = re.compile(r"['{}]")
# An apostrophe alone, two for one, or with what it quotes; and `#` where that stands for a number.
_OWN = {
    False: re.compile(r"''|'(?:[{}](?:[^']|'')*+'?)?+"),
    True: re.compile(r"#|''|'(?:[{}#](?:[^']|'')*+'?)?+"),
}
_CLOSE = re.compile(r"\s*+\}")
_CATEGORIES = ("zero", "one", "two", "few", "many", "other")
# Longer or deeper than any message: what looks like an argument is looked at once for each of its openings.
_MAX_LENGTH, _MAX_DEPTH = 10_000, 8


class Branch(NamedTuple):
    """One of the texts, and what it is chosen by; start and end as for a slice, without its braces."""

    selector: str
    start: int
    end: int


class Argument(NamedTuple):
    """An argument, where it ends, and its branches in order."""

    kind: str
    end: int
    branches: tuple[Branch, ...]

    @property
    def is_number(self) -> bool:
        """Whether `#` stands for a number in its branches."""
        return self.kind != "select"

    def copies_of(self, text: str, other: Branch) -> tuple[Branch, ...]:
        """The branches right behind another that say the same for a further category."""
        behind = self.branches[self.branches.index(other) + 1 :]
        said = text[other.start : other.end]
        same = takewhile(lambda one: one[0] in _CATEGORIES and text[one.start : one.end] == said, behind)
        return tuple(same)


def argument_at(text: str, start: int, depth: int = 0) -> Argument | None:
    """The argument that begins at `start`, None where none does."""
    is_none = depth == _MAX_DEPTH or (depth == 0 and _is_escaped(text, start))
    head = None if is_none else _HEAD.match(text, start)
    if not head or head["kind"] not in ("plural", "select", "selectordinal"):
        return None
    is_number, branches, position = head["kind"] != "select", list[Branch](), head.end()
    while found := _SELECTOR.match(text, position):
        end = _end_of_message(text, found.end(), depth, is_number=is_number)
        if end < 0 or end - start > _MAX_LENGTH:
            return None
        branches.append(Branch("".join(found["selector"].split()), found.end(), end))
        position = end + 1
    selectors = [branch.selector for branch in branches]
    close = _CLOSE.match(text, position)
    is_known = not is_number or all(one[0] == "=" or one in _CATEGORIES for one in selectors)
    if not close or "other" not in selectors or len(set(selectors)) < len(selectors) or not is_known:
        return None
    return Argument(head["kind"], close.end(), tuple(branches))


def _is_escaped(text: str, start: int) -> bool:
    """Whether what stands before an opening brace makes it something else: `'{`, `{{`, `${`."""
    before = _QUOTED_SIGNS.sub("", text[max(start - 200, 0) : start])
    return before.endswith(("'", "{", "$", "%", "#{", "\\"))


_QUOTED_SIGNS = re.compile(r"'[{}#](?:[^']|'')*+'|''")


def _end_of_message(text: str, position: int, depth: int, *, is_number: bool) -> int:
    """Where the brace is that ends a branch, or -1."""
    while found := _SIGN.search(text, position, position + _MAX_LENGTH):
        position = found.end()
        if found[0] == "}":
            return found.start()
        if found[0] == "'":
            quoted = _OWN[is_number].match(text, found.start(), found.start() + _MAX_LENGTH)
            position = quoted.end() if quoted else position
        elif simple := _SIMPLE.match(text, found.start()):
            position = simple.end()
        elif inner := argument_at(text, found.start(), depth + 1):
            position = inner.end
        else:
            return -1
    return -1


def own_parts(text: str, *, is_number: bool) -> Iterator[tuple[int, int]]:
    """What means something in a branch and in no other text: `#`, and what apostrophes quote."""
    for found in _OWN[is_number].finditer(text):
        if len(found[0]) > 2 or found[0] == "#":
            yield found.span()


def categories(kind: str, language: str) -> list[str]:
    """A language's categories of plurals ("plural") or ordinals ("selectordinal"), by CLDR; none for one that
    it does not know."""
    locale = cldr_locale(language)
    if locale is None:
        return []
    form = locale.plural_form if kind == "plural" else locale.ordinal_form
    return [one for one in _CATEGORIES if one in form.tags]
