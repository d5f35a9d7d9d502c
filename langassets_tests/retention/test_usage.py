"""Usage that names no lesson: it takes nothing from any lesson, and much of it holds a cleanup up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.retention.decisions import Retention, plan_language
from langassets.retention.lessons import Ending, KnownLessons, LessonUse, Retired, UsageMatch, match_usage
from langassets.retention.plan import (
    Action,
    CleanupPlan,
    LessonObject,
    Ownership,
    RetentionPolicy,
    Step,
)
from langassets.retention.refusals import doubts, refusal

NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)
LESSONS = [str(number) for number in range(8)]
NAMES = ["01-photosynthesis", "nosuchlesson", "999", "Ü"]

uses = st.builds(
    LessonUse,
    st.integers(0, 1000),
    st.none() | st.integers(0, 200).map(lambda days: NOW.date() - timedelta(days=days)),
)
matching = st.dictionaries(st.sampled_from(LESSONS), uses)
strange = st.dictionaries(st.sampled_from(NAMES), uses)


@given(matching, strange)
def test_usage_is_held_against_the_lessons_by_its_requests(
    usage: dict[str, LessonUse], others: dict[str, LessonUse]
) -> None:
    found, match = match_usage("fr", others | usage, LESSONS)
    assert found == usage
    right, wrong = (sum(use.requests for use in each.values()) for each in (usage, others))
    assert (match.matched, match.requests) == (right, right + wrong)
    assert match.believed == (right >= wrong)
    assert set(match.unmatched) == {name for name, use in others.items() if use.requests}
    asked = [others[name].requests for name in match.unmatched]
    assert asked == sorted(asked, reverse=True)


@given(matching, strange, st.frozensets(st.sampled_from(LESSONS)), st.integers(0, 4), st.booleans())
def test_names_that_match_nothing_never_have_anything_removed(
    usage: dict[str, LessonUse],
    others: dict[str, LessonUse],
    rebuildable: frozenset[str],
    most_used: int,
    known: bool,
) -> None:
    """Whether usage is matched before, as a cleanup does, or not at all."""
    old = NOW - timedelta(days=100)
    items = [
        LessonObject(f"fr/lessons/{one}/text.json", "fr", one, "text", 1, "e", old, Ownership.OURS)
        for one in LESSONS
    ]
    rules = Retention(
        RetentionPolicy(keep_most_used=most_used),
        NOW,
        KnownLessons(frozenset(LESSONS)),
        can_be_made_again=lambda item: item.lesson in rebuildable,
        archived_key=lambda item: f"archive/{item.key}",
    )
    every = others | usage
    seen = match_usage("fr", every, LESSONS)[0] if known else every
    assert list(plan_language(items, seen, rules)) == list(plan_language(items, usage, rules))


def _plan(*cleared: str, action: Action = Action.ARCHIVE) -> CleanupPlan:
    plan = CleanupPlan(total=10)
    for language in cleared:
        plan.add(Step(f"{language}/lessons/1/text.json", language, "1", action, "", 1, "", None))
    return plan


ACTIVE = KnownLessons(frozenset(LESSONS))
FRENCH = UsageMatch("fr", 1000, 130, ("01-photosynthesis", "nosuchlesson", "999", "a\nb", "c"))


def test_a_cleanup_by_usage_that_names_no_lessons_is_refused_and_says_which_names() -> None:
    plan = _plan("fr", "de")
    plan.doubts = doubts(plan, ACTIVE, [UsageMatch("de", 10, 5, ("x",)), FRENCH])
    assert len(plan.doubts) == 1
    reason = refusal(plan, RetentionPolicy(max_delete_fraction=1))
    assert reason == (
        "What is kept in fr goes by usage, and only 130 of 1,000 requests there can be matched to a lesson, "
        "fewer than half. No lesson is called '01-photosynthesis', 'nosuchlesson', '999', 2 more: correct "
        "the names in the usage (see `langassets doctor`). Nothing was removed."
    )


@pytest.mark.parametrize("plan", [_plan("de"), _plan(), _plan("fr", action=Action.PURGE)])
def test_usage_that_decides_on_nothing_holds_nothing_up(plan: CleanupPlan) -> None:
    assert doubts(plan, ACTIVE, [FRENCH]) == []


ARCHIVED = Retired(Ending.ARCHIVED, NOW)
GONE = Retired(Ending.GONE, NOW)


@pytest.mark.parametrize(
    ("lessons", "plan", "said"),
    [
        (KnownLessons(), _plan("fr"), "topics holds no lesson at all"),
        (KnownLessons(), _plan(), None),
        (KnownLessons({"1"}, {"2": GONE, "3": GONE}), _plan("fr"), None),
        (KnownLessons(retired={"2": GONE, "3": GONE}), _plan(), "topics holds no lesson at all"),
        (KnownLessons(retired={"2": GONE}), CleanupPlan(), None),  # nor is there anything to lose
        (KnownLessons(retired={"2": GONE, "3": ARCHIVED}), _plan("fr"), "None of the 2 lessons"),
        (KnownLessons(retired={"2": GONE, "3": ARCHIVED}), _plan(), None),
    ],
)
def test_lessons_that_all_end_at_once_are_not_believed(
    lessons: KnownLessons, plan: CleanupPlan, said: str | None
) -> None:
    found = doubts(plan, lessons, [])
    assert len(found) == (said is not None)
    assert (said or "") in "".join(found)
    assert all("Nothing was removed." in doubt for doubt in found)
