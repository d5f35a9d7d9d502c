"""Which languages are frequent right now: the tier in force, and the predefined ones in any case."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.decisions import current_tier
from langassets.locales import is_language_code, tag_of


@dataclass(frozen=True, slots=True)
class FrequentLanguages:
    """The application's codes of the frequent languages, in order, and of those that were decided against."""

    codes: tuple[str, ...]
    decided_against: tuple[str, ...]

    def includes(self, code: str) -> bool:
        """Whether a code names a frequent language, under whichever of its codes (`iw`, `he`)."""
        return tag_of(code) in {tag_of(frequent) for frequent in self.codes}

    def others(self, known: Iterable[str] = ()) -> tuple[str, ...]:
        """Languages that are not frequent: those decided against, and those of `known` that are not."""
        candidates = {*self.decided_against, *(code for code in known if is_language_code(code))}
        return tuple(sorted(code for code in candidates if not self.includes(code)))


def frequent_languages(data: sa.Engine, predefined: Iterable[str]) -> FrequentLanguages:
    """The frequent languages: before the first evaluation these are the predefined ones."""
    with reading(data) as connection:
        tier = current_tier(connection)
    frequent = list(tier.frequent) if tier else []
    tags = {tag_of(code) for code in frequent}
    frequent += [code for code in predefined if tag_of(code) not in tags]
    return FrequentLanguages(tuple(sorted(frequent)), tier.others if tier else ())
