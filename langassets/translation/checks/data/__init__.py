"""Word lists, phrases and letters by language, each file with its source."""

from functools import cache
from typing import Any

from langassets.data_files import read_data


@cache
def read(name: str) -> Any:
    """The file `name.yaml`: text by subject, or by subject and language."""
    return read_data(__package__, name)


def word_sets(texts: dict[str, str]) -> dict[str, frozenset[str]]:
    """The words of each text."""
    return {name: frozenset(text.split()) for name, text in texts.items()}
