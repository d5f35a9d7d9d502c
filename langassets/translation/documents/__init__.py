from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.translation.documents import document as document
    from langassets.translation.documents import former as former
    from langassets.translation.documents import mended_kinds as mended_kinds
    from langassets.translation.documents import mendings as mendings
    from langassets.translation.documents import places as places

__getattr__ = lazy.submodules(__name__)
