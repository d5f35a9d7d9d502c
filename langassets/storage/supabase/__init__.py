from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.storage.supabase import store as store

__getattr__ = lazy.submodules(__name__)
