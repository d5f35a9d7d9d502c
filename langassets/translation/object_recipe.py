"""By what a whole object was made: the recipe that the manifest keeps with it.

A language has one recipe for all its objects, which changes with the model, the glossary, and whatever a
person approves or imports. Where it has changed, the other parts tell which objects that concerns: those with
a term that is new in their texts, or with a text that a person now words otherwise. The others stay.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from langassets.translation.types import Term

_BETWEEN = "."
# Of what is kept of each hash, in hexadecimal digits: five such parts, and a number of up to three digits,
# fit into the manifest's 64 characters.
_DIGITS = 10
_TEXT_HASH = 32


class ObjectRecipe(NamedTuple):
    """The recipe of one object; each part is a hash, or '' for nothing.

    `language` is that of all the language's objects (`Recipes.of_object`), and the only part that earlier
    versions kept: the others are '' then. `terms` and `worded` are what the glossary and people say of the
    object's own texts. `mended` is how many of the `MENDINGS` were in force, and whose slugs links went by;
    '' for none.
    """

    language: str
    model: str = ""
    glossary: str = ""
    terms: str = ""
    worded: str = ""
    mended: str = ""

    @classmethod
    @lru_cache(maxsize=1024)  # a language's objects share a few
    def read(cls, kept: str) -> "ObjectRecipe":
        """The recipe as the manifest has it."""
        return cls(*kept.split(_BETWEEN)[:6])

    @property
    def is_whole(self) -> bool:
        """Whether it tells one object from another."""
        return bool(self.model)

    def makes_the_same_as(self, other: "ObjectRecipe") -> bool:
        """Whether an object made by the other stands word for word as this one would make it."""
        own = (self.model, self.terms, self.worded)
        return self.is_whole and own == (other.model, other.terms, other.worded)

    def __str__(self) -> str:
        if not self.is_whole:
            return self.language
        return _BETWEEN.join(self if self.mended else self[:-1])


def digest(parts: Sequence[object], digits: int = _DIGITS) -> str:
    """A part of a recipe, or with more `digits` one of its own; '' of nothing."""
    if not parts:
        return ""
    return hashlib.sha256(json.dumps(list(parts), ensure_ascii=False).encode()).hexdigest()[:digits]


def terms_digest(terms: Iterable[Term]) -> str:
    """The part for the glossary's terms that occur in an object's texts, or that a language has."""
    return digest([term.parts for term in terms])


def worded_digest(texts: Iterable[str], worded: Mapping[str, str]) -> str:
    """The part for what people word otherwise than the model: `texts` of an object and `worded` by the
    `short_hash` of each, the latter with a hash of the translation."""
    return digest(sorted([text, worded[text]] for text in set(texts) if text in worded))


def short_hash(hashed: str) -> str:
    """As much of a text's hash (`text_hash`) as tells a text from all others."""
    return hashed[:_TEXT_HASH]


def packed(hashes: Iterable[str]) -> bytes:
    """Short hashes as the database keeps those of a content: 16 bytes each."""
    return bytes.fromhex("".join(hashes))


def unpacked(kept: bytes) -> list[str]:
    """The short hashes that were `packed`."""
    digits = kept.hex()
    return [digits[start : start + _TEXT_HASH] for start in range(0, len(digits), _TEXT_HASH)]
