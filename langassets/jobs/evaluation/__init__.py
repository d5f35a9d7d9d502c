from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.jobs.evaluation import evaluate as evaluate
    from langassets.jobs.evaluation import frequent_languages as frequent_languages

__getattr__ = lazy.submodules(__name__)
