from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.database.names import installation as installation

__getattr__ = lazy.submodules(__name__)
