"""Word lists, phrases and letters by language, each file with its source."""

from functools import cache
from typing import Any

from langassets.data_files import read_data


@cache
def read(name: str) -> Any:
    """The file `name.yaml`: text by subject, or by subject and language."""
    return read_data(__package__, name)
