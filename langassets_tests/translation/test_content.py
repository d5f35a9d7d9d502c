"""A lesson's content as the engine sees it."""

from typing import Any

import pytest

from langassets.errors import InputError
from langassets.translation.documents.document import document

DATA: dict[str, Any] = {
    "nodes": [
        {"id": "1", "data": {"label": "Use `map`"}},
        {"id": "2", "data": {"label": "Use `filter`"}},
        {"id": "3", "data": {"label": "Loops"}},
        {"id": "4", "data": {"label": "Loops"}},
    ],
    "metadata": {"language": "en"},
}


def test_a_text_that_occurs_twice_is_there_once_and_goes_to_both_places() -> None:
    content = document("mind_map", DATA)
    assert content.texts == ("Use <x1/>", "Loops")
    assert [segment.text for segment in content.segments] == list(content.texts)
    rebuilt: Any = content.rebuild({"Use <x1/>": "Utiliser <x1/>", "Loops": "Boucles"}, "fr")
    labels = [node["data"]["label"] for node in rebuilt["nodes"]]
    assert labels == ["Utiliser `map`", "Utiliser `filter`", "Boucles", "Boucles"]
    assert rebuilt["metadata"] == {"language": "fr"}


def test_a_text_without_a_translation_is_refused() -> None:
    with pytest.raises(InputError, match="1 segment has no translation, the first is 'Loops'"):
        document("mind_map", DATA).rebuild({"Use <x1/>": "Utiliser <x1/>"}, "fr")


def test_a_translation_without_its_protected_part_is_refused() -> None:
    with pytest.raises(InputError, match="<x1/>"):
        document("mind_map", DATA).rebuild({"Use <x1/>": "Utiliser", "Loops": "Boucles"}, "fr")


def test_a_content_without_prose_is_only_relabelled() -> None:
    content = document("audio", {"audioUrl": "https://a.example/b.mp3", "metadata": {"language": "en"}})
    assert content.texts == ()
    assert content.rebuild({}, "he") == {
        "audioUrl": "https://a.example/b.mp3",
        "metadata": {"language": "he"},
    }
