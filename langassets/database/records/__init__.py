from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.database.records import bill as bill

__getattr__ = lazy.submodules(__name__)
