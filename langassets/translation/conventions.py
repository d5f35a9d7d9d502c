"""How languages write what others write otherwise: advice for a model, never a reason to refuse a text."""

from collections.abc import Mapping, Sequence
from functools import cache

from langassets.data_files import read_data


@cache
def _conventions() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = read_data(__package__, "conventions")
    return found


def advice(language: str, texts: Sequence[str]) -> Sequence[str]:
    """What to heed in `texts` that go into a language (a BCP-47 tag); nothing where no text has the marks
    that it writes otherwise."""
    conventions = _conventions()
    found = conventions.get(language) or conventions.get(language.split("-", maxsplit=1)[0])
    if not found or not any(_concerns(found.get("marks", ""), text) for text in texts):
        return ()
    return (found["advice"],)


def _concerns(marks: str, text: str) -> bool:
    return not marks or not set(marks).isdisjoint(text)
