"""Protected parts that open and close one another: tags of HTML and components, numbered tags, statements and
sections of templates, and what stands between an opening and a closing one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import NamedTuple

VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
"""Elements of HTML that nothing closes."""


class Role(Enum):
    """What a part does to those around it."""

    OPENS = auto()
    CLOSES = auto()
    BETWEEN = auto()


class Bracket(NamedTuple):
    """One such part, and the name that its other half has too."""

    role: Role
    name: str


# Liquid, Jinja, Django, Twig and Nunjucks: what parts a statement without ending it.
_PARTS = frozenset({"else", "elif", "elsif", "elseif", "elseifs", "when", "empty", "plural"})
_BRACKET = re.compile(
    r"""<(?P<close>/?)(?:
          (?P<element>[A-Za-z][\w.-]*+)(?P<rest>(?:[^<>"'{}]++|"[^"]*"|'[^']*'|\{[^\n]*\}|[{}])*?)
          | (?P<number>\d{1,4})\s*+(?P<empty>/?) )>
      | \{%[-~+]?\s*+(?P<statement>\w++)
      | \{\{~?\s*+(?P<otherwise>else\b|\^\s*~?\}\})
      | \{\{~?\s*+(?P<sign>[\#^/])[*>]?\s*+(?P<section>[\w.@/-]++)
      | (?P<wikilink>\[\[[^\[\]]*\|\Z|\A\]\]\Z)""",
    re.VERBOSE,
)


def brackets_in(part: str) -> list[Bracket]:
    """What a protected part opens, closes or stands between; several where tags touch."""
    return [one for found in _BRACKET.finditer(part) if (one := _bracket(found))]


def _bracket(found: re.Match[str]) -> Bracket | None:
    if name := found["element"] or found["number"]:
        is_empty = (found["rest"] or found["empty"] or "").endswith("/") or name.lower() in VOID
        return (
            None if is_empty else Bracket(Role.CLOSES if found["close"] else Role.OPENS, f"<{name.lower()}")
        )
    if name := found["statement"]:
        if name in _PARTS:
            return Bracket(Role.BETWEEN, "%")
        ends = name.startswith("end") and len(name) > len("end")
        return Bracket(Role.CLOSES, f"%{name[3:]}") if ends else Bracket(Role.OPENS, f"%{name}")
    if found["otherwise"]:
        return Bracket(Role.BETWEEN, "#")
    if name := found["section"]:
        return Bracket(Role.CLOSES if found["sign"] == "/" else Role.OPENS, f"#{name}")
    return Bracket(Role.OPENS if "|" in found["wikilink"] else Role.CLOSES, "[[")


class Nesting(NamedTuple):
    """How parts in an order nest: what of them no pair took away, in order, and the parts between, in order,
    by the part that opens what they stand in (0 for none here)."""

    left: list[str]
    between: Mapping[int, list[int]]


def nesting(parts: Mapping[int, str], order: Iterable[int]) -> Nesting:
    """How `parts`, by number, nest in an order. A statement or section that these parts have one half of is
    none here: its other half stands elsewhere, or it has none."""
    brackets = {number: brackets_in(part) for number, part in parts.items()}
    every = {one for several in brackets.values() for one in several}
    whole = {name for role, name in every if role is Role.OPENS and (Role.CLOSES, name) in every}
    left: list[tuple[str, int]] = []
    between: dict[int, list[int]] = {}
    for number in order:
        for role, name in brackets[number]:
            if role is Role.BETWEEN:
                opener = next((opened for kept, opened in reversed(left) if kept[0] == name), 0)
                between.setdefault(opener, []).append(number)
            elif not (name.startswith("<") or name in whole):
                continue
            elif role is Role.OPENS:
                left.append((name, number))
            elif left and left[-1][0] == name:
                left.pop()
            else:
                left.append((f"/{name}", number))
    return Nesting([name for name, _ in left], between)


def partners(parts: Sequence[str]) -> dict[int, int]:
    """For each part that has its other half among the parts, that one's index."""
    found: dict[int, int] = {}
    waiting: dict[str, list[int]] = {}
    for index, part in enumerate(parts):
        for role, name in brackets_in(part)[:1] if part else ():
            if role is Role.OPENS:
                waiting.setdefault(name, []).append(index)
            elif role is Role.CLOSES and waiting.get(name):
                opener = waiting[name].pop()
                found[opener], found[index] = index, opener
    return found
