"""What is wrong with a value, in our own words: what it must be, never what it is."""

from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo

_WORDS = {
    "bool": "must be true or false",
    "int": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "float": "must be a number",
    "decimal": "must be a number",
    "finite_number": "must be a finite number",
    "string": "must be text",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must be made of letters, digits and _",
    "path": "must be the path of a file or folder",
}
"""By pydantic's name of a problem, or by the type that it begins with."""


def in_words(problem: Mapping[str, Any], field: FieldInfo | None) -> str:
    """One of pydantic's problems with `field`, as what its value must be; our own texts as they are."""
    kind = problem["type"]
    if kind.startswith(("greater_than", "less_than")) and field is not None:
        return f"must {_range(field)}"
    if kind == "literal_error":
        return f"must be {problem['ctx']['expected']}"
    words = _WORDS.get(kind) or _WORDS.get(kind.partition("_")[0])
    return words or problem["msg"].removeprefix("Value error, ")


def _range(field: FieldInfo) -> str:
    """The limits that stand in the field's type: of lists of limits, the tightest is the only one here."""
    limits = {
        name: getattr(one, name)
        for one in field.metadata
        for name in ("ge", "gt", "le", "lt")
        if hasattr(one, name)
    }
    if "ge" in limits and "le" in limits:
        return f"lie between {limits['ge']} and {limits['le']}"
    words = {"ge": "be {} or more", "gt": "be more than {}", "le": "be {} or less", "lt": "be less than {}"}
    return " and ".join(words[name].format(limit) for name, limit in limits.items())
