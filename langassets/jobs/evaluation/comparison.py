"""What the replaced system decided, held against what langassets would: by its settings, and by today's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.names import language_keys
from langassets.database.usage import statistics
from langassets.database.usage.statistics import LanguageRow
from langassets.jobs.evaluation import one_language
from langassets.jobs.evaluation.evaluate import foresee
from langassets.settings import Settings
from langassets.tiering.policy import TierDecision

PARITY = {
    "tier_half_life_days": 0.0,
    "promote_share": 0.05,
    "demote_share": 0.05,
    "tier_min_requests": 0,
}
"""Settings by which langassets decides as the replaced system does."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One language: its row in `language_stats`, None where it has none, and both decisions."""

    row: LanguageRow | None
    parity: TierDecision
    today: TierDecision

    @property
    def language(self) -> str:
        """Its code."""
        return self.parity.language

    @property
    def stands(self) -> bool | None:
        """The flag that stands in the row."""
        return self.row.is_frequent if self.row else None

    @property
    def agrees(self) -> bool:
        """Whether the flag is what its own rule gives now."""
        return self.stands is None or self.stands == self.parity.frequent

    @property
    def changes(self) -> bool:
        """Whether today's settings would change the flag."""
        return self.today.frequent != bool(self.stands)

    def lines(self) -> Iterator[str]:
        """Why there is a difference, in words; nothing where there is none."""
        stands = f"{self.language}: stands as {_word(self.stands)}"
        if not self.agrees:
            at = self.row.updated_at if self.row else None
            on = f" (its row was last changed on {at:%Y-%m-%d at %H:%M} UTC)" if at else ""
            yield (
                f"{stands}, and its own rule now says {_word(self.parity.frequent)} ({self.parity.reason}). "
                f"Its counters may have moved since the flag was written{on}."
            )
        if self.changes:
            yield f"{stands}, and today's settings say {_word(self.today.frequent)} ({self.today.reason})."


def compare(data: sa.Engine, settings: Settings, now: datetime) -> tuple[Compared, ...]:
    """Each language that has a row or is predefined, in the order of its share of all requests ever; nothing
    is written."""
    with reading(data) as connection:
        rows = one_language.counters(statistics.language_rows(connection), language_keys.load(connection))
    today = {one.language: one for one in foresee(data, settings, now)}
    parity = foresee(data, settings.model_copy(update=PARITY), now)
    return tuple(Compared(rows.get(one.language), one, today[one.language]) for one in parity)


def _word(frequent: bool | None) -> str:
    return "frequent" if frequent else "not frequent"
