"""Packages that take long to load, each loaded when something in it is first used.

`from langassets import lazy` costs nothing, and `lazy.pandas.DataFrame` loads pandas: once in a process, and
never for a command that has no use for it. `make lint` refuses these packages at start-up anywhere else, and
imports within functions.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import alembic.command as alembic_command
    import alembic.config as alembic_config
    import apprise
    import babel.core as babel_core
    import fontTools.unicodedata as fontTools_unicodedata  # noqa: N812 - the package's own name
    import genai_prices.data as genai__prices_data
    import httpx
    import numpy
    import openai
    import pandas
    import psutil
    import py3langid.langid as py3langid_langid
    import requests
    import requests.adapters as requests_adapters
    import storage3.exceptions as storage3_exceptions
    import supabase
    import tenacity
    import urllib3.exceptions as urllib3_exceptions
    import uvicorn

__all__ = [
    "alembic_command",
    "alembic_config",
    "apprise",
    "babel_core",
    "fontTools_unicodedata",
    "genai__prices_data",
    "httpx",
    "numpy",
    "openai",
    "pandas",
    "psutil",
    "py3langid_langid",
    "requests",
    "requests_adapters",
    "storage3_exceptions",
    "supabase",
    "tenacity",
    "urllib3_exceptions",
    "uvicorn",
]


def __getattr__(name: str) -> object:
    """The package of this name, `_` for a dot and `__` for `_` (PEP 562); from then on an attribute like any
    other."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found = import_module(name.replace("_", ".").replace("..", "_"))
    return found
