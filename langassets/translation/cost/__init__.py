from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.translation.cost import prices as prices

__getattr__ = lazy.submodules(__name__)
