"""Rows of a review file that are of one place alone, or of a text in every language."""

import re
from dataclasses import dataclass

import sqlalchemy as sa

from langassets.database.translations.reviews import Verdict
from langassets.errors import InputError
from langassets.ingestion.review.speaking import ALL, Request, Subject, subject_of
from langassets.ingestion.review.units import Reviewed

_TEXT = frozenset({"", "text"})
_IN_A_NOTE = re.compile(r"\s*scope:\s*(\S+)\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scoped:
    """What a row says, in its line, and whether it is a correction."""

    line: int
    subject: Subject
    changed: bool

    @property
    def rejects(self) -> bool:
        """Whether it speaks against a translation."""
        return self.subject.request.verdict is Verdict.REJECTED


def is_scoped(one: Reviewed) -> bool:
    """Whether a row is not of its text in its language, as rows are that say nothing else."""
    return one.scope.casefold() not in _TEXT


def scope_in(notes: list[str]) -> tuple[str, list[str]]:
    """What a reviewer's notes say of the scope (`scope: 17/text/4`), '' for nothing, and the other notes."""
    found = [match[1] for note in notes if (match := _IN_A_NOTE.match(note))]
    return (found[-1] if found else ""), [note for note in notes if not _IN_A_NOTE.match(note)]


def scoped(data: sa.Engine, one: Reviewed, held: str | None, reviewer: str, *, changed: bool) -> list[Scoped]:
    """What a row says, as a person would by command; `held` is what went out, where it is still in use, and
    `changed` whether the row has another. Raises `InputError` where it cannot be told what is meant."""
    if changed and one.scope.casefold() == ALL:
        raise InputError(
            "Its scope is all, which says that the text stays as it is in every language: leave it "
            "uncorrected, or give no scope."
        )
    if one.rejected and held is None:
        raise InputError("What is rejected is not in use any more: export again.")
    said = [(Verdict.REJECTED, held)] if one.rejected else []
    said += [(Verdict.ACCEPTED, one.text)] if changed or one.approved else []
    return [Scoped(one.line, _subject(data, one, *each, reviewer), changed) for each in said]


def _subject(
    data: sa.Engine, one: Reviewed, verdict: Verdict, translation: str | None, reviewer: str
) -> Subject:
    if one.scope.casefold() == ALL:
        return subject_of(data, Request(verdict, ALL, reviewer, text=one.source, reason=one.reason))
    language, reason = one.target_language, one.reason
    request = Request(verdict, language, reviewer, one.scope, translation=translation, reason=reason)
    found = subject_of(data, request)
    if found.segment.text != one.source:
        raise InputError(
            f"Its scope is {one.scope}, whose lesson says something else there: name a segment of this text."
        )
    return found
