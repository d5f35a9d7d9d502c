"""Why a cleanup is not carried out until a person confirms it."""

from collections.abc import Iterable

from langassets.retention.lessons import Ending, KnownLessons, UsageMatch
from langassets.retention.plan import CleanupPlan, RetentionPolicy
from langassets.wording import counted

_NAMED, _LONGEST_NAME = 3, 60
_EMPTY = (
    "The table topics holds no lesson at all, while lesson objects stand in storage: it was emptied, or "
    "langassets looks into another database or schema (DATABASE_URL, and search_path in PostgreSQL). Bring "
    "the lessons back, or correct the address. Nothing was removed."
)


def refusal(plan: CleanupPlan, policy: RetentionPolicy) -> str | None:
    """Why the plan may not be carried out unconfirmed; None where it may."""
    return next(iter(plan.doubts), None) or too_much(plan, policy)


def too_much(plan: CleanupPlan, policy: RetentionPolicy) -> str | None:
    """Whether more would go than `MAX_DELETE_FRACTION` allows, in words."""
    if plan.removed <= policy.max_delete_fraction * plan.total:
        return None
    return (
        f"The cleanup would remove {plan.removed:,} of {counted(plan.total, 'lesson object')} "
        f"({plan.removed / plan.total:.0%}), more than the {policy.max_delete_fraction:.0%} that "
        "MAX_DELETE_FRACTION allows. Nothing was removed."
    )


def doubts(plan: CleanupPlan, lessons: KnownLessons, usage: Iterable[UsageMatch]) -> list[str]:
    """What speaks against what a plan was made from: `lessons` that all ended at once, and `usage` (of one
    language each) that mostly names no lesson, where it decided on what goes."""
    cleared = plan.cleared_languages
    found = [_no_lessons(plan, lessons)]
    found += [_unmatched(one) for one in usage if one.language in cleared and not one.believed]
    return [doubt for doubt in found if doubt]


def _no_lessons(plan: CleanupPlan, lessons: KnownLessons) -> str | None:
    """Lessons end one by one: where none is active, it is more likely that they cannot be seen. An empty
    table is told as soon as lessons were known, all else once something would go."""
    cleared = bool(plan.cleared_languages)
    if lessons.active or not plan.total:
        return None
    if all(one.ending is Ending.GONE for one in lessons.retired.values()):
        return _EMPTY if cleared or lessons.retired else None
    if not cleared:
        return None
    return (
        f"None of the {counted(len(lessons.retired), 'lesson')} that langassets knows is active any more. "
        "Where they should be, set their status in topics to 'active' again. Nothing was removed."
    )


def _unmatched(usage: UsageMatch) -> str:
    names = [repr(name[:_LONGEST_NAME]) for name in usage.unmatched[:_NAMED]]
    if len(usage.unmatched) > _NAMED:
        names.append(f"{len(usage.unmatched) - _NAMED:,} more")
    return (
        f"What is kept in {usage.language} goes by usage, and only {usage.matched:,} of "
        f"{counted(usage.requests, 'request')} there can be matched to a lesson, fewer than half. No "
        f"lesson is called {', '.join(names)}: correct the names in the usage (see `langassets doctor`). "
        "Nothing was removed."
    )
