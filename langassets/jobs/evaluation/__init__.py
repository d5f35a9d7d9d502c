from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.jobs.evaluation import evaluate as evaluate

__getattr__ = lazy.submodules(__name__)
