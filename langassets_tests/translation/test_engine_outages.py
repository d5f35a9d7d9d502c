"""The engine when providers are down, give up, or meet a limit."""

from decimal import Decimal

import pytest

from langassets.database.translations.memory import DatabaseMemory
from langassets.errors import ProviderError, ProviderUnavailableError, QuotaError
from langassets.translation.engine.tasks import Translated, Untranslated
from langassets.translation.types import Batch
from langassets_tests.servers.model_replies import Reply
from langassets_tests.translation.engines import PARAGRAPHS, TEXT, engine, lesson, run
from langassets_tests.translation.scripted import ScriptedProvider


def test_a_provider_that_is_down_is_left_alone_and_the_other_takes_over(memory: DatabaseMemory) -> None:
    down = ScriptedProvider(lambda *_: ProviderUnavailableError("down"))
    second = ScriptedProvider(name="gemini", model="gemini-3.5-flash-lite")
    tasks = [lesson(str(n), f"Lesson {n} is about something else.\n\n{TEXT}") for n in range(20)]
    results = run(engine(memory, down, second), tasks)
    assert all(isinstance(result, Translated) for result in results.values())
    assert len(down.batches) < 10


def test_a_provider_that_comes_back_is_waited_for(memory: DatabaseMemory) -> None:
    def down_at_first(number: int, _batch: Batch, reply: Reply) -> Reply | ProviderUnavailableError:
        return ProviderUnavailableError("down") if number <= 7 else reply

    provider = ScriptedProvider(down_at_first)
    results = run(engine(memory, provider), [lesson("a", TEXT)])
    assert isinstance(results["a"], Translated)


def test_a_provider_that_is_down_is_waited_for_where_the_other_has_failed(memory: DatabaseMemory) -> None:
    def down_at_first(number: int, _batch: Batch, reply: Reply) -> Reply | ProviderUnavailableError:
        return ProviderUnavailableError("down") if number <= 8 else reply

    def in_english(_number: int, batch: Batch, _reply: Reply) -> Reply:
        return Reply(list(enumerate(batch.texts, start=1)))

    first = ScriptedProvider(down_at_first)
    second = ScriptedProvider(in_english, name="gemini", model="gemini-3.5-flash-lite")
    results = run(
        engine(memory, first, second), [lesson("a", PARAGRAPHS[0]), lesson("b", PARAGRAPHS[1], "ar")]
    )
    assert all(isinstance(result, Translated) for result in results.values())
    assert len(second.batches) == 4


@pytest.mark.parametrize(
    "error",
    [QuotaError("no credit left"), ProviderError("correct OPENAI_API_KEY"), ProviderUnavailableError("down")],
    ids=["quota", "key", "down"],
)
def test_without_a_provider_the_run_stops_in_good_order(memory: DatabaseMemory, error: Exception) -> None:
    run(engine(memory, ScriptedProvider()), [lesson("known", TEXT)])
    provider = ScriptedProvider(lambda *_: error)  # type: ignore[arg-type]
    stopping = engine(memory, provider)
    results = run(stopping, [lesson("new", PARAGRAPHS[0] + "\n\nAnd more."), lesson("known", TEXT)])
    assert isinstance(results["known"], Translated)
    left = results["new"]
    assert isinstance(left, Untranslated)
    assert left.stopped is not None
    assert str(error) in left.stopped
    assert stopping.stopped == left.stopped
    assert len(provider.batches) <= 11


def test_a_model_that_only_ever_answers_in_english_is_given_up_for_that_language(
    memory: DatabaseMemory,
) -> None:
    def english_for_hebrew(_number: int, batch: Batch, reply: Reply) -> Reply:
        if batch.target_language == "he":
            reply.items = list(enumerate(batch.texts, start=1))
        return reply

    provider = ScriptedProvider(english_for_hebrew)
    long = "\n\n".join(f"Paragraph {n} of a lesson about quite different things." for n in range(120))
    results = run(engine(memory, provider), [lesson("he", long), lesson("es", long, "es")])
    assert isinstance(results["he"], Untranslated)
    assert len(results["he"].problems) >= 120
    assert isinstance(results["es"], Translated)
    asked = [batch for batch in provider.batches if batch.target_language == "he"]
    assert len(asked) <= 45


def test_what_is_spent_stays_below_the_limits(memory: DatabaseMemory) -> None:
    tasks = [
        lesson(
            str(n),
            "\n\n".join(f"Paragraph {n}.{m} of a lesson about quite different things." for m in range(60)),
        )
        for n in range(30)
    ]
    by_requests = engine(memory, ScriptedProvider(), max_requests=3)
    results = run(by_requests, tasks)
    assert by_requests.totals.requests == 3
    done = [result for result in results.values() if isinstance(result, Translated)]
    assert done
    assert [result.id for result in done] == [str(n) for n in range(len(done))]
    assert by_requests.stopped is not None
    assert "MAX_REQUESTS_PER_RUN" in by_requests.stopped

    by_cost = engine(memory, ScriptedProvider(), max_cost=Decimal("0.02"))
    run(by_cost, tasks)
    assert by_cost.totals.cost is not None
    assert 0.002 < by_cost.totals.cost <= 0.02
    assert by_cost.stopped is not None
    assert "MAX_COST_PER_RUN" in by_cost.stopped


def test_a_fuse_that_two_providers_share_does_not_hold_one_up_for_ever(memory: DatabaseMemory) -> None:
    def stubborn(_number: int, batch: Batch, reply: Reply) -> Reply:
        return Reply(list(enumerate(batch.texts, start=1))) if "1" in batch.texts[0] else reply

    first = ScriptedProvider(stubborn, seconds=0.01)
    second = ScriptedProvider(name="gemini", model="gemini-3.5-flash-lite", seconds=0.02)
    tasks = [lesson(str(n), f"Text number {n} of a lesson about different things.") for n in range(40)]
    for max_cost in ("0.0005", "0.002", "0.005"):
        results = run(engine(memory, first, second, max_cost=Decimal(max_cost)), tasks)
        assert len(results) == 40


def test_a_limit_on_cost_wants_a_price(memory: DatabaseMemory) -> None:
    provider = ScriptedProvider(model="a-model-of-ones-own")
    stopping = engine(memory, provider, max_cost=Decimal(100))
    run(stopping, [lesson("a", TEXT)])
    assert provider.batches == []
    assert stopping.stopped is not None
    assert "MODEL_PRICES" in stopping.stopped


def test_the_account_is_by_language_and_model(memory: DatabaseMemory) -> None:
    progress: list[tuple[int, int]] = []
    provider = ScriptedProvider()
    made = engine(
        memory, provider, on_progress=lambda all_: progress.append((all_.from_memory, all_.from_model))
    )
    results = run(made, [lesson("a", TEXT), lesson("b", TEXT + "\n\n" + PARAGRAPHS[0], "ar")])
    rows = {row.language: row for row in made.totals.rows()}
    assert set(rows) == {"he", "ar"}
    assert rows["he"].spent.requests == 1
    assert rows["he"].spent.segments == len(PARAGRAPHS)
    assert rows["he"].cost is not None
    assert rows["he"].cost > 0
    assert [type(result) for result in results.values()] == [Translated, Translated]
    assert progress[-1] == (0, 2 * len(PARAGRAPHS))
