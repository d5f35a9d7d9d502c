"""What becomes of a person's word on a translation: pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from langassets.database.translations.reviews import Review, Verdict


class Outcome(StrEnum):
    """What became of a word."""

    TAKEN = "taken"
    ALREADY = "already"  # somebody said so before: nothing changes
    CONFLICT = "conflict"  # somebody else said otherwise
    REFUSED = "refused"  # a check finds an error in it
    NOTHING = "nothing"  # there is no translation to speak of


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says of a translation of a text into a language; languages are tags.

    `translation` None means the one in use. `instead` says that it is to hold also where somebody else said
    otherwise.
    """

    verdict: Verdict
    source_language: str
    target_language: str
    text: str
    translation: str | None
    reviewer: str
    reason: str = ""
    instead: bool = False

    def review(self, translation: str | None, now: datetime) -> Review:
        """The word as it is kept, once it is known which translation it is about."""
        assert translation is not None
        languages = (self.source_language, self.target_language)
        return Review(*languages, self.text, translation, self.verdict, self.reviewer, self.reason, now)


class Answer(NamedTuple):
    """What became of a word, on which translation, and why, for people."""

    outcome: Outcome
    target_language: str
    translation: str | None
    message: str


def answer(
    word: Word, held: str | None, said: Sequence[Review], errors: Callable[[str], Sequence[str]]
) -> Answer:
    """What becomes of a word on a text of which `held` is the translation in use, and `said` all that people
    said before, the newest first. `errors` gives what no person can overrule in a translation."""
    translation = held if word.translation is None else word.translation
    if translation is None:
        return _without(word, said)
    on_this = next((one for one in said if one.translation == translation), None)
    # What was accepted may have been replaced since.
    in_force = on_this and (on_this.verdict is Verdict.REJECTED or translation == held)
    if on_this and in_force and on_this.verdict is word.verdict and not _adds(word, on_this):
        return _answer(Outcome.ALREADY, word, translation, f"{_told(on_this)} already.")
    against = _against(word, translation, held, said)
    if against and against.reviewer != word.reviewer and not word.instead:
        return _answer(Outcome.CONFLICT, word, translation, f"{_told(against)}. {_CURE}")
    if word.verdict is Verdict.ACCEPTED and (found := errors(translation)):
        return _answer(Outcome.REFUSED, word, translation, "; ".join(found))
    return _answer(Outcome.TAKEN, word, translation, f"{word.verdict}: {translation!r}")


_CURE = "Talk to them, or say that yours is to hold instead (--instead, `instead` in the API)."
_SHOWN = 80


def _adds(word: Word, review: Review) -> bool:
    """Whether a word gives a reason that was not given before."""
    return word.reason not in ("", review.reason)


def _against(word: Word, translation: str, held: str | None, said: Sequence[Review]) -> Review | None:
    """The word in force that this one goes against."""
    for one in said:
        same = one.translation == translation
        if one.verdict is Verdict.ACCEPTED and one.translation == held:
            if same is (word.verdict is Verdict.REJECTED):
                return one
        elif one.verdict is Verdict.REJECTED and same and word.verdict is Verdict.ACCEPTED:
            return one
    return None


def _without(word: Word, said: Sequence[Review]) -> Answer:
    rejected = next((one for one in said if one.verdict is Verdict.REJECTED), None)
    if word.verdict is Verdict.REJECTED and rejected:
        if _adds(word, rejected):
            text = rejected.translation
            return _answer(Outcome.TAKEN, word, text, f"{word.verdict}: {text!r}")
        return _answer(
            Outcome.ALREADY, word, None, f"{_told(rejected)} already; the next preload asks for another."
        )
    return _answer(Outcome.NOTHING, word, None, "there is no translation of it yet: name one to accept.")


def _answer(outcome: Outcome, word: Word, translation: str | None, message: str) -> Answer:
    return Answer(outcome, word.target_language, translation, message)


def _told(review: Review) -> str:
    """`Ada accepted 'שלום' on 2026-11-29 10:00 UTC (the term of the course)`."""
    text = review.translation
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    why = f" ({review.reason})" if review.reason else ""
    return f"{review.reviewer} {review.verdict} {shown!r} on {review.reviewed_at:%Y-%m-%d %H:%M} UTC{why}"
