"""Which languages are frequent right now: the tier in force, and the predefined ones in any case."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.decisions import current_tier
from langassets.database.names import language_keys
from langassets.locales import is_language_code, tag_of
from langassets.tiering.language_keys import LanguageKeys


@dataclass(frozen=True, slots=True)
class FrequentLanguages:
    """The codes that the frequent languages are kept under, in order, and those of languages that were
    decided against. A language has one code, unless the application uses several (`LanguageKeys.beside`)."""

    codes: tuple[str, ...]
    decided_against: tuple[str, ...]
    keys: LanguageKeys = field(default_factory=LanguageKeys)

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
        keys = language_keys.load(connection)
    frequent = [*(tier.frequent if tier else ()), *predefined]
    codes = {code for one in frequent for code in keys.all_of(one)}
    others = {keys.of(code) for code in tier.others} if tier else set()
    return FrequentLanguages(tuple(sorted(codes)), tuple(sorted(others - codes)), keys)
