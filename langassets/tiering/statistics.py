"""Whether usage statistics can be believed: counts only ever grow."""

from collections.abc import Mapping
from typing import Protocol

from langassets.errors import StatisticsError
from langassets.wording import counted

_SHOWN = 5
_CURE = (
    "Nothing was decided, so nobody is demoted. If the counts were set back on purpose, accept them once "
    "with: langassets run evaluation --accept-reset"
)


class UsageTotals(Protocol):
    """Requests of one language for all time: what its counter says, and what lesson usage adds up to."""

    @property
    def total_requests(self) -> int: ...

    @property
    def lesson_requests(self) -> int: ...


def check_statistics(
    current: Mapping[str, UsageTotals], previous: Mapping[str, UsageTotals] | None = None
) -> None:
    """Refuse statistics that would demote for a reason that is no decline in use.

    Both are by the application's code; `previous` is what the last evaluation read, None or empty
    before the first. Raises `StatisticsError` where nothing is there at all, where a language's counter
    stands lower than it did or is gone, and where lesson usage as a whole is less than it was.
    """
    previous = previous or {}
    if not current and previous:
        raise StatisticsError(
            "There are no usage statistics any more: the last evaluation saw "
            f"{counted(len(previous), 'language')}, and now language_stats has no rows and no lesson usage "
            f"is recorded. {_CURE}"
        )
    if not current:
        raise StatisticsError(
            "There are no usage statistics yet: language_stats has no rows and no lesson usage is recorded. "
            "Record requests, or import some with: langassets import-usage FILE.csv"
        )
    lower = []
    recorded, were_recorded = (
        sum(totals.lesson_requests for totals in each.values()) for each in (current, previous)
    )
    if recorded < were_recorded:
        lower.append(f"lesson usage of all languages {were_recorded:,} → {recorded:,}")
    for language, before in sorted(previous.items()):
        now = current[language].total_requests if language in current else 0
        if now < before.total_requests:
            shown = f"{now:,}" if language in current else "gone"
            lower.append(f"{language} {before.total_requests:,} → {shown}")
    if lower:
        more = f" and {len(lower) - _SHOWN} more" if len(lower) > _SHOWN else ""
        raise StatisticsError(
            "Usage statistics are lower than at the last evaluation, though requests are only ever added: "
            f"{', '.join(lower[:_SHOWN])}{more}. {_CURE}"
        )
