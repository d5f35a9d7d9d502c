"""How much a model can answer at once, and how many tokens a text is likely to be.

Estimates, on the careful side: they decide how large a batch is and what a plan will cost, and what is
billed is what the provider reports.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import ceil

from langassets.locales import script_of

# Most tokens of one answer, from the providers' model pages, 2026-11-23; the longest name that fits counts.
_OUTPUT_TOKENS: Mapping[str, int] = {
    "gpt-6": 128_000,
    "gpt-5": 128_000,
    "gpt-4.1": 32_768,
    "gpt-4o": 16_384,
    "o3": 100_000,
    "o4": 100_000,
    "gemini-2.0": 8_192,
    "gemini-2.5": 65_536,
    "gemini-3": 65_536,
    "pseudo": 1_000_000,
}
_UNKNOWN_MODEL = 4_096

ANSWER_TOKENS = 8_000
"""Aimed at for one answer: at 100 tokens a second it is there in 80 s, within TRANSLATION_TIMEOUT's
default, and the instructions weigh little beside it."""

MOST_SEGMENTS = 250
"""In one request: models lose count in very long lists."""

ITEM_TOKENS = 10
"""What one item of an answer costs beside its text: `{"id":12,"text":""},`."""

# Characters a token, by script: between what OpenAI's o200k and Gemini's tokenizers make of plain prose,
# rounded down.
_CHARACTERS_A_TOKEN: Mapping[str, float] = {
    "Latn": 3.3,
    "Cyrl": 2.6,
    "Grek": 2.2,
    "Hebr": 2.1,
    "Arab": 2.3,
    "Hans": 1.1,
    "Hant": 1.0,
    "Jpan": 1.2,
    "Kore": 1.4,
    "Thai": 1.8,
    "Deva": 2.0,
}
_OTHER_SCRIPT = 1.5
_ENGLISH = 4.0

# Length of a translation over that of its English source, by script: medians are 0.9 for Hebrew and
# Arabic and 1.3 for French; ideographs say the same in a third.
_EXPANSION: Mapping[str, float] = {
    "Hebr": 1.0,
    "Arab": 1.0,
    "Hans": 0.5,
    "Hant": 0.5,
    "Jpan": 0.6,
    "Kore": 0.7,
}
_OTHER_EXPANSION = 1.3


def output_limit(model: str) -> int:
    """Most tokens that one answer of `model` may have; a careful figure for one that is not known."""
    fits = [name for name in _OUTPUT_TOKENS if model.removeprefix("models/").startswith(name)]
    return _OUTPUT_TOKENS[max(fits, key=len)] if fits else _UNKNOWN_MODEL


def batch_tokens(model: str) -> int:
    """Tokens of answer that a batch for `model` is planned for: half of what it can, so that an answer that
    runs longer than expected is not cut."""
    return min(ANSWER_TOKENS, output_limit(model) // 2)


def tokens_of(text: str, language: str) -> int:
    """About how many tokens `text` is, written in `language`."""
    return ceil(len(text) / _characters_a_token(language))


def answer_tokens(text: str, target_language: str) -> int:
    """About how many tokens the answer's item for `text` is, once it is translated."""
    return ceil(len(text) * _expansion(target_language) / _characters_a_token(target_language)) + ITEM_TOKENS


def answer_bound(texts: Sequence[str], target_language: str, model: str, reasoning: int) -> int:
    """Most tokens that an answer to `texts` may have before it is cut: well beyond what any sound one takes,
    with so many for `reasoning`, and never more than the model can.

    A bound on what an answer costs that does not end; not larger than it must be, for providers count it
    towards their limits.
    """
    expected = sum(answer_tokens(text, target_language) for text in texts)
    return min(output_limit(model), 2 * expected + 500 + reasoning)


@lru_cache(maxsize=512)
def _characters_a_token(language: str) -> float:
    if language.split("-", maxsplit=1)[0] == "en":
        return _ENGLISH
    return _CHARACTERS_A_TOKEN.get(script_of(language) or "", _OTHER_SCRIPT)


@lru_cache(maxsize=512)
def _expansion(language: str) -> float:
    return _EXPANSION.get(script_of(language) or "", _OTHER_EXPANSION)
