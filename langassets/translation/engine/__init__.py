from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.translation.engine import engine as engine
    from langassets.translation.engine import lookup as lookup

__getattr__ = lazy.submodules(__name__)
