"""A segment and its translation, with what every check reads of them worked out once."""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from langassets.locales import tag_of
from langassets.translation.checks.scripts import scripts_of
from langassets.translation.markdown.escaping import TAG
from langassets.translation.types import Segment, Term

# Letters with their marks: an Arabic or Devanagari word is one word, an apostrophe ends one.
WORD = re.compile(
    r"[^\W\d_]++"
    r"(?:[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f]++[^\W\d_]*+)*+"
)
_ASCII_WORD = re.compile("[A-Za-z]+")
# Marks that only order the characters around them: U+061C, U+200E and U+200F, U+202A to 202E, U+2066 to 2069.
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a translation: the check that saw it, and what a translator should know.

    A doubt may be wrong about a good translation; whatever is no doubt is an error.
    """

    name: str
    reason: str
    is_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a sound translation is, in characters, over its source: the shortest and the longest."""

    low: float
    high: float


@dataclass(frozen=True)
class Pair:
    """What a check is handed: languages are application codes or BCP-47 tags; `code` says what stands in code
    elsewhere in the lesson, and is asked where it matters; `formality` is `formal`, `informal` or ''."""

    segment: Segment
    translation: str
    source_language: str
    target_language: str
    terms: Sequence[Term] = ()
    bounds: Bounds | None = None
    code: Callable[[], Collection[str]] = frozenset
    formality: str = ""

    @cached_property
    def source(self) -> str:
        """The segment's text."""
        return self.segment.text

    @cached_property
    def target(self) -> str:
        """The target's language subtag: `he`, `zh`."""
        return subtag_of(self.target_language)

    @property
    def is_from_english(self) -> bool:
        """Whether the source is English, of any region."""
        return self.source_language.lower().startswith("en")

    @cached_property
    def source_prose(self) -> str:
        """The source's text without tags."""
        return prose_of(self.source)

    @cached_property
    def prose(self) -> str:
        """The translation without tags and direction marks."""
        return prose_of(self.translation)

    @cached_property
    def source_words(self) -> list[str]:
        """The source's words as they are written."""
        return words_in(self.source_prose)

    @cached_property
    def source_vocabulary(self) -> frozenset[str]:
        """The source's words in small letters."""
        return frozenset(map(str.lower, self.source_words))

    @cached_property
    def words(self) -> list[str]:
        """The translation's words as they are written."""
        return words_in(self.prose)

    @cached_property
    def new_words(self) -> list[str]:
        """Those of them that the source does not have."""
        known = self.source_vocabulary
        return [word for word in self.words if word.lower() not in known]

    @cached_property
    def scripts(self) -> frozenset[str]:
        """The scripts of the translation's letters, '' for what is no letter."""
        return scripts_of(self.prose)

    @cached_property
    def tags(self) -> list[int]:
        """The numbers of the tags in the translation, in its order."""
        return [int(number) for number in TAG.findall(self.translation)]


def subtag_of(language: str) -> str:
    """The language alone of a code: `he` for `iw`, `zh` for `zh_TW`."""
    return tag_of(language).split("-")[0].lower()


def words_in(text: str) -> list[str]:
    """The words of a text as they are written."""
    return (_ASCII_WORD if text.isascii() else WORD).findall(text)


def prose_of(text: str) -> str:
    """A text with a space for each tag and without direction marks."""
    prose = TAG.sub(" ", text) if "<x" in text else text
    return prose if prose.isprintable() else DIRECTION_MARKS.sub("", prose)


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """A text without what one spelling of a word has and another has not: vowel points, accents, tatweel and
    case."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign) and sign != "\u0640")
