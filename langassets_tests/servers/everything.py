"""Loads all that langassets may come to use, now: for a process that others are forked from."""

import inspect
import pkgutil
import re
from importlib import import_module

import langassets
from langassets import lazy

with lazy.loading():
    for name in re.findall(r"^    import (?:\S+ as )?(\w+)", inspect.getsource(lazy), re.MULTILINE):
        getattr(lazy, name)
    for found in pkgutil.walk_packages(langassets.__path__, "langassets."):
        # Alembic loads the former by itself, and the latter would run.
        if ".migrations" not in found.name and not found.name.endswith(".__main__"):
            import_module(found.name)
