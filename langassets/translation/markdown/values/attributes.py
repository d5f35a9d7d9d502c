"""Attributes of HTML tags that a reader sees or hears."""

import html
import re
from collections.abc import Collection, Iterator, Mapping
from functools import partial

from langassets.translation.markdown.patterns import HTML_TAG
from langassets.translation.markdown.values import Value

# HTML Standard, "translatable attributes", and WAI-ARIA's strings; of any element where none are named.
_NAMES = """
    title alt aria-label aria-description aria-roledescription aria-valuetext aria-placeholder
"""
_ANYWHERE = frozenset(_NAMES.split())
_OF_ELEMENTS = {
    "label": frozenset({"option", "optgroup", "track"}),
    "placeholder": frozenset({"input", "textarea"}),
    "abbr": frozenset({"th"}),
}
# Of a component of MDX, whose name begins with a capital: what its makers call a text, as a rule.
_COMPONENTS = """
    label caption placeholder heading subtitle description summary tooltip text message
"""
_OF_COMPONENTS = frozenset(_COMPONENTS.split())
ATTRIBUTE = "attribute:"
"""What stands before the name of an attribute of components that is translated also."""
_BUTTONS = frozenset({"button", "submit", "reset"})
# Their title names a set of style sheets.
_NO_TITLE = frozenset({"link", "style"})
# A tag without either has nothing to read.
_COMPONENT = re.compile("<[A-Z]")
_READ = re.compile("|".join([*_ANYWHERE, *_OF_ELEMENTS, "value"]))
_TAG = re.compile(HTML_TAG)
_ELEMENT = re.compile(r"<([\w-]+)")
_ATTRIBUTE = re.compile(
    r"""\s(?P<name>[A-Za-z_:][\w:.-]*+)\s*+=\s*+
        (?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s"'=<>`]++))""",
    re.VERBOSE,
)
# With `&` before what a browser would read as an entity. Beyond HTML's own signs those that mean something to
# Markdown around a tag: in a table, a code span, a definition.
_SIGNS = re.compile(r"[<>\"'`|\]]|&(?=#|\w)")


def may_have_attributes(kind: str, text: str) -> bool:
    """Whether a protected part of this kind may hold some that are translatable; most do not."""
    is_tag = (kind == "tag" and "=" in text) or (kind == "code" and text.startswith("<"))
    return is_tag and bool(_COMPONENT.search(text) or _READ.search(text.lower()))


def attributes_of(kind: str, text: str, also: Collection[str] = ()) -> Iterator[Value]:
    """The translatable attributes in a protected part of this kind: of its tags, in order, or where it is
    code in tags, of its first. `also` may name more of components (`attribute:hint`)."""
    tags = _TAG.finditer(text) if kind == "tag" and "=" in text else ()
    first = _TAG.match(text) if kind == "code" and text.startswith("<") else None
    for tag in (first,) if first else tags:
        element = _ELEMENT.match(tag[0])
        found = list(_ATTRIBUTE.finditer(text, tag.start(), tag.end()))
        said = {one["name"].lower(): _value(one) for one in found}
        if element and said.get("translate", "").lower() != "no":
            for one in found:
                if _value(one) and _is_read(element[1], one["name"], said, also):
                    quote = '"' if one.lastgroup == "bare" else ""
                    start, end = one.span(one.lastgroup or "")
                    yield Value(start, end, html.unescape(_value(one)), partial(_written, quote))


def _is_read(written: str, named: str, said: Mapping[str, str], also: Collection[str]) -> bool:
    element, name = written.lower(), named.lower()
    if written[:1].isupper() and (name in _OF_COMPONENTS or f"{ATTRIBUTE}{named}" in also):
        return True
    if name in _ANYWHERE:
        return name != "title" or element not in _NO_TITLE
    if name == "value":
        return element == "input" and said.get("type", "").lower() in _BUTTONS
    return element in _OF_ELEMENTS.get(name, ())


def _value(found: re.Match[str]) -> str:
    return str(found[found.lastgroup or ""])


def _written(quote: str, text: str) -> str:
    return quote + _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", text) + quote
