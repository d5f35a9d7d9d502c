"""What the checks say of a translation, by name."""

from langassets.translation.checks import check, tidy
from langassets.translation.types import Segment, Term

LANGUAGES = [
    "he",
    "ar",
    "fa",
    "fr",
    "es",
    "de",
    "ru",
    "uk",
    "zh-CN",
    "zh-TW",
    "ja",
    "ko",
    "hi",
    "th",
    "iw",
    "pt_BR",
]


def names(source: str | Segment, translation: str, language: str, *terms: Term) -> list[str]:
    """The names of the checks that a translation from English fails, after the repairs."""
    segment = Segment(source) if isinstance(source, str) else source
    tidied = tidy(segment.text, translation, language)
    return [finding.name for finding in check(segment, tidied, "en", language, terms=terms)]
