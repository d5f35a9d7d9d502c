"""The lessons that everything is measured with. Needs no more than Python: the plain loop reads it too."""

import json
from collections.abc import Sequence
from typing import Any

LANGUAGES = (
    *("en", "he", "ar", "es", "fr", "de", "it", "pt", "ru", "zh"),
    *("ja", "ko", "hi", "tr", "pl", "nl", "sv", "uk", "vi", "id"),
)
TYPES = ("mind_map", "text")


def lesson_of(number: int, kind: str = "mind_map") -> dict[str, Any]:
    """A content of a lesson: a mind map of seven strings that a reader reads, some 80 characters each, as in
    the workload that the replaced system was measured with; or a text."""
    labels = [f"Lesson {number}, station {node}: {text}." for node, text in enumerate(_STATIONS)]
    if kind == "text":
        return {"text": "\n\n".join(labels[:2])}
    return {"nodes": [{"id": str(node), "label": label} for node, label in enumerate(labels)]}


def translated(number: int, kind: str) -> bytes:
    """The object of a lesson that memory makes where every translation is its text in brackets."""
    lesson = lesson_of(number, kind)
    if kind == "text":
        lesson["text"] = "\n\n".join(f"⟦{text}⟧" for text in lesson["text"].split("\n\n"))
    for node in lesson.get("nodes", ()):
        node["label"] = f"⟦{node['label']}⟧"
    return json.dumps(lesson, ensure_ascii=False, separators=(",", ":")).encode()


_STATIONS = (
    "how a request finds its way from the browser to the disk and back",
    "what can go wrong on the way there, and how it shows in the log",
    "why a cache that nobody empties gives old answers to new questions",
    "how to read a trace from its end, where the trouble usually is",
    "what a server does while it waits, and why that matters to others",
    "which of two locks to take first, and what happens if one is late",
    "when a number that looks like a measurement is only a guess",
)
FIELDS = len(_STATIONS)


def keys_of(languages: Sequence[str], lessons: int, types: Sequence[str]) -> list[str]:
    """The keys of these lessons' objects."""
    return [
        f"{language}/lessons/{n}/{name}.json"
        for language in languages
        for n in range(lessons)
        for name in types
    ]
