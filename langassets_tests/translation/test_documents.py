"""Documents: the strings a reader reads are translated, and nothing else is touched."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.errors import InputError
from langassets.translation.documents.content import TRANSLATED, rebuild, strings_of

TEXT = {
    "text": "# Loops\n\nA loop repeats.",
    "audioUrl": "https://cdn.example.com/a b.mp3",
    "audioFormat": "mp3",
    "audioDuration": 12.5,
    "audioVoice": "alloy",
    "sha256Hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "digitalSignature": "MEUCIQDx and the rest of it",
}
CODE = {"code": "for word in words:\n    print(word)", "language": "python", "explanation": "It **prints**."}
PRESENTATION = {
    "format": "gamma",
    "presentationUrl": "https://gamma.app/docs/x",
    "storagePath": "en/lessons/3/presentation.json",
    "metadata": {"source": "prompt", "audience": "general", "language": "en"},
    "slides": [
        {"id": "s1", "title": "Why loops", "bullets": ["One line", {"text": "Two lines", "level": 2}]}
    ],
}
MIND_MAP = {
    "nodes": [
        {"id": "n1", "type": "input", "data": {"label": "Loops"}, "position": {"x": 1, "label": "no"}},
        {
            "id": "n2",
            "label": "Leaf",
            "children": [{"id": "n3", "data": {"label": "Deep"}, "style": {"text": "a"}}],
        },
    ],
    "edges": [{"id": "e1", "source": "n1", "target": "n2", "label": "leads to"}],
    "metadata": {"topic_title": "Loops in Python", "skills": ["Iteration", "Reading code"], "language": "en"},
}
AVATAR = {
    "script": "Hello.\nWelcome back.",
    "videoUrl": "https://video.example.com/1",
    "videoId": "v_17",
    "metadata": {"avatar": "Anna talks to you all day long", "language": "English"},
}


@pytest.mark.parametrize(
    ("content_type", "data", "expected"),
    [
        ("text", TEXT, [TEXT["text"]]),
        ("text_audio", TEXT, [TEXT["text"]]),
        ("code", CODE, ["It **prints**."]),
        ("presentation", PRESENTATION, ["Why loops", "One line", "Two lines"]),
        (
            "mind_map",
            MIND_MAP,
            ["Loops", "Leaf", "Deep", "leads to", "Loops in Python", "Iteration", "Reading code"],
        ),
        ("avatar_video", AVATAR, ["Hello.\nWelcome back."]),
        ("audio", {"audioUrl": "https://a.example/b.mp3", "audioFormat": "mp3"}, []),
    ],
)
def test_each_content_type_gives_its_prose(
    content_type: str, data: dict[str, Any], expected: list[str]
) -> None:
    assert [string.text for string in strings_of(content_type, data)] == expected


def test_every_type_of_the_application_has_its_line_in_the_table() -> None:
    assert {"text", "text_audio", "code", "presentation", "audio", "mind_map", "avatar_video"} == set(
        TRANSLATED
    )


def test_an_unknown_type_gives_what_is_plainly_prose_and_keeps_what_a_machine_reads() -> None:
    quiz = {
        "id": "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "kind": "multiple_choice",
        "title": "Check yourself",
        "questions": [
            {"question": "What is a loop?", "options": ["A knot", "A repetition"], "answer_key": "b"}
        ],
        "intro_line": "Take your time and read each question twice.",
        "css": "font: 12px Arial, Helvetica, sans-serif; color: red",
        "date": "Mon, 12 Jan 2026 10:00:00 GMT",
        "url": "https://example.com/the long way round to it",
        "hash": "d41d8cd98f00b204e9800998ecf8427e",
    }
    assert [string.text for string in strings_of("quiz", quiz)] == [
        "Check yourself",
        "What is a loop?",
        "A knot",
        "A repetition",
        "Take your time and read each question twice.",
    ]


def test_a_quizs_right_answer_is_translated_as_its_option_is() -> None:
    quiz = {
        "questions": [
            {"question": "What is it?", "options": {"A": "A knot", "B": "Again"}, "correct": "Again"},
            {"question": "And this?", "options": ["A loop", "Both"], "correctAnswer": "Both", "answer": "B"},
            {"question": "So?", "choices": {"option_1": "Yes", "2": "No", "id": "one two"}, "correct": "b"},
        ]
    }
    assert [string.text for string in strings_of("quiz", quiz)] == [
        *("What is it?", "A knot", "Again", "Again"),
        *("And this?", "A loop", "Both", "Both"),
        *("So?", "Yes", "No"),
    ]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "   ",
        "B",
        "true",
        "42",
        "https://example.com",
        "/static/a.png",
        "me@example.com",
        "node_1",
        "a" * 64,
        "…",
        "en/a/b.json",
    ],
)
def test_a_label_without_a_word_is_left_alone(value: str) -> None:
    assert strings_of("mind_map", {"nodes": [{"label": value}]}) == []


@pytest.mark.parametrize("value", ["Input/Output", "Note:", "loops", "C++", "and/or"])
def test_a_label_that_only_looks_technical_is_translated(value: str) -> None:
    assert [string.text for string in strings_of("mind_map", {"nodes": [{"label": value}]})] == [value]


def test_rebuilding_changes_the_strings_and_the_language_and_keeps_the_order_of_keys() -> None:
    translated = {string.path: string.text.upper() for string in strings_of("mind_map", MIND_MAP)}
    rebuilt = rebuild(MIND_MAP, translated, "iw")
    expected = json.dumps(MIND_MAP)
    for text in ("Loops in Python", "Leaf", "Deep", "leads to", "Iteration", "Reading code"):
        expected = expected.replace(json.dumps(text), json.dumps(text.upper()))
    expected = expected.replace('"label": "Loops"', '"label": "LOOPS"').replace(
        '"language": "en"', '"language": "iw"'
    )
    assert json.dumps(rebuilt) == expected


def test_a_programming_language_stays() -> None:
    assert rebuild(CODE, {}, "he") == CODE
    assert rebuild({**CODE, "language": "en"}, {}, "he")["language"] == "en"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("en", "he"), ("en-US", "he"), ("English", "Hebrew"), ("english", "hebrew"), ("fr", "fr")],
)
def test_only_the_name_of_the_source_language_becomes_the_targets(value: str, expected: str) -> None:
    rebuilt = rebuild({"metadata": {"language": value}}, {}, "he")
    assert rebuilt == {"metadata": {"language": expected}}


def test_the_original_is_not_touched() -> None:
    before = json.dumps(MIND_MAP)
    rebuild(MIND_MAP, {("metadata", "skills", 0): "x"}, "he")
    assert json.dumps(MIND_MAP) == before


def test_nesting_that_no_lesson_has_is_refused_and_does_not_crash() -> None:
    deep: dict[str, object] = {"label": "x"}
    for _ in range(5_000):
        deep = {"children": [deep]}
    with pytest.raises(InputError, match="levels deep"):
        strings_of("mind_map", deep)
    with pytest.raises(InputError, match="levels deep"):
        rebuild(deep, {}, "he")


KEYS = st.sampled_from(
    ["text", "label", "code", "language", "nodes", "skills", "title", "url", "x", "script"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("Two words"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(st.sampled_from([*TRANSLATED, "quiz"]), st.dictionaries(KEYS, JSON, max_size=5))
def test_any_json_is_rebuilt_as_it_was(content_type: str, data: dict[str, Any]) -> None:
    strings = strings_of(content_type, data)
    rebuilt = rebuild(data, {string.path: string.text for string in strings}, "en")
    assert repr(rebuilt) == repr(data)
    assert len({string.path for string in strings}) == len(strings)
