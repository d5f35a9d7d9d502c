"""How languages write what others write otherwise: advice for a model, never a reason to refuse a text."""

from collections.abc import Mapping, Sequence
from functools import cache, partial

from langassets.data_files import read_data

_conventions = cache(partial(read_data, __package__, "conventions"))


def advice(language: str, texts: Sequence[str]) -> Sequence[str]:
    """What to heed in `texts` that go into a language (a BCP-47 tag); nothing where no text has the marks
    that it writes otherwise."""
    conventions: Mapping[str, Mapping[str, str]] = _conventions()
    found = conventions.get(language) or conventions.get(language.split("-", maxsplit=1)[0])
    if not found:
        return ()
    marks = set(found.get("marks", ""))
    return (found["advice"],) if any(not marks or not marks.isdisjoint(text) for text in texts) else ()
