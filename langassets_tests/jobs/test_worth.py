"""Where money is short, it goes where it is read most, and what is there already costs nothing."""

import json
from collections.abc import Hashable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from langassets.cli.jobs import plan
from langassets.database import manifest
from langassets.database.connection import writing
from langassets.jobs.lessons import DesiredContent
from langassets.jobs.planned_object import PlannedObject
from langassets.jobs.preload import worth
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.worth import (
    ARCHIVE,
    MEMORY,
    MODEL,
    Candidate,
    Outlook,
    by_worth,
    costs,
    plan_worth,
)
from langassets.services import Services
from langassets.settings import load_settings
from langassets.storage import keys
from langassets.storage.store import StoredObject
from langassets.translation.freshness import Decision
from langassets_tests.jobs.lessons import NOW, add_lesson, request


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    price = draw(st.sampled_from([Decimal("0.000002"), Decimal("0.00003")]))
    weights = draw(st.dictionaries(st.integers(0, 12), st.integers(1, 500), min_size=1, max_size=12))
    found = []
    for number in range(draw(st.integers(0, 12))):
        want = DesiredContent(str(number), "", "en", "text", "h", 0)
        item = PlannedObject("he", f"he/{number}", want, Decision.MISSING, None)
        texts: dict[Hashable, int] = {
            text: weights[text] for text in draw(st.sets(st.sampled_from(sorted(weights)), max_size=5))
        }
        by = MODEL if texts else MEMORY
        found.append(Candidate(item, draw(st.integers(0, 50)), texts, price, by))
    return found


@given(candidates(), st.decimals(0, "0.05", places=5))
def test_no_other_of_the_same_cost_is_read_more_than_what_goes_first(
    given: list[Candidate], limit: Decimal
) -> None:
    ordered = by_worth(given)
    assert sorted(map(id, ordered)) == sorted(map(id, given))
    free = [one for one in ordered if not one.texts]
    assert ordered[: len(free)] == free == [one for one in given if not one.texts]
    paid = ordered[len(free) :]
    for one, two in pairwise(paid):
        # Requests a dollar, multiplied out; equals stay as they came.
        former = one.requests * sum(two.texts.values()), two.requests * sum(one.texts.values())
        assert former[0] > former[1] or (former[0] == former[1] and given.index(one) < given.index(two))
    found = Outlook(
        ordered, list(costs(ordered)), {"MAX_COST_PER_RUN": limit, "MAX_COST_PER_MONTH": limit + 1}
    )
    assert found.costs[: len(free)] == [Decimal(0)] * len(free)
    # A text is paid for once, whichever is first.
    texts = {text: tokens for one in given for text, tokens in one.texts.items()}
    prices = [one.dollars_a_token for one in given if one.dollars_a_token is not None]
    whole = sum(texts.values()) * (prices[0] if prices else 0)
    assert sum(cost for cost in found.costs if cost is not None) == whole
    assert all(
        (together <= limit) is (place < found.within)
        for place, together in enumerate(found.together)
        if together is not None
    )
    assert by_worth(ordered) == ordered


def test_a_price_that_is_not_known_is_not_zero() -> None:
    want = DesiredContent("1", "", "en", "text", "h", 0)
    item = PlannedObject("he", "he/1", want, Decision.MISSING, None)
    ordered = by_worth([Candidate(item, 1, {"a": 1}), Candidate(item, 9, {"b": 1}), Candidate(item, 0, {})])
    assert [one.requests for one in ordered] == [0, 9, 1]
    found = Outlook(ordered, list(costs(ordered)), {"MAX_COST_PER_RUN": Decimal(5)})
    assert (found.together, found.within) == ([0, None, None], 1)


def test_what_all_comes_to_is_added_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[Decimal] = []

    def plus(one: Decimal, two: Decimal) -> Decimal:
        added.append(two)
        return one + two

    monkeypatch.setattr(worth, "_plus", plus)
    want = DesiredContent("1", "", "en", "text", "h", 0)
    item = PlannedObject("he", "he/1", want, Decision.MISSING, None)
    ordered = [Candidate(item, 1, {number: 1}, Decimal(1)) for number in range(50)]
    found = Outlook(ordered, list(costs(ordered)), {"MAX_COST_PER_RUN": Decimal(20)})
    assert sum(one["within_limits"] for one in found.as_json()["objects"]) == 20
    assert len(added) == 49


@pytest.fixture
def services(engine: sa.Engine, tmp_path: Path) -> Services:
    made = Services(
        load_settings(
            {
                "LANGASSETS_HOME": str(tmp_path),
                "PREDEFINED_LANGUAGES": "he,ar",
                "MAX_REQUESTS_PER_RUN": "1",
            }
        ),
        lambda: NOW,
    )
    made.__dict__["data"] = engine
    return made


def add_long_lesson(services: Services, name: str, paragraphs: int) -> str:
    texts = (f"Paragraph {number} of {name}." for number in range(paragraphs))
    return add_lesson(services.data, name, {"text": {"text": "\n\n".join(texts)}})


async def test_a_limit_leaves_out_what_nobody_reads(services: Services) -> None:
    lessons = {"unread": 1, "long": 400, "short": 200}
    unread, long, short = (add_long_lesson(services, *lesson) for lesson in lessons.items())
    for language, lesson, requests in (("he", long, 100), ("he", short, 60), ("ar", short, 40)):
        request(services.data, language, lesson, requests)
    found = await plan_worth(services)
    shown = [(one.item.language, one.item.desired.lesson) for one in found.ordered]
    assert shown[:3] == [("he", short), ("he", long), ("ar", short)]
    assert {lesson for _, lesson in shown[3:]} == {unread, long}
    report = await preload(services, ["he", "ar"], run_id="first")
    assert "MAX_REQUESTS_PER_RUN" in str(report.stopped)
    stored = [(one.language, item.desired.lesson) for one in report.languages for item in one.stored]
    assert stored == [("he", short)], "by requests alone it would have been a part of the long one"

    # What is in memory, or in the archive, costs nothing, and is said to.
    key = keys.LessonKey("he", short, "text").key
    async with services.store() as store:
        body = await store.read(key)
        await store.delete([key])
        found = await plan_worth(services)
        assert (found.ordered[0].by, found.ordered[0].item.key, found.free) == (MEMORY, key, {MEMORY: 1})
        for lesson in (long, unread):
            await store.write(keys.archived(keys.LessonKey("ar", lesson, "text"), NOW), body)
    in_archive = keys.archived(keys.LessonKey("ar", unread, "text"), NOW)
    want = next(one.item.desired for one in found.ordered if one.item.desired.lesson == unread)
    changed = replace(want, source_hash="another")
    with writing(services.data) as connection:
        archived = StoredObject(in_archive, len(body), "etag", NOW)
        item = PlannedObject("ar", in_archive, changed, Decision.MISSING, None)
        manifest.confirm(connection, [item.entry(archived, NOW)])
    found = await plan_worth(services)
    assert found.free == {MEMORY: 1, ARCHIVE: 1}, "a lesson that changed since is to be made again"
    assert {one["by"]: one["cost"] for one in found.as_json()["objects"][:2]} == {"memory": 0, "archive": 0}


def test_the_command_shows_where_a_limit_cuts(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if services.data.dialect.name != "sqlite":
        pytest.skip("its database is below its home")
    for name in ("one", "other"):
        request(services.data, "he", add_long_lesson(services, name, 100), 10)
    for name, value in {
        "LANGASSETS_HOME": str(tmp_path),
        "PREDEFINED_LANGUAGES": "he",
        "OPENAI_API_KEY": "any",
        "MODEL_PRICES": "gpt-6-luna=1/1",
        "MAX_COST_PER_RUN": "0.004",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(plan, "services_in_force", lambda: replaced(services))
    plan.preload(worth=True)
    said = capsys.readouterr().out
    assert "MAX_COST_PER_RUN leaves $0.0040." in said
    assert "About 1 object would be left for another run" in said
    plan.preload(as_json=True, worth=True)
    shown = json.loads(capsys.readouterr().out)
    assert [one["within_limits"] for one in shown["objects"]] == [True, False]
    assert shown["objects"][1]["together"] == pytest.approx(sum(one["cost"] for one in shown["objects"]))


def replaced(services: Services) -> Services:
    """The same database, by today's environment."""
    made = Services(load_settings(), services.clock)
    made.__dict__["data"] = services.data
    return made
