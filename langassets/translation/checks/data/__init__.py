"""Word lists, phrases and letters by language, each file with its source."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def read(name: str) -> Any:
    """The file `name.yaml`: text by subject, or by subject and language."""
    return yaml.safe_load(files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"))


def word_sets(texts: dict[str, str]) -> dict[str, frozenset[str]]:
    """The words of each text."""
    return {name: frozenset(text.split()) for name, text in texts.items()}
