from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.jobs import asset_checks as asset_checks
    from langassets.jobs import cleanup as cleanup
    from langassets.jobs import evaluation as evaluation
    from langassets.jobs import lessons as lessons
    from langassets.jobs import preload as preload
    from langassets.jobs import reconcile as reconcile
    from langassets.jobs import status as status

__getattr__ = lazy.submodules(__name__)
