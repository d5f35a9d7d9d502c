"""Errors are never stored; a few doubts are, where a model stands by what it said."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from langassets.database.translations.memory import DatabaseMemory
from langassets.database.translations.refusals import DatabaseRefusals
from langassets.services import utc_now
from langassets.translation.checks import CHECKS, DOUBTS, STRUCTURE, check
from langassets.translation.engine.open_tasks import few_enough
from langassets.translation.engine.tasks import Result, Translated, TranslationTask, Untranslated
from langassets.translation.types import Batch, Segment
from langassets_tests.servers.model_replies import Reply
from langassets_tests.servers.translator import translate
from langassets_tests.translation.engines import engine as engine_over
from langassets_tests.translation.engines import lesson, run
from langassets_tests.translation.scripted import Behaviour, ScriptedProvider

NAME = "Clear Path"
"""A product's name of plain words, which looks like a heading left in English."""

PARAGRAPHS = [
    f"Paragraph {number} says once more how a lesson is translated, checked and stored for those who read it "
    "in a language of their own, whichever that may be."
    for number in range(12)
]
LONG = "\n\n".join([f"# {NAME}", *PARAGRAPHS])
SHARE = 0.02


class World:
    def __init__(self, data: sa.Engine) -> None:
        self.memory = DatabaseMemory(data)
        self.refusals = DatabaseRefusals(data, 3, 60, utc_now)

    def run(self, provider: ScriptedProvider, *tasks: TranslationTask, share: float = SHARE) -> list[Result]:
        made = engine_over(self.memory, provider, refusals=self.refusals, max_doubtful_share=share)
        found = run(made, tasks)
        return [found[task.id] for task in tasks]


@pytest.fixture
def world(engine: sa.Engine) -> World:
    """Once on SQLite, once on PostgreSQL."""
    return World(engine)


def saying(text: str, *translations: str) -> Behaviour:
    """A sound model but for one text, for which it says these in turn, and the last of them from then on."""
    left = list(translations)

    def behaviour(_number: int, batch: Batch, reply: Reply) -> Reply:
        if text in batch.texts:
            said = left.pop(0) if len(left) > 1 else left[0]
            number = batch.texts.index(text) + 1
            reply.items[number - 1] = (number, said)
        return reply

    return behaviour


def test_a_name_that_looks_untranslated_no_longer_holds_a_lesson_back(world: World) -> None:
    provider = ScriptedProvider(saying(NAME, NAME))
    [result] = world.run(provider, lesson("a", LONG))
    assert isinstance(result, Translated)
    assert result.translations[NAME] == NAME
    assert [(one.text, one.check) for one in result.doubted] == [(NAME, "untranslated")]
    assert provider.sent.count(NAME) == 3
    assert "untranslated" in provider.batches[1].complaints[0]
    again = ScriptedProvider(saying(NAME, NAME))
    [second] = world.run(again, lesson("a", LONG))
    assert again.batches == []
    assert isinstance(second, Translated)
    assert second.translations == result.translations
    assert [(one.text, one.remembered) for one in second.doubted] == [(NAME, True)]


def test_what_stands_in_code_elsewhere_in_the_lesson_is_a_name(world: World) -> None:
    for said, text in (
        (0, "Start it with `Clear Path` and read on."),
        (1, "Start it with `clear` and read on."),
    ):
        provider = ScriptedProvider(saying(NAME, NAME))
        [result] = world.run(provider, lesson(str(said), f"{LONG}\n\n{text}", ["he", "ru"][said]))
        assert isinstance(result, Translated)
        assert len(result.doubted) == said


def test_a_doubt_is_tried_again_and_a_sound_answer_wins(world: World) -> None:
    [result] = world.run(ScriptedProvider(saying(NAME, NAME, translate(NAME, "he"))), lesson("a", LONG))
    assert isinstance(result, Translated)
    assert result.doubted == ()
    assert result.translations[NAME] == translate(NAME, "he")
    assert world.refusals.of_language("he") == []


def test_a_model_that_says_something_else_each_time_is_not_believed(world: World) -> None:
    said = (NAME, "Clear Clear", "Path Clear")
    [result] = world.run(ScriptedProvider(saying(NAME, *said)), lesson("a", LONG))
    assert isinstance(result, Untranslated)
    assert {problem.text for problem in result.problems} == {NAME}


@pytest.mark.parametrize("wrong", ["", "Доска внедрения облака", "Sorry, I can't help with that.", "**לוח**"])
def test_an_error_is_never_stored_however_small(world: World, wrong: str) -> None:
    for share in (SHARE, 1.0):
        [result] = world.run(ScriptedProvider(saying(NAME, wrong)), lesson("a", LONG), share=share)
        assert isinstance(result, Untranslated)
        assert {problem.text for problem in result.problems} == {NAME}
    assert not [row for row in world.memory.everything() if row.key.text == NAME]


def test_a_doubted_translation_counts_in_each_lesson_by_its_share(world: World) -> None:
    """Memory does not hold it as sound: a short lesson with the same text still waits, unasked."""
    world.run(ScriptedProvider(saying(NAME, NAME)), lesson("a", LONG))
    assert not [row for row in world.memory.everything() if row.key.text == NAME]
    provider = ScriptedProvider(saying(NAME, NAME))
    short = f"# {NAME}\n\n{PARAGRAPHS[0]}"
    waits, long = world.run(provider, lesson("b", short), lesson("c", LONG + "\n\nOne more thing to say."))
    assert isinstance(waits, Untranslated)
    assert isinstance(long, Translated)
    assert NAME not in provider.sent
    [now] = world.run(ScriptedProvider(), lesson("b", short), share=0.5)
    assert isinstance(now, Translated)


def lazy(_number: int, batch: Batch, reply: Reply) -> Reply:
    reply.items = list(enumerate(batch.texts, start=1))
    return reply


def in_french(_number: int, batch: Batch, reply: Reply) -> Reply:
    reply.items = [(number, translate(text, "fr")) for number, text in enumerate(batch.texts, start=1)]
    return reply


@pytest.mark.parametrize("behaviour", [lazy, in_french])
def test_a_lazy_model_and_one_in_the_wrong_language_deliver_nothing(
    world: World, behaviour: Behaviour
) -> None:
    """They stand by what they say, and are doubted nearly everywhere."""
    results = world.run(ScriptedProvider(behaviour), lesson("a", LONG), lesson("b", LONG, "es"))
    assert all(isinstance(result, Untranslated) for result in results)
    # Of two words nobody can tell the language.
    assert {row.key.text for row in world.memory.everything()} <= {NAME}


def test_a_model_that_is_lazy_about_one_paragraph_in_ten_delivers_nothing(world: World) -> None:
    def behaviour(_number: int, batch: Batch, reply: Reply) -> Reply:
        reply.items = [
            (number, batch.texts[number - 1] if batch.texts[number - 1] == PARAGRAPHS[5] else text)
            for number, text in reply.items
        ]
        return reply

    [result] = world.run(ScriptedProvider(behaviour), lesson("a", LONG))
    assert isinstance(result, Untranslated)


def test_every_check_raises_an_error_or_a_doubt_and_what_holds_for_any_text_is_an_error() -> None:
    assert CHECKS.keys() >= DOUBTS
    assert not DOUBTS & STRUCTURE
    found = check(
        Segment("There are 12 ways to store a lesson."), "Hay 13 formas de guardar <b>esto", "en", "es"
    )
    assert {("numbers", True), ("active", False)} <= {(finding.name, finding.is_doubt) for finding in found}


@given(
    texts=st.lists(st.text(st.characters(categories=("L", "N", "Zs")), min_size=1), min_size=1, unique=True),
    share=st.floats(0, 1),
    data=st.data(),
)
def test_more_doubts_never_make_a_lesson_fit_that_did_not(
    texts: list[str], share: float, data: st.DataObject
) -> None:
    some = data.draw(st.sets(st.sampled_from(texts)))
    fewer = data.draw(st.sets(st.sampled_from(sorted(some)))) if some else set()
    assert few_enough(fewer, texts, share) or not few_enough(some, texts, share)
    assert few_enough(texts, texts, 1)
    assert few_enough([], texts, 0)
