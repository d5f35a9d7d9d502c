from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.defs.runs import pool as pool

__getattr__ = lazy.submodules(__name__)
