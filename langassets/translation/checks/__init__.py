"""Checks: whether a translation may be stored, each with a name and a reason.

`tidy` first repairs what cannot be meant; `check` then says everything that is wrong with the rest. What a
check raises is an error, which is never stored, or a doubt (`DOUBTS`), which a lesson may have few of.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache

from langassets.translation.checks.added import active, addresses, characters
from langassets.translation.checks.direction import direction, isolate_ltr
from langassets.translation.checks.glossary import glossary, inflection
from langassets.translation.checks.languages.language import language, load_identifier_for
from langassets.translation.checks.languages.letters import foreign, letters, script
from langassets.translation.checks.languages.untranslated import untranslated
from langassets.translation.checks.length import default_bounds, ending, learn_bounds, length
from langassets.translation.checks.markup import markup, protected
from langassets.translation.checks.meaning.customs import formality, punctuation
from langassets.translation.checks.meaning.links import links
from langassets.translation.checks.meaning.negation import negation
from langassets.translation.checks.meaning.units import units
from langassets.translation.checks.numbers import numbers
from langassets.translation.checks.pair import Bounds, Finding, Pair
from langassets.translation.checks.tidy import tidy
from langassets.translation.checks.wording import preamble, refusal, wrapping
from langassets.translation.types import Segment, Term

__all__ = [
    "CHECKS",
    "DOUBTS",
    "STRUCTURE",
    "Bounds",
    "Finding",
    "check",
    "default_bounds",
    "isolate_ltr",
    "learn_bounds",
    "tidy",
]


def empty(pair: Pair) -> Iterator[str]:
    """There is a letter or a digit in it."""
    if not any(character.isalnum() for character in pair.prose):
        yield "there is nothing in it"


CHECKS: Mapping[str, Callable[[Pair], Iterator[str]]] = {
    "empty": empty,
    "protected": protected,
    "markup": markup,
    "active": active,
    "characters": characters,
    "wrapping": wrapping,
    "preamble": preamble,
    "refusal": refusal,
    "untranslated": untranslated,
    "script": script,
    "letters": letters,
    "foreign": foreign,
    "language": language,
    "numbers": numbers,
    "addresses": addresses,
    "units": units,
    "negation": negation,
    "links": links,
    "length": length,
    "ending": ending,
    "punctuation": punctuation,
    "formality": formality,
    "direction": direction,
    "glossary": glossary,
    "inflection": inflection,
}
"""Every check by its name, in the order in which findings come."""

STRUCTURE = frozenset({"empty", "protected", "markup", "active", "characters", "wrapping", "addresses"})
"""The checks that hold for any text in place of the source, a pseudo-translation too."""

_OTHER_ERRORS = {"preamble", "refusal", "script", "letters", "direction", "glossary"}
DOUBTS = frozenset(CHECKS) - STRUCTURE - _OTHER_ERRORS
"""The checks that raise doubts: they judge by likeness, and a sound translation may look wrong to them. All
others raise errors."""


def check(
    segment: Segment,
    translation: str,
    source_language: str,
    target_language: str,
    *,
    terms: Sequence[Term] = (),
    bounds: Bounds | None = None,
    names: Collection[str] = CHECKS.keys(),
    code: Callable[[], Collection[str]] = frozenset,
) -> list[Finding]:
    """Everything that is wrong with a translation, in the order of `CHECKS`; an empty list for a sound one.

    `terms` are the glossary's for the target, `bounds` what was learnt of the language's length (the
    defaults otherwise), `names` the checks to make; `code` says what stands in code elsewhere in the lesson.
    """
    address = next((term.translation or "" for term in terms if not term.source), "")
    terms = [term for term in terms if term.source]
    pair = Pair(segment, translation, source_language, target_language, terms, bounds, code, address)
    if nothing := [Finding("empty", reason) for reason in empty(pair)]:
        return nothing
    return [
        Finding(name, reason, name in DOUBTS)
        for name, run in CHECKS.items()
        if name in names
        for reason in run(pair)
    ]


@cache
def prepare(source_language: str, target_language: str) -> None:
    """Load what the checks of a pair of languages need: before a request, for what is said while they load
    would be lost to a kill. Raises `PassingError` where that cannot be had."""
    text = "What the checks need, 10 MB or so, is loaded before an answer is paid for."
    check(Segment(text), text.replace("need", "want"), source_language, target_language)
    load_identifier_for(target_language)
