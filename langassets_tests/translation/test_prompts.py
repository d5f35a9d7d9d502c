"""What a model is told: laid out so that providers' caches hit, and without making anything stale."""

import json
from dataclasses import replace

import pytest

from langassets.batch_mode.requests import DeferredRequest, from_json, to_json
from langassets.database.translations.memory import DatabaseMemory
from langassets.translation.documents.document import document
from langassets.translation.engine.engine import Engine
from langassets.translation.engine.tasks import TranslationTask
from langassets.translation.providers.openai import OpenAIProvider, request
from langassets.translation.providers.prompts import INSTRUCTIONS, lessons, of_language, payload
from langassets.translation.recipes import Recipes
from langassets.translation.types import Batch, MemoryKey, Segment, Term
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.tariff import PromptCache

LESSON = "\n\n".join(f"Paragraph {n} of the lesson says something of its own." for n in range(120))


def test_what_languages_share_comes_first_and_what_is_a_languages_own_last() -> None:
    he, ar = (Batch("en", to, ("One.", "Two."), terms=(Term("one", to),)) for to in ("he", "ar"))
    assert lessons(he) == lessons(ar)
    for batch in (he, ar):
        message = payload(batch)
        assert message.startswith(lessons(batch))
        end = message[len(lessons(batch)) :]
        assert batch.target_language in end
        assert json.loads(end.rpartition("\n")[2]) == {"terms": {"one": batch.target_language}}
    assert "he" not in INSTRUCTIONS.split()


def test_notes_wordings_and_conventions_are_sent_where_they_apply_and_cost_nothing_elsewhere() -> None:
    plain = Batch("en", "fr", ("One day.",))
    assert of_language(plain) == "Translate from English (en) into French (fr)."
    asked = of_language(replace(plain, texts=("Which day?",)))
    assert "no-break space" in asked
    assert "no-break space" not in of_language(Batch("en", "he", ("Which day?",)))
    assert "before ; !" not in of_language(Batch("en", "fr-CA", ("Which day?",)))
    assert "¿" in of_language(Batch("en", "es-MX", ("Which day?",)))
    terms = (
        Term("", "formal", note="Address the reader as vous."),
        Term("One", None),
        Term("day", "jour", ("journée",), "of a lesson"),
    )
    said, _, data = of_language(replace(plain, terms=terms)).rpartition("\n")
    assert "\n- Address the reader as vous.\n" in said
    assert "in the formal way" in said
    assert json.loads(data) == {
        "terms": {"One": None, "day": ["jour", "journée"]},
        "notes": {"day": "of a lesson"},
    }
    packed = DeferredRequest(
        replace(plain, terms=terms), (Segment("One day."),), (MemoryKey("", "", "", ""),)
    )
    assert from_json(to_json([packed]))[0].batch.terms == terms


def test_the_order_of_what_is_said_makes_nothing_stale() -> None:
    """As the version before had them: of these the memory's rows and the stored objects are found."""
    recipes = Recipes((("openai", "gpt-6-luna"), ("gemini", "gemini-3.5-flash-lite")))
    assert [key.recipe for key in recipes.keys("A text.", "en", "he")] == [
        "44c0cc1fd18e42f1",
        "260810c1c954bfbd",
    ]
    assert str(recipes.of_object("he")) == "9fdebbc1870b3e7e.4a5ac592f6..."


@pytest.mark.parametrize(
    ("model", "pays"),
    [
        ("gpt-6-luna", True),
        ("gpt-6.1-sol", True),
        ("gpt-5.6-terra", True),
        ("gpt-5-mini", False),
        ("gpt-4.1", False),
    ],
)
def test_models_that_charge_for_filling_the_cache_are_told_what_to_put_there(model: str, pays: bool) -> None:
    alone = Batch("en", "he", ("One.",))
    body = request(model, alone)
    assert body.get("prompt_cache_options") == ({"mode": "explicit"} if pays else None)
    assert isinstance(body["messages"][1]["content"], str)
    shared = request(model, replace(alone, shared=True))
    content = shared["messages"][1]["content"]
    assert isinstance(content, list) is pays
    if pays:
        assert "prompt_cache_breakpoint" in content[0]
        assert "".join(part["text"] for part in content) == payload(alone)


async def test_the_second_language_finds_the_lesson_in_the_cache(memory: DatabaseMemory) -> None:
    """Of four languages at once the first goes ahead, and the others are billed for it as cached."""
    cut = document("text", {"text": LESSON})
    tasks = [TranslationTask(to, "en", to, "A lesson", cut) for to in ("he", "ar", "es", "ru")]
    with OpenAIServer(cache=PromptCache(), latency=0.05) as server:
        provider = OpenAIProvider(server.key, "gpt-6-luna", server.url, 5.0)
        engine = Engine([provider], memory)
        async for _ in engine.translate(tasks):
            pass
        await engine.close()
    usage = [row.spent.usage for row in engine.totals.rows()]
    cached, sent = sum(one.cached_tokens for one in usage), sum(one.input_tokens for one in usage)
    assert cached / sent > 0.6, (cached, sent)
