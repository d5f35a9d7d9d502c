"""Objects of one language under several codes come to lie under one, and none is lost."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from langassets.retention.decisions import plan_merge
from langassets.retention.plan import Action, LessonObject, Ownership

objects = st.lists(
    st.tuples(st.sampled_from(["pt-BR", "PT_br"]), st.sampled_from("123")).map(
        lambda place: LessonObject(
            f"{place[0]}/{place[1]}",
            *place,
            "text",
            1,
            "etag",
            datetime(2026, 1, 1, tzinfo=UTC),
            Ownership.OURS,
        )
    ),
    unique_by=lambda item: item.key,
)


@given(objects, st.sets(st.sampled_from("123")))
def test_each_is_moved_where_its_place_is_free_and_archived_where_it_is_not(
    found: list[LessonObject], there: set[str]
) -> None:
    standing = {f"pt_BR/{lesson}" for lesson in there}
    steps = list(
        plan_merge(
            found,
            "pt_BR",
            standing,
            key_at_home=lambda item: f"pt_BR/{item.lesson}",
            archived_key=lambda item: f"archive/{item.key}",
        )
    )
    assert [step.key for step in steps] == [item.key for item in found]
    targets = [step.target for step in steps]
    assert len(set(targets)) == len(targets), "two objects would come to lie in one place"
    assert not standing & set(targets), "something would be written over"
    moved = {step.lesson for step in steps if step.action is Action.MOVE}
    assert moved == {item.lesson for item in found} - there
    assert {step.action for step in steps} <= {Action.MOVE, Action.ARCHIVE}
