"""Paragraphs that can be told apart: each has a number, which whatever is made of it keeps, so that every
object says of which paragraphs it is made."""

import re
from collections.abc import Callable, Collection, Mapping
from itertools import count

from langassets_tests.servers.translator import translate

LANGUAGES = ("en", "he", "es")
TARGETS = ("he", "es")
Way = Callable[[str, str], str]
"""What becomes of a text in a language."""

_NUMBER = re.compile(r"\d+")
ADDED = "By the way."
"""A paragraph that a person adds."""

_TAG, _CODE = "<x1/>", "`step`"
# A model has more than one way to say a thing, and another model has others.
_MANNERS = {
    "gpt-6-luna": ("Listen", "Remember", "Naturally", "Therefore", "Certainly", "Obviously", "Altogether"),
    "gpt-5-mini": ("Look", "Observe", "Evidently", "Moreover", "Probably", "Generally", "Incidentally"),
    "gemini-3.5-flash-lite": (
        "Hear",
        "Consider",
        "Of course",
        "Furthermore",
        "Surely",
        "Basically",
        "Notably",
    ),
}
_LETTERS = "abcdefghij"
_DIGITS = (
    "an",
    "own",
    "word",
    "often",
    "spoken",
    "already",
    "anything",
    "everybody",
    "absolutely",
    "occasionally",
)


def text_of(number: int) -> str:
    """A paragraph as a segment; one in three has a protected part."""
    return f"This is what {_TAG if number % 3 == 0 else 'our'} paragraph {number} of the lesson says."


def shown(text: str) -> str:
    """A segment as it stands in an object."""
    return text.replace(_TAG, _CODE)


def number_of(text: str) -> int:
    """Which paragraph it is, or is made of."""
    return int(_NUMBER.findall(text)[-1])


def content_of(numbers: Collection[int]) -> dict[str, object]:
    """A lesson."""
    return {"text": "\n\n".join(map(shown, map(text_of, numbers))), "audioUrl": "https://x.y/1.mp3"}


def paragraphs(body: dict[str, object]) -> list[str]:
    """What stands in an object."""
    return str(body["text"]).split("\n\n")


def sound(text: str, language: str, model: str, rejected: Collection[str]) -> str:
    """What a model that listens says of a text: the first of its ways that nobody has rejected."""
    for more in count(1):
        for manner in _MANNERS[model]:
            way = translate(f"{', '.join([manner] * more)}: {text}", language)
            if way not in rejected:
                return way
    raise AssertionError("unreachable")


def own_words(text: str, language: str, number: int) -> str:
    """A person's translation, another for each number."""
    return translate(f"{' '.join(_DIGITS[int(digit)] for digit in str(number))}, {text}", language)


def by_hand(text: str, number: int) -> str:
    """What a person writes into an object; it is in no language."""
    letters = "".join(_LETTERS[int(digit)] for digit in str(number))
    return f"Mine {letters} of {number_of(text)}."


def _untagged(text: str, language: str) -> str:
    said = translate(text, language)
    return said.replace(_TAG, "") if _TAG in said else _foreign(text, language)


def _foreign(text: str, language: str) -> str:
    return translate(text, {"he": "ru", "es": "he"}[language])


ERRORS: Mapping[str, Way] = {
    "empty": lambda _text, _language: "",
    "refusal": lambda _text, _language: "I'm sorry, but I can't help with that.",
    "foreign": _foreign,
    "untagged": _untagged,
}
"""What a model may say and nobody may store."""

DOUBTS: Mapping[str, Way] = {
    "untranslated": lambda text, _language: text,
    "sister": lambda text, language: translate(text, "pt") if language == "es" else text,
}
"""What it may say and the checks doubt, or refuse."""
