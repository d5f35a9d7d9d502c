"""A text without what one spelling of a word has and another has not."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """A text without vowel points, accents, tatweel and case."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign) and sign != "\u0640")
