"""What models were asked for and what they said: whether each question had a reason."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple


class Said(Enum):
    """What came of a question."""

    SOUND = "a sound translation"
    UNSOUND = "something, or nothing in a whole answer"
    NOTHING = "no answer"


class Asked(NamedTuple):
    """A text that a model is asked for in a language."""

    provider: str
    model: str
    language: str
    text: str


@dataclass
class Entry:
    """What is known of a question: what it was asked `because` of, and since when it rests, after how many
    refusals with nothing changed, and how many there ever were. What a run left that did not come to its end
    is not `sure`."""

    because: object = None
    sound: bool = False
    sure: bool = True
    refused_at: datetime | None = None
    times: int = 0
    ever: int = 0


@dataclass
class Ledger:
    """`because` gives what a question is asked for: while that stays the same, what has been refused may be
    asked for again only after days, whose number doubles, and what has been said not at all."""

    because: Callable[[Asked], object]
    _known: dict[Asked, Entry] = field(default_factory=lambda: defaultdict(Entry))
    _run: dict[Asked, tuple[object, list[Said]]] = field(default_factory=dict)

    def ask(self, question: Asked, now: datetime) -> None:
        """A question is about to be paid for; raises where it has no reason."""
        entry, because = self._known[question], self.because(question)
        again_in_this_run = question in self._run
        self._run.setdefault(question, (because, []))
        if again_in_this_run or not entry.sure or entry.because != because:
            return
        assert not entry.sound, f"said, paid for, and asked for again: {question}"
        if entry.refused_at is not None:
            until = _until(entry.refused_at, entry.times)
            assert now >= until, (
                f"nothing has changed, and it is {now}, not {until}: asked again for {question}"
            )

    def hear(self, question: Asked, said: Said) -> None:
        """Note what came of a question."""
        self._run[question][1].append(said)

    def end(self, now: datetime, *, whole: bool, refused: Callable[[Asked], datetime | None]) -> None:
        """The run of `now` is over; where it was not `whole`, `refused` tells what is remembered of it."""
        run, self._run = self._run, {}
        for question, (because, answers) in run.items():
            entry = self._known[question]
            if entry.because != because:
                entry.times = 0
            entry.because, entry.sound, entry.sure = because, Said.SOUND in answers, whole
            entry.refused_at = None
            if entry.sound:
                entry.times = 0
            elif whole and answers and Said.NOTHING not in answers:
                entry.refused_at = now
            else:
                entry.refused_at = refused(question)
                entry.sure = entry.refused_at is not None
            if entry.refused_at == now:
                entry.times += 1
                entry.ever += 1

    def rests(self, question: Asked, now: datetime) -> bool:
        """Whether a model may well not be asked for it today."""
        entry = self._known[question]
        return entry.refused_at is not None and now < _until(entry.refused_at, entry.ever)


def _until(refused_at: datetime, times: int) -> datetime:
    return refused_at + timedelta(days=min(2 ** (max(times, 1) - 1), 60))
