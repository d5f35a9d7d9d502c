"""When a model is asked again for what was refused: pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from langassets.translation.types import MemoryKey, Refused

_DAY = timedelta(days=1)
# Beyond, doubling says nothing: no setting allows so many days.
_MOST_DOUBLINGS = 20


def again_at(refused_at: datetime, times: int, after_days: float, at_most_days: float) -> datetime:
    """When a text that was refused `times` times, last at `refused_at`, may be asked for again.

    After the first refusal it rests for `after_days`, then each time twice as long, up to `at_most_days`.
    """
    doublings = min(max(times, 1) - 1, _MOST_DOUBLINGS)
    days = min(after_days * (1 << doublings), max(at_most_days, after_days))
    return refused_at + days * _DAY


def held(found: Mapping[MemoryKey, Refused], keys: Sequence[MemoryKey]) -> Refused | None:
    """What is known of a text that none of the providers is to be asked for, `keys` being one for each; the
    doubted one where there is one. None where one of them may be asked."""
    known = [found[key] for key in keys if key in found]
    if not known or len(known) < len(keys):
        return None
    return next((refused for refused in known if refused.doubted), known[0])
