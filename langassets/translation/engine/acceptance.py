"""Whether an answer may be kept: each translation tidied, then held against every check."""

from collections.abc import Callable, Collection, Iterable, Sequence

from langassets.translation.checks import STRUCTURE, Bounds, Finding, check, tidy
from langassets.translation.documents.former import same_words
from langassets.translation.types import Batch, Former, Rejection, Segment

ECHO = "former"
"""The check of a translation that says what the former version's said."""

REJECTED = "rejected"
"""The check of a translation that a person rejected."""


def tidy_and_check(
    segment: Segment,
    translation: str,
    batch: Batch,
    provider: str,
    bounds: Bounds | None,
    code: Callable[[], Collection[str]],
) -> tuple[str, Sequence[Finding]]:
    """A translation as it would be kept, and all that speaks against keeping it; `code` says what stands in
    code elsewhere in the lesson."""
    pair = (batch.source_language, batch.target_language)
    if provider == "pseudo":  # it says nothing in the target's language: only the structure can be checked
        return translation, check(segment, translation, *pair, names=STRUCTURE)
    tidied = tidy(segment.text, translation, batch.target_language)
    return tidied, check(segment, tidied, *pair, terms=batch.terms, bounds=bounds, code=code)


def code_in(segments: Iterable[Segment]) -> Collection[str]:
    """What stands in code in these segments."""
    return {part.strip("` ") for segment in segments for part in segment.protected if part.startswith("`")}


def fits(segment: Segment, translation: str, source_language: str, target_language: str) -> bool:
    """Whether a translation that was made for the same text elsewhere can stand for this segment: its
    protected parts may be others (a link here, code there), and memory may have been imported."""
    if not segment.protected and "<" not in translation:
        return bool(translation.strip())
    return not check(segment, translation, source_language, target_language, names=frozenset({"protected"}))


def echo(text: str, translation: str, former: Former | None) -> Sequence[Finding]:
    """What speaks against a translation that is the former one, word for word, where the text's words are
    others now: it may have been copied from what was shown. It is asked for once more without that."""
    if former is None or translation != former.translation or same_words(text, former.source):
        return ()
    return (Finding(ECHO, "the text has changed, and its translation has not"),)


def unwanted(rejected: Sequence[Rejection]) -> Sequence[Finding]:
    """What a model is told of a text whose last translation a person rejected; nothing where none did."""
    if not rejected:
        return ()
    why = rejected[-1].reason
    return (Finding(REJECTED, f"a reviewer rejected it{f': {why}' if why else ''}; translate otherwise"),)


def said_again(translation: str, rejected: Sequence[Rejection]) -> Sequence[Finding]:
    """What speaks against a translation that a person rejected."""
    return unwanted([each for each in rejected if each.is_said_by(translation)])


def complaint(findings: Sequence[Finding]) -> str:
    """The findings in a line, for the model that is asked again; '' where it is to start afresh."""
    findings = [finding for finding in findings if finding.name != ECHO]
    return "; ".join(f"{finding.name}: {finding.reason}" for finding in findings)[:400]
