from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.jobs.cleanup import job as job

__getattr__ = lazy.submodules(__name__)
