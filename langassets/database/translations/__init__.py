from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.database.translations import memory as memory
    from langassets.database.translations import refusals as refusals

__getattr__ = lazy.submodules(__name__)
