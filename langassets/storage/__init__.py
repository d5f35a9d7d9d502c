from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.storage import opening as opening

__getattr__ = lazy.submodules(__name__)
