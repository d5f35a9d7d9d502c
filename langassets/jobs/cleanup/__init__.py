from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.jobs.cleanup import carry_out as carry_out
    from langassets.jobs.cleanup import job as job
    from langassets.jobs.cleanup import plan as plan
    from langassets.jobs.cleanup import restore as restore

__getattr__ = lazy.submodules(__name__)
