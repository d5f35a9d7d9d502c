from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.jobs.preload import edits as edits
    from langassets.jobs.preload import estimate as estimate
    from langassets.jobs.preload import segments as segments
    from langassets.jobs.preload import translating as translating
    from langassets.jobs.preload import worth as worth

__getattr__ = lazy.submodules(__name__)
