"""Packages that take long to load, each loaded when something in it is first used.

`from langassets import lazy` costs nothing, and `lazy.pandas.DataFrame` loads pandas: once in a process, and
never for a command that has no use for it. `make lint` refuses these packages at start-up anywhere else, and
imports within functions. Our own modules are loaded so too where their package has `submodules`.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import importlib.metadata as importlib_metadata

    import alembic.command as alembic_command
    import alembic.config as alembic_config
    import apprise
    import babel.core as babel_core
    import babel.localedata as babel_localedata
    import babel.units as babel_units
    import dotenv
    import dotenv.parser as dotenv_parser
    import fontTools.unicodedata as fontTools_unicodedata  # noqa: N812 - the package's own name
    import genai_prices.data as genai__prices_data
    import httpx
    import langcodes
    import numpy
    import openai
    import pandas
    import psutil
    import py3langid.langid as py3langid_langid
    import requests
    import requests.adapters as requests_adapters
    import rich.progress as rich_progress
    import sqlalchemy
    import sqlalchemy.dialects.postgresql as sqlalchemy_dialects_postgresql
    import sqlalchemy.dialects.sqlite as sqlalchemy_dialects_sqlite
    import storage3.exceptions as storage3_exceptions
    import supabase
    import tenacity
    import unicode_rbnf as unicode__rbnf
    import urllib3.exceptions as urllib3_exceptions
    import uvicorn
    import wordfreq
    import yaml


def __getattr__(name: str) -> object:
    """The package of this name, `_` for a dot and `__` for `_` (PEP 562); from then on an attribute like any
    other."""
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found = import_module(name.replace("_", ".").replace("..", "_"))
    return found


def submodules(package: str) -> Callable[[str], ModuleType]:
    """The `__getattr__` of a package of ours: each of its modules is loaded when something in it is first
    used. For type checkers, the package names those that are used so."""

    def load(name: str) -> ModuleType:
        module = f"{package}.{name}"
        if name.startswith("_") or find_spec(module) is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        with loading(last=False):
            return import_module(module)

    return load


@contextmanager
def uncollected() -> Iterator[None]:
    """While much is made, and no circles of objects, Python's search for such circles rests: it takes a sixth
    of the time of loading modules, and a fifth of that of writing rows by the hundred thousand."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def loading(*, last: bool = True) -> Iterator[None]:
    """Modules are loaded `uncollected`. What is there when the `last` are loaded is theirs, stays until the
    process ends, and is not looked at any more."""
    enabled = gc.isenabled()
    with uncollected():
        yield
        if enabled and last:
            gc.freeze()
