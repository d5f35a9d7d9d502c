"""The engine with providers in this process: what is asked for, what comes back, what is remembered."""

import asyncio
from collections.abc import Iterable, Sequence

import pytest

from langassets.database.translations.memory import DatabaseMemory
from langassets.translation.documents.document import document
from langassets.translation.engine.tasks import Translated, TranslationTask, Untranslated
from langassets.translation.glossary import Glossary
from langassets.translation.types import Batch, Finish, MemoryKey, Remembered, Term
from langassets_tests.servers.model_replies import Reply
from langassets_tests.translation.engines import PARAGRAPHS, TEXT, engine, lesson, run
from langassets_tests.translation.scripted import ScriptedProvider


def test_each_document_comes_back_whole(memory: DatabaseMemory) -> None:
    provider = ScriptedProvider()
    results = run(engine(memory, provider), [lesson("a", TEXT), lesson("b", TEXT, "ar")])
    for result in results.values():
        assert isinstance(result, Translated)
        assert set(result.translations) == set(PARAGRAPHS)
        assert (result.from_memory, result.from_model) == (0, len(PARAGRAPHS))
    assert len(provider.batches) == 2


def test_nothing_changed_no_call(memory: DatabaseMemory) -> None:
    tasks = [lesson("a", TEXT), lesson("b", TEXT, "ar")]
    first = run(engine(memory, ScriptedProvider()), tasks)
    again = ScriptedProvider()
    results = run(engine(memory, again), tasks)
    assert again.batches == []
    for identifier, result in results.items():
        before = first[identifier]
        assert isinstance(result, Translated)
        assert isinstance(before, Translated)
        assert result.translations == before.translations
        assert result.from_model == 0


def test_one_changed_paragraph_is_one_segment_a_language(memory: DatabaseMemory) -> None:
    run(engine(memory, ScriptedProvider()), [lesson("a", TEXT, target) for target in ("he", "ar", "es")])
    provider = ScriptedProvider()
    changed = TEXT.replace("Each translation is checked", "Every single translation is checked")
    run(engine(memory, provider), [lesson("a", changed, target) for target in ("he", "ar", "es")])
    assert sorted((batch.target_language, batch.texts) for batch in provider.batches) == [
        (target, ("Every single translation is checked before it is stored.",))
        for target in ("ar", "es", "he")
    ]
    assert provider.batches[0].passages[0].before == PARAGRAPHS[1]


def test_a_title_shared_by_200_lessons_is_sent_once_a_language(memory: DatabaseMemory) -> None:
    provider = ScriptedProvider()
    tasks = [
        lesson(
            f"{number}/{target}",
            f"# Getting started\n\nLesson number {number} has a text of its own.",
            target,
        )
        for number in range(200)
        for target in ("he", "ar")
    ]
    results = run(engine(memory, provider), tasks)
    assert provider.sent.count("Getting started") == 2
    assert all(isinstance(result, Translated) for result in results.values())
    paid = [result.from_model for result in results.values() if isinstance(result, Translated)]
    assert sum(paid) == len(provider.sent)


def test_lessons_come_back_while_others_are_still_translated(memory: DatabaseMemory) -> None:
    provider = ScriptedProvider(seconds=0.005)
    paragraphs = "\n\n".join(
        f"Paragraph number {n} of a rather long lesson on pipelines." for n in range(200)
    )
    tasks = [
        lesson("known", TEXT),
        *(lesson(f"long {n}", paragraphs.replace("lesson", f"lesson {n}")) for n in range(9)),
    ]
    run(engine(memory, ScriptedProvider()), tasks[:1])

    async def first() -> tuple[str, int]:
        stream = engine(memory, provider).translate(tasks)
        result = await anext(stream)
        seen = len(provider.batches)
        await stream.aclose()
        return result.id, seen

    assert asyncio.run(first()) == ("known", 0)


@pytest.mark.parametrize("count", [1, 7])
def test_works_are_read_as_they_are_needed(memory: DatabaseMemory, count: int) -> None:
    read = 0

    def tasks() -> Iterable[TranslationTask]:
        nonlocal read
        shared = document("text", {"text": "A title that all of them have in common."})
        for number in range(20_000):
            read += 1
            yield TranslationTask(str(number), "en", "he", "A lesson", shared)

    async def some() -> None:
        stream = engine(memory, ScriptedProvider()).translate(tasks())
        for _ in range(count):
            await anext(stream)
        await stream.aclose()

    asyncio.run(some())
    assert read < 10_000


def test_a_failed_check_is_named_when_the_segment_is_asked_for_again_alone(memory: DatabaseMemory) -> None:
    def behaviour(number: int, _batch: Batch, reply: Reply) -> Reply:
        if number == 1:
            reply.items[2] = (3, PARAGRAPHS[2])
        return reply

    provider = ScriptedProvider(behaviour)
    results = run(engine(memory, provider), [lesson("a", TEXT)])
    assert isinstance(results["a"], Translated)
    assert [batch.texts for batch in provider.batches[1:]] == [(PARAGRAPHS[2],)]
    assert "untranslated" in provider.batches[1].complaints[0]


def test_the_other_provider_translates_what_the_first_cannot(memory: DatabaseMemory) -> None:
    def stubborn(_number: int, batch: Batch, reply: Reply) -> Reply:
        reply.items = [
            (number, batch.texts[number - 1] if batch.texts[number - 1] == PARAGRAPHS[2] else text)
            for number, text in reply.items
        ]
        return reply

    first, second = ScriptedProvider(stubborn), ScriptedProvider(name="gemini", model="gemini-3.5-flash-lite")
    results = run(engine(memory, first, second), [lesson("a", TEXT)])
    assert isinstance(results["a"], Translated)
    assert [batch.texts for batch in first.batches[1:]] == [(PARAGRAPHS[2],)]
    assert second.sent == [PARAGRAPHS[2]]
    # What the second one made is found again, though the first is preferred.
    again, other = ScriptedProvider(stubborn), ScriptedProvider(name="gemini", model="gemini-3.5-flash-lite")
    run(engine(memory, again, other), [lesson("a", TEXT)])
    assert again.batches == other.batches == []


def test_what_nobody_can_translate_is_reported_and_the_rest_is_kept(memory: DatabaseMemory) -> None:
    def stubborn(_number: int, batch: Batch, reply: Reply) -> Reply:
        reply.items = [
            (number, batch.texts[number - 1] if batch.texts[number - 1] == PARAGRAPHS[2] else text)
            for number, text in reply.items
        ]
        return reply

    provider = ScriptedProvider(stubborn)
    results = run(engine(memory, provider), [lesson("a", TEXT), lesson("b", PARAGRAPHS[0])])
    failed = results["a"]
    assert isinstance(failed, Untranslated)
    assert {(problem.text, problem.check) for problem in failed.problems} >= {(PARAGRAPHS[2], "untranslated")}
    assert failed.stopped is None
    assert isinstance(results["b"], Translated)
    assert provider.sent.count(PARAGRAPHS[2]) == 3
    again = ScriptedProvider()
    assert isinstance(run(engine(memory, again), [lesson("a", TEXT)])["a"], Translated)
    assert again.sent == [PARAGRAPHS[2]]


def test_a_cut_answer_counts_as_far_as_it_goes_and_the_rest_is_asked_for_in_halves(
    memory: DatabaseMemory,
) -> None:
    def cut_first(number: int, _batch: Batch, reply: Reply) -> Reply:
        if number == 1:
            content = reply.content
            reply.text = content[: content.index(reply.items[1][1]) + len(reply.items[1][1]) + 20]
            reply.finish = Finish.TRUNCATED
        return reply

    provider = ScriptedProvider(cut_first)
    assert isinstance(run(engine(memory, provider), [lesson("a", TEXT)])["a"], Translated)
    assert [batch.texts for batch in provider.batches[1:]] == [tuple(PARAGRAPHS[2:3]), tuple(PARAGRAPHS[3:])]


def test_what_was_cut_off_by_its_neighbours_has_all_its_tries_left(memory: DatabaseMemory) -> None:
    def behaviour(number: int, batch: Batch, reply: Reply) -> Reply:
        if number == 1:
            content = reply.content
            reply.text, reply.finish = content[: content.index('{"id": 2')], Finish.TRUNCATED
        elif number <= 3:
            reply.items = [(1, batch.texts[0])]
        return reply

    provider = ScriptedProvider(behaviour)
    result = run(engine(memory, provider), [lesson("a", f"{PARAGRAPHS[0]}\n\n{PARAGRAPHS[1]}")])["a"]
    assert isinstance(result, Translated)
    assert len(provider.batches) == 4


@pytest.mark.parametrize(
    "spoil",
    [
        lambda items: items[:-1],
        lambda items: [*items, (len(items) + 1, "שלום")],
        lambda items: [*items, (1, "משהו אחר לגמרי")],
    ],
    ids=["missing", "extra", "repeated"],
)
def test_an_answer_that_may_be_shifted_counts_for_nothing(memory: DatabaseMemory, spoil: object) -> None:
    def behaviour(number: int, _batch: Batch, reply: Reply) -> Reply:
        if number == 1:
            reply.items = spoil(reply.items)  # type: ignore[operator]
        return reply

    provider = ScriptedProvider(behaviour)
    assert isinstance(run(engine(memory, provider), [lesson("a", TEXT)])["a"], Translated)
    assert [batch.texts for batch in provider.batches[1:]] == [tuple(PARAGRAPHS[:2]), tuple(PARAGRAPHS[2:])]


def test_an_error_of_the_memory_ends_the_run(memory: DatabaseMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_rows: Sequence[object]) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(memory, "remember", broken)
    with pytest.raises(OSError, match="the disk is full"):
        run(engine(memory, ScriptedProvider()), [lesson("a", TEXT)])


def test_the_same_text_with_other_protected_parts_is_asked_for_again_where_it_must_be(
    memory: DatabaseMemory,
) -> None:
    def swapped(_number: int, _batch: Batch, reply: Reply) -> Reply:
        def swap(text: str) -> str:
            return text.replace("<x1/>", "\0").replace("<x2/>", "<x1/>").replace("\0", "<x2/>")

        reply.items = [(number, swap(text)) for number, text in reply.items] if _number == 1 else reply.items
        return reply

    provider = ScriptedProvider(swapped)
    results = run(
        engine(memory, provider),
        [
            lesson("code", "Use `one` together with `two` here."),
            lesson("html", "Use <b> together with </b> here."),
        ],
    )
    assert all(isinstance(result, Translated) for result in results.values())
    assert len(provider.batches) == 2


def test_a_new_term_is_asked_for_where_it_occurs_and_nowhere_else(memory: DatabaseMemory) -> None:
    run(engine(memory, ScriptedProvider()), [lesson("a", TEXT)])
    provider = ScriptedProvider()
    glossary = Glossary({"he": (Term("glossary", "מילון מונחים"), Term("storage", None))})
    results = run(engine(memory, provider, glossary=glossary), [lesson("a", TEXT)])
    assert provider.sent == [PARAGRAPHS[0], PARAGRAPHS[3]]
    assert provider.batches[0].terms == (Term("glossary", "מילון מונחים"), Term("storage", None))
    result = results["a"]
    assert isinstance(result, Translated)
    assert "מילון מונחים" in result.translations[PARAGRAPHS[3]]
    assert "storage" in result.translations[PARAGRAPHS[0]]


def test_a_translation_that_a_person_approved_is_used_whatever_makes_the_others(
    memory: DatabaseMemory,
) -> None:
    key = MemoryKey(PARAGRAPHS[0], "en", "he", "")
    memory.remember([Remembered(key, "כל שיעור נשאר רענן.", "tmx", "", "approved")])
    provider = ScriptedProvider()
    result = run(engine(memory, provider), [lesson("a", TEXT)])["a"]
    assert isinstance(result, Translated)
    assert result.translations[PARAGRAPHS[0]] == "כל שיעור נשאר רענן."
    assert PARAGRAPHS[0] not in provider.sent


def test_an_imported_translation_that_would_break_the_lesson_is_not_used(memory: DatabaseMemory) -> None:
    text = "Press <x1/> to go on with the lesson."
    memory.remember([Remembered(MemoryKey(text, "en", "he", ""), "בלי תג", "tmx", "", "import")])
    provider = ScriptedProvider()
    result = run(engine(memory, provider), [lesson("a", "Press `Enter` to go on with the lesson.")])["a"]
    assert isinstance(result, Translated)
    assert "<x1/>" in result.translations[text]
    assert provider.sent == [text]
