from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.database.records import bill as bill
    from langassets.database.records import job_runs as job_runs

__getattr__ = lazy.submodules(__name__)
