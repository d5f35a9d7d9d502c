"""The retention plan: what the rule keeps is kept, and nothing is deleted that nobody could make again."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from langassets.retention.decisions import Retention, plan_archive, plan_language, plan_retired
from langassets.retention.lessons import Ending, KnownLessons, LessonUse, Retired
from langassets.retention.plan import (
    Action,
    ArchivedObject,
    CleanupPlan,
    LessonObject,
    Ownership,
    RetentionPolicy,
    Step,
)
from langassets.retention.refusals import refusal

NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)


def _object(lesson: str, age_days: float, ownership: Ownership = Ownership.OURS) -> LessonObject:
    key = f"fr/lessons/{lesson}/text.json"
    return LessonObject(key, "fr", lesson, "text", 10, "etag", NOW - timedelta(days=age_days), ownership)


objects = st.lists(
    st.builds(
        _object,
        st.sampled_from([str(n) for n in range(12)]),
        st.floats(0, 200, allow_nan=False),
        st.sampled_from(Ownership),
    ),
    max_size=30,
    unique_by=lambda item: item.key,
)
usages = st.dictionaries(
    st.sampled_from([str(n) for n in range(12)]),
    st.builds(
        LessonUse,
        st.integers(0, 50),
        st.none() | st.integers(0, 200).map(lambda days: NOW.date() - timedelta(days=days)),
    ),
)
policies = st.builds(
    RetentionPolicy, st.integers(0, 60), st.integers(0, 5), st.integers(0, 120), st.floats(0, 1)
)


LESSONS = [str(n) for n in range(12)]
endings = st.builds(
    Retired, st.sampled_from(Ending), st.integers(0, 100).map(lambda days: NOW - timedelta(days=days))
)
retired_lessons = st.dictionaries(st.sampled_from(LESSONS), endings)
some_lessons = st.frozensets(st.sampled_from(LESSONS))


def _rules(
    policy: RetentionPolicy,
    rebuildable: frozenset[str] = frozenset(),
    active: frozenset[str] = frozenset(),
    retired: Mapping[str, Retired] | None = None,
) -> Retention:
    return Retention(
        policy,
        NOW,
        KnownLessons(active, retired or {}),
        can_be_made_again=lambda item: item.lesson in rebuildable,
        archived_key=lambda item: f"archive/{item.key}",
    )


def _plan(
    items: list[LessonObject],
    usage: dict[str, LessonUse],
    policy: RetentionPolicy,
    rebuildable: frozenset[str] = frozenset(),
) -> dict[str, Step]:
    return {step.key: step for step in plan_language(items, usage, _rules(policy, rebuildable))}


@given(objects, usages, policies, some_lessons)
def test_every_object_gets_one_decision_by_the_rule(
    items: list[LessonObject],
    usage: dict[str, LessonUse],
    policy: RetentionPolicy,
    rebuildable: frozenset[str],
) -> None:
    steps = _plan(items, usage, policy, rebuildable)
    assert set(steps) == {item.key for item in items}
    standing = {item.lesson for item in items}
    most_used = sorted(
        (lesson for lesson, use in usage.items() if use.requests and lesson in standing),
        key=lambda x: (-usage[x].requests, x),
    )[: policy.keep_most_used]
    earliest = NOW - timedelta(days=policy.keep_recent_days)
    for item in items:
        use = usage.get(item.lesson, LessonUse(0, None))
        requested = use.last_requested is not None and use.last_requested >= earliest.date()
        keep = requested or item.lesson in most_used or item.updated_at >= earliest
        action = steps[item.key].action
        assert (action is Action.KEEP) == keep
        if action is Action.DELETE:
            assert item.ownership is Ownership.OURS
            assert item.lesson in rebuildable
        if action is Action.ARCHIVE:
            assert steps[item.key].target == f"archive/{item.key}"
            assert item.ownership is not Ownership.OURS or item.lesson not in rebuildable


def test_the_most_requested_lessons_stay_whatever_their_age() -> None:
    usage = {str(n): LessonUse(100 - n, date(2025, 1, 1)) for n in range(30)}
    steps = _plan([_object(str(n), 400) for n in range(30)], usage, RetentionPolicy(), frozenset(usage))
    kept = {step.lesson for step in steps.values() if step.action is Action.KEEP}
    assert kept == {str(n) for n in range(20)}
    assert {step.reason for step in steps.values() if step.lesson == "3"} == {"among the 20 most requested"}


@given(objects, usages, policies, some_lessons, retired_lessons)
def test_what_belongs_to_retired_lessons_goes_in_every_language_once_its_time_is_over(
    items: list[LessonObject],
    usage: dict[str, LessonUse],
    policy: RetentionPolicy,
    rebuildable: frozenset[str],
    retired: dict[str, Retired],
) -> None:
    rules = _rules(policy, rebuildable, frozenset(LESSONS) - retired.keys(), retired)
    frequent = {step.key: step for step in plan_retired(items, usage, rules)}
    assert set(frequent) == {item.key for item in items if item.lesson in retired}
    other = {step.key: step for step in plan_language(items, usage, rules)}
    earliest = NOW - timedelta(days=policy.keep_recent_days)
    for item in items:
        if item.lesson not in retired:
            continue
        step, lesson = frequent[item.key], retired[item.lesson]
        assert step == other[item.key]
        use = usage.get(item.lesson, LessonUse(0, None))
        requested = use.last_requested is not None and use.last_requested >= earliest.date()
        keep = lesson.since > earliest or requested or item.updated_at >= earliest
        assert (step.action is Action.KEEP) == keep
        assert lesson.words in step.reason
        if step.action is Action.DELETE:
            assert item.ownership is Ownership.OURS
            assert item.lesson in rebuildable


@given(objects, usages, policies, some_lessons, retired_lessons)
def test_a_retired_lesson_takes_no_place_of_another(
    items: list[LessonObject],
    usage: dict[str, LessonUse],
    policy: RetentionPolicy,
    active: frozenset[str],
    retired: dict[str, Retired],
) -> None:
    rules = _rules(policy, active=active - retired.keys(), retired=retired)
    without = {lesson: use for lesson, use in usage.items() if lesson not in retired}
    others = [item for item in items if item.lesson not in retired]
    steps = {step.key: step for step in plan_language(items, usage, rules)}
    assert [steps[item.key] for item in others] == list(plan_language(others, without, rules))


def test_each_reason_says_how_and_when_the_lesson_ended() -> None:
    ended = {
        "1": Retired(Ending.ARCHIVED, NOW - timedelta(days=40)),
        "2": Retired(Ending.GONE, NOW - timedelta(days=40)),
        "3": Retired(Ending.DELETED, NOW - timedelta(days=4)),
    }
    rules = _rules(RetentionPolicy(), frozenset("1"), retired=ended)
    steps = plan_retired([_object(lesson, 100) for lesson in "1234"], {}, rules)
    assert [step.reason for step in steps] == [
        "its lesson is archived since 2026-01-20; can be made again from memory",
        "its lesson is gone from topics since 2026-01-20; memory cannot make it again",
        "its lesson is deleted since 2026-02-25: kept for 30 days",
    ]


def _archived(lesson: str, language: str, age_days: float) -> ArchivedObject:
    at = NOW - timedelta(days=age_days)
    original = f"{language}/lessons/{lesson}/text.json"
    return ArchivedObject(f"archive/{original}.{at.isoformat()}", original, language, lesson, 10, "etag", at)


archived_objects = st.lists(
    st.builds(
        _archived,
        st.sampled_from("123"),
        st.sampled_from(["fr", "de"]),
        st.floats(0, 200, allow_nan=False),
    ),
    max_size=12,
    unique_by=lambda item: item.key,
)


@given(
    archived_objects,
    st.frozensets(st.sampled_from(["fr", "de"])),
    st.booleans(),
    st.dictionaries(st.sampled_from("123"), endings),
    policies,
)
def test_the_archive_gives_back_at_most_one_and_never_onto_something(
    archived: list[ArchivedObject],
    frequent: frozenset[str],
    something_stands: bool,
    retired: dict[str, Retired],
    policy: RetentionPolicy,
) -> None:
    live = {item.original for item in archived[:1]} if something_stands else set()
    steps = list(plan_archive(archived, frequent, live, KnownLessons(retired=retired), policy, NOW))
    assert [step.key for step in steps] == [item.key for item in archived]
    targets = [step.target for step in steps if step.action is Action.RESTORE]
    assert len(targets) == len(set(targets))
    assert not live & set(targets)
    wanted = {
        item.original for item in archived if item.language in frequent and item.lesson not in retired
    } - live
    assert set(targets) == wanted
    for item, step in zip(archived, steps, strict=True):
        if step.action is Action.PURGE:
            assert (NOW - item.archived_at) / timedelta(days=1) > policy.archive_days
        if step.action is Action.RESTORE:
            same = [other for other in archived if other.original == item.original]
            assert item.archived_at == max(other.archived_at for other in same)


@given(st.integers(0, 50), st.integers(0, 50), st.floats(0, 1))
def test_a_plan_beyond_the_limit_is_refused_and_says_so(removed: int, kept: int, limit: float) -> None:
    plan = CleanupPlan(total=removed + kept)
    for number in range(removed):
        plan.add(Step(str(number), "fr", "1", Action.DELETE, "", 1, ""))
    reason = refusal(plan, RetentionPolicy(max_delete_fraction=limit))
    assert (reason is not None) == (removed > limit * (removed + kept))
    if reason:
        assert "MAX_DELETE_FRACTION" in reason
        assert "Nothing was removed" in reason
