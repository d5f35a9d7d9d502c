from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.database import connection as connection
    from langassets.database import migrate as migrate
    from langassets.database import names as names
    from langassets.database import records as records
    from langassets.database import schema as schema
    from langassets.database import translations as translations

__getattr__ = lazy.submodules(__name__)
