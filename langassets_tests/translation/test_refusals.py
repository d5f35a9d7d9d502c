"""What a model was asked for in vain: remembered, and not asked for again while nothing changes."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from langassets.database.connection import writing
from langassets.database.schema import refusals as table
from langassets.database.translations.memory import APPROVED, DatabaseMemory
from langassets.database.translations.refusals import DatabaseRefusals
from langassets.errors import ProviderTimeoutError, ProviderUnavailableError
from langassets.translation.engine.tasks import NOT_IN_ANSWER, Result, Translated, Untranslated
from langassets.translation.glossary import Glossary
from langassets.translation.recipes import ANY_RECIPE
from langassets.translation.refusals import again_at
from langassets.translation.types import Batch, MemoryKey, Remembered, Term
from langassets_tests.servers.model_replies import Reply
from langassets_tests.translation.engines import PARAGRAPHS, TEXT, engine, lesson, run
from langassets_tests.translation.scripted import Behaviour, ScriptedProvider

NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)


class World:
    """A memory, refusals with a clock that is set by hand, and runs with models that are told what to say."""

    def __init__(self, data: sa.Engine) -> None:
        self.memory = DatabaseMemory(data)
        self.data = data
        self.now = NOW
        self.refusals = DatabaseRefusals(data, 3, 10, lambda: self.now)

    def run(self, provider: ScriptedProvider, *tasks: object, **options: object) -> dict[str, object]:
        made = engine(self.memory, provider, refusals=self.refusals, **options)
        return dict(run(made, tasks))  # type: ignore[arg-type]


@pytest.fixture
def world(engine: sa.Engine) -> World:
    """Once on SQLite, once on PostgreSQL."""
    return World(engine)


def never(_number: int, batch: Batch, reply: Reply) -> Reply:
    reply.items = [(number, "") for number, _ in enumerate(batch.texts, start=1)]
    return reply


def lazy(_number: int, batch: Batch, reply: Reply) -> Reply:
    reply.items = list(enumerate(batch.texts, start=1))
    return reply


def silent(_number: int, _batch: Batch, reply: Reply) -> Reply:
    reply.items = []
    return reply


def prose(_number: int, _batch: Batch, reply: Reply) -> Reply:
    return Reply([], "I would rather talk about the weather.")


@pytest.mark.parametrize("behaviour", [never, lazy, silent, prose])
def test_nothing_changed_no_request_whatever_the_model_is_like(world: World, behaviour: Behaviour) -> None:
    many = "\n\n".join(f"Paragraph {n} of a lesson about quite different things." for n in range(60))
    tasks = [lesson("a", TEXT), lesson("b", many), lesson("c", many, "es")]
    first = ScriptedProvider(behaviour)
    results = world.run(first, *tasks)
    assert first.batches
    assert all(isinstance(result, Untranslated) for result in results.values())
    again = ScriptedProvider(behaviour)
    held = world.run(again, *tasks)
    assert again.batches == []
    for result in held.values():
        assert isinstance(result, Untranslated)
        assert result.stopped is None
        assert all(problem.remembered for problem in result.problems)
        assert "not asked again before 2026-11-04" in result.problems[0].reason


def test_it_is_asked_again_after_a_growing_number_of_days(world: World) -> None:
    asked = []
    for day in range(40):
        world.now = NOW + timedelta(days=day)
        provider = ScriptedProvider(never)
        world.run(provider, lesson("a", PARAGRAPHS[0]))
        asked += [day] if provider.batches else []
    assert asked == [0, 3, 9, 19, 29, 39]


def test_source_recipe_or_checks_that_change_are_reasons_to_ask(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run(ScriptedProvider(never), lesson("a", PARAGRAPHS[0]))

    def asked(text: str, provider: ScriptedProvider | None = None, **options: object) -> bool:
        provider = provider or ScriptedProvider(never)
        world.run(provider, lesson("a", text), **options)
        return bool(provider.batches)

    assert not asked(PARAGRAPHS[0])
    assert asked(PARAGRAPHS[0] + " Always.")
    assert asked(PARAGRAPHS[0], ScriptedProvider(never, model="another"))
    other = Glossary({"*": (Term("robot", None),)})
    assert not asked(PARAGRAPHS[0], glossary=other)
    assert asked(PARAGRAPHS[0], glossary=Glossary({"*": (Term("pipeline", "צינור"),)}))
    monkeypatch.setattr("langassets.database.translations.refusals.checks_version", lambda: "others")
    assert asked(PARAGRAPHS[0])


def test_a_second_provider_that_was_never_asked_is(world: World) -> None:
    world.run(ScriptedProvider(never), lesson("a", PARAGRAPHS[0]))
    first, second = ScriptedProvider(never), ScriptedProvider(name="gemini", model="gemini-3.5-flash-lite")
    made = engine(world.memory, first, second, refusals=world.refusals)
    assert isinstance(run(made, [lesson("a", PARAGRAPHS[0])])["a"], Translated)
    assert second.batches


def test_who_refused_is_not_asked_again_for_want_of_an_answer_from_the_other(world: World) -> None:
    """Who was never heard is asked each time, and may yet bring it; a doubt of who was heard stands."""

    def together(first: ScriptedProvider, second: ScriptedProvider) -> Result:
        made = engine(world.memory, first, second, refusals=world.refusals, max_doubtful_share=1.0)
        return run(made, [lesson("a", PARAGRAPHS[0])])["a"]

    down = ScriptedProvider(lambda *_: ProviderUnavailableError("down"), "gemini", "gemini-3.5-flash-lite")
    first = ScriptedProvider(lazy)
    for _ in range(2):
        result = together(first, down)
        assert isinstance(result, Translated)
        assert [problem.check for problem in result.doubted] == ["untranslated"]
    assert len(first.batches) == 3
    assert len(down.batches) > 1
    with writing(world.data) as connection:
        assert set(connection.execute(sa.select(table.c.times)).scalars()) == {1}
    back = ScriptedProvider(name="gemini", model="gemini-3.5-flash-lite")
    assert isinstance(together(first, back), Translated)
    assert len(first.batches) == 3
    assert [dict(batch.refused) for batch in back.batches] == [{0: PARAGRAPHS[0]}]


def test_a_persons_word_needs_no_request_and_ends_the_refusal(world: World) -> None:
    world.run(ScriptedProvider(never), lesson("a", PARAGRAPHS[0]))
    key = MemoryKey(PARAGRAPHS[0], "en", "he", ANY_RECIPE)
    world.memory.remember([Remembered(key, "הצינור שומר על כל שיעור.", "review", "", APPROVED)])
    provider = ScriptedProvider(never)
    assert isinstance(world.run(provider, lesson("a", PARAGRAPHS[0]))["a"], Translated)
    assert provider.batches == []
    assert world.refusals.of_language("he") == []


def test_a_provider_that_gave_no_answer_refused_nothing(world: World) -> None:
    """What only wanted for an answer is asked for again at once."""
    down = ScriptedProvider(lambda *_: ProviderTimeoutError("slow"))
    world.run(down, lesson("a", PARAGRAPHS[0]))
    assert world.refusals.of_language("he") == []


def test_what_stands_there_says_what_was_tried(world: World) -> None:
    world.run(ScriptedProvider(silent), lesson("a", PARAGRAPHS[0]))
    world.run(ScriptedProvider(lazy), lesson("b", PARAGRAPHS[1]))
    by_text = {one.key.text: one for one in world.refusals.of_language("he")}
    silent_one, lazy_one = by_text[PARAGRAPHS[0]], by_text[PARAGRAPHS[1]]
    assert (silent_one.translation, silent_one.doubted) == (None, False)
    assert [reason.check for reason in silent_one.reasons] == [NOT_IN_ANSWER]
    assert (lazy_one.translation, lazy_one.doubted) == (PARAGRAPHS[1], True)
    assert (lazy_one.provider, lazy_one.model) == ("openai", "gpt-6-luna")
    with writing(world.data) as connection:
        assert set(connection.execute(sa.select(table.c.times)).scalars()) == {1}


@given(
    times=st.integers(0, 1000),
    after=st.floats(0, 400),
    most=st.floats(0, 400),
)
def test_the_wait_never_shrinks_and_has_an_end(times: int, after: float, most: float) -> None:
    waits = [again_at(NOW, each, after, most) - NOW for each in (times, times + 1)]
    assert waits[0] <= waits[1] <= timedelta(days=max(after, most))
