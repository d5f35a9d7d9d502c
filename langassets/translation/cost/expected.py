"""How many tokens texts are likely to take of a model: the middle, where `tokens` has a careful figure.

The figures are by language, measured with real tokenizers: `figures.yaml`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from langassets.data_files import read_data
from langassets.locales import script_of

TAG = re.compile(r"<x\d+/>")
"""What stands for a protected part of a segment."""

MESSAGES = 9
"""What chat completions add to the messages, as OpenAI's cookbook counts it: 3 tokens for each of two, 3 for
the answer."""


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """What texts take of one tokenizer, in tokens: of a character of each language, of a protected part, of
    the instructions and of what stands around texts, of an answer and each of its items, of its schema."""

    tokens: Mapping[str, float]
    tag: float
    prompt: float
    frame: float
    answer: float
    item: float
    schema: float

    def written(self, text: str, language: str) -> float:
        """Tokens of a text that stands in `language`."""
        return len(TAG.findall(text)) * self.tag + len(bare(text)) * _of(self.tokens, language)

    def translated(self, text: str, source: str, target: str) -> float:
        """Tokens of the translation of `text`."""
        lengths = _lengths()
        longer = _of(lengths, target) / (1.0 if _is_english(source) else _of(lengths, source))
        return len(TAG.findall(text)) * self.tag + len(bare(text)) * longer * _of(self.tokens, target)

    def request(self, told: str, sent: str, within: Iterable[tuple[str, str]]) -> float:
        """Tokens of a request: of its instructions and what is `sent`, `within` which these texts stand, each
        with its language, and of all that goes with them."""
        texts = list(within)
        around = max(0, len(sent) - sum(len(text) for text, _ in texts))
        inner = sum(self.written(text, language) for text, language in texts)
        return len(told) * self.prompt + around * self.frame + inner + self.schema + MESSAGES

    def reply(self, texts: Sequence[str], source: str, target: str) -> float:
        """Tokens of the answer that translates `texts`."""
        inner = sum(self.translated(text, source, target) for text in texts)
        return self.answer + self.item * len(texts) + inner


def bare(text: str) -> str:
    """A segment without what stands for its protected parts."""
    return TAG.sub("", text)


def tokenizer_of(model: str) -> Tokenizer:
    """The tokenizer of a model; OpenAI's where it is not known, as gateways mostly lead to such."""
    return _tokenizer("gemma" if "gemini" in model or "gemma" in model else "o200k")


def is_measured(language: str) -> bool:
    """Whether there are figures of the language itself, rather than of its script."""
    return language in _lengths() or language.split("-")[0] in _lengths() or _is_english(language)


@cache
def _figures() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_data(__package__, "figures")
    return found


@cache
def _lengths() -> Mapping[str, float]:
    return _hundredths(_figures()["length"])


@cache
def _tokenizer(name: str) -> Tokenizer:
    found = _figures()[name]
    around = _hundredths({part: found[part] for part in ("prompt", "frame")})
    return Tokenizer(**found | around | {"tokens": _hundredths(found["tokens"])})


def _hundredths(figures: Mapping[str, float]) -> Mapping[str, float]:
    return {name: figure / 100 for name, figure in figures.items()}


def _of(figures: Mapping[str, float], language: str) -> float:
    names = (language, language.split("-", maxsplit=1)[0], script_of(language) or "other", "other")
    return next(figures[name] for name in names if name in figures)


def _is_english(language: str) -> bool:
    return language.split("-", maxsplit=1)[0] == "en"
