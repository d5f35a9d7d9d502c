"""The translation memory, on SQLite and on PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database.connection import engine_of
from langassets.database.schema import translation_memory
from langassets.database.translations.memory import DatabaseMemory
from langassets.translation.glossary import Glossary
from langassets.translation.recipes import Recipes, remembered, text_hash
from langassets.translation.types import MemoryKey, Remembered, Term


@pytest.fixture
def memory(engine: sa.Engine) -> DatabaseMemory:
    return DatabaseMemory(engine)


def key(text: str, target: str = "he", recipe: str = "r1") -> MemoryKey:
    return MemoryKey(text, "en", target, recipe)


def kept(
    text: str, translation: str, origin: str = "model", recipe: str = "r1", target: str = "he"
) -> Remembered:
    return Remembered(key(text, target, recipe), translation, "openai", "gpt-6-luna", origin)


def test_finds_what_was_kept_by_text_languages_and_recipe(memory: DatabaseMemory) -> None:
    memory.remember([kept("Hello", "שלום"), kept("Hello", "مرحبا", target="ar")])
    assert memory.recall([key("Hello")]) == {key("Hello"): "שלום"}
    others = [
        key("hello"),
        key("Hello", recipe="r2"),
        key("Hello", target="fr"),
        MemoryKey("Hello", "de", "he", "r1"),
    ]
    assert memory.recall(others) == {}


def test_thousands_at_once(memory: DatabaseMemory) -> None:
    rows = [kept(f"Text {n}", f"טקסט {n}") for n in range(2_300)]
    memory.remember(rows)
    memory.remember(rows)
    found = memory.recall([row.key for row in rows] + [key(f"Unknown {n}") for n in range(700)])
    assert found == {row.key: row.translation for row in rows}


def test_a_newer_answer_replaces_an_older_one(memory: DatabaseMemory) -> None:
    memory.remember([kept("Hello", "שלום")])
    memory.remember([kept("Hello", "היי"), kept("Hello", "הלו")])
    assert memory.recall([key("Hello")]) == {key("Hello"): "הלו"}


@pytest.mark.parametrize("origin", ["approved", "import"])
def test_what_people_made_goes_before_what_a_model_made(memory: DatabaseMemory, origin: str) -> None:
    memory.remember([kept("Hello", "שלום")])
    memory.remember([kept("Hello", "ברוכים הבאים", origin)])
    memory.remember([kept("Hello", "היי")])
    for recipe in ("r1", "whatever"):
        assert memory.recall([key("Hello", recipe=recipe)]) == {key("Hello", recipe=recipe): "ברוכים הבאים"}


def test_only_a_person_replaces_what_a_person_approved(memory: DatabaseMemory) -> None:
    memory.remember([kept("Hello", "שלום", "approved")])
    memory.remember([kept("Hello", "היי", "import")])
    assert memory.recall([key("Hello")]) == {key("Hello"): "שלום"}
    memory.remember([kept("Hello", "ברכות", "approved")])
    assert memory.recall([key("Hello")]) == {key("Hello"): "ברכות"}


@pytest.mark.parametrize(
    "text", ["a\0b", "half a pair: \ud800", "emoji 🎉 and <x1/>", "'; DROP TABLE x; --", " " * 9]
)
def test_any_text_is_found_again(memory: DatabaseMemory, text: str) -> None:
    memory.remember([kept(text, "תרגום")])
    assert memory.recall([key(text)]) == {key(text): "תרגום"}


def test_threads_write_at_once(memory: DatabaseMemory) -> None:
    def write(number: int) -> None:
        for n in range(20):
            memory.remember([kept(f"{number} {n}", "תרגום"), kept("shared", str(number))])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(memory.recall([key(f"{number} {n}") for number in range(4) for n in range(20)])) == 80


def test_knows_which_lessons_can_be_made_again(memory: DatabaseMemory) -> None:
    glossary = Glossary({"he": (Term("pipeline", "צינור"),)})
    recipes = Recipes((("openai", "gpt-6-luna"), ("gemini", "g")), glossary)
    texts = ["Hello", "A pipeline"]
    first, second = recipes.keys(texts[0], "en", "he")[1], recipes.keys(texts[1], "en", "he")[0]
    memory.remember(
        [replace(kept("", ""), key=first, translation="שלום"), kept("A pipeline", "…", "import", target="ar")]
    )
    assert not remembered(texts, "en", "he", recipes, memory.known("he"))
    memory.remember([replace(kept("", ""), key=second, translation="צינור")])
    assert remembered(texts, "en", "he", recipes, memory.known("he"))
    assert not remembered(texts, "en", "he", Recipes((("openai", "other"),), glossary), memory.known("he"))
    # A new translation for a term makes the segments stale in which it occurs, and no others.
    renamed = Recipes(
        (("openai", "gpt-6-luna"), ("gemini", "g")), Glossary({"he": (Term("pipeline", "קו"),)})
    )
    assert not remembered(texts[1:], "en", "he", renamed, memory.known("he"))
    assert remembered(texts[:1], "en", "he", renamed, memory.known("he"))
    assert remembered(["A pipeline"], "en", "ar", recipes, memory.known("ar"))
    assert len(memory.known("fr")) == 0


def test_says_when_approved_translations_changed(memory: DatabaseMemory) -> None:
    memory.remember([kept("Hello", "שלום")])
    assert memory.approved_state("he") == ""
    memory.remember([kept("Hello", "שלום", "import")])
    one = memory.approved_state("he")
    memory.remember([kept("Hello", "היי", "import")])
    assert one != ""
    assert memory.approved_state("he") not in {"", one}
    assert memory.approved_state("ar") == ""


def test_gives_everything_back(memory: DatabaseMemory) -> None:
    rows = [kept("One", "אחת"), kept("Two", "שתיים", "approved", recipe=""), kept("One", "واحد", target="ar")]
    memory.remember(rows)
    assert sorted(memory.everything(), key=repr) == sorted(rows, key=repr)
    assert [row.translation for row in memory.everything(["ar"])] == ["واحد"]


def test_gives_pairs_to_learn_from_without_pseudo_translations(memory: DatabaseMemory) -> None:
    memory.remember([kept("One", "אחת"), replace(kept("Two", "⟦Ţŵö⟧"), provider="pseudo")])
    assert memory.pairs("en", "he") == [("One", "אחת")]


def test_two_who_write_the_same_texts_never_lock_each_other_out(postgres_url: str) -> None:
    engine = engine_of(postgres_url, Path())
    memory = DatabaseMemory(engine)
    one, two = sorted((kept("Hello", "שלום"), kept("World", "עולם")), key=lambda row: text_hash(row.key.text))
    memory.remember([one, two])

    def touch(connection: sa.Connection, row: Remembered) -> None:
        chosen = translation_memory.c.text_hash == text_hash(row.key.text)
        connection.execute(translation_memory.update().where(chosen).values(model="other"))

    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ '^INSERT'"
    with ThreadPoolExecutor(1) as pool, engine.connect() as other:
        with other.begin():
            touch(other, one)
            writes = pool.submit(memory.remember, [two, one])
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watch:
                while not watch.exec_driver_sql(waiting).first():
                    assert not writes.done()
            touch(other, two)
        writes.result()
    engine.dispose()
