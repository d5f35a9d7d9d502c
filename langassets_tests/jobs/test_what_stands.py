"""What stands is planned without a second look; a plan that looks again would say the same."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from langassets.jobs.lessons import DesiredContent
from langassets.jobs.planned_object import PlannedObject
from langassets.jobs.preload.plan import LanguagePlan
from langassets.storage.store import StoredObject
from langassets.translation.freshness import Decision, Known, decide
from langassets.translation.object_recipe import ObjectRecipe

NOW = datetime(2030, 1, 1, tzinfo=UTC)
PARTS = st.sampled_from(["", "a", "b"])
RECIPES = st.builds(ObjectRecipe, PARTS, PARTS, PARTS, PARTS, PARTS, PARTS)
KNOWN = st.builds(
    Known,
    etag=st.just("e"),
    source_hash=st.just("s"),
    recipe=RECIPES.map(str),
    adopted=st.booleans(),
    edited=st.booleans(),
    segmented=st.booleans(),
)


@given(known=KNOWN, today=RECIPES)
def test_nothing_else_would_come_of_a_second_look(known: Known, today: ObjectRecipe) -> None:
    want = DesiredContent("1", "A lesson", "en", "text", "s", 0)
    plan = LanguagePlan("he", today)
    decision = decide(want.source_hash, today.language, "e", known)
    there = StoredObject("he/lessons/1/text.json", 1, "e", NOW)
    plan.add(PlannedObject("he", there.key, want, decision, there, known), NOW)
    only_fresh = LanguagePlan("he", today, fresh=[want])
    assert (decision is Decision.FRESH and plan.stands(known)) <= (plan == only_fresh)
    # And the other way round, but for what others put there.
    assert (plan == only_fresh and not known.adopted) <= plan.stands(known)
