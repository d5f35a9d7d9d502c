"""When a model is asked again for what was refused: pure."""

from datetime import datetime, timedelta

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
