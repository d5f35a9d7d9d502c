"""What was refused, in the database: it is not asked for again while nothing changes."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.rows import change_among, rows_among, upsert
from langassets.database.schema import refusals as table
from langassets.database.translations.stored import by_text_hash, identity_of, in_order, of_pair, storable
from langassets.translation.engine.tasks import NOT_IN_ANSWER
from langassets.translation.recipes import text_hash
from langassets.translation.refusals import Reason, Refusals, Refused, again_at, checks_version
from langassets.translation.types import MemoryKey

ANY_REFUSED = sa.exists(sa.select(table.c.target_language))
"""Whether anything was refused at all, to be asked together with others."""


@dataclass(frozen=True)
class DatabaseRefusals(Refusals):
    """The refusals in the database behind `engine`; any thread may use it at any time.

    `after_days` and `at_most_days` are as `translation.refusals.again_at` has them. While a run is tried
    again (`retrying`), what answers only left out may be asked for. Every method raises `DatabaseBusyError`
    or `DatabaseError`, as `connection` does.
    """

    engine: sa.Engine
    after_days: float
    at_most_days: float
    clock: Callable[[], datetime]
    retrying: bool = False

    def recall(self, keys: Sequence[MemoryKey]) -> Mapping[MemoryKey, Refused]:
        by_hash = by_text_hash(keys)
        languages = {key.target_language for key in keys}
        found: dict[MemoryKey, Refused] = {}
        with reading(self.engine) as connection:
            for row in self._rows(connection, languages, by_hash):
                of_row = (row.source_language, row.target_language, row.recipe)
                for key in by_hash[row.text_hash]:
                    if (key.source_language, key.target_language, key.recipe) == of_row:
                        found[key] = self._refused(row, key)
        return found

    def of_language(self, target_language: str) -> list[Refused]:
        """All that is not to be asked for in a language (a tag) today, by whichever recipe."""
        with reading(self.engine) as connection:
            return [
                self._refused(row, MemoryKey(row.text, row.source_language, target_language, row.recipe))
                for row in self._rows(connection, {target_language})
            ]

    def waiting(self, target_language: str) -> tuple[int, datetime | None]:
        """How many texts are not to be asked for in a language (a tag) today, and when the first may be."""
        moments: dict[str, datetime] = {}
        for one in self.of_language(target_language):
            if one.again_at:
                hashed = text_hash(one.key.text)
                moments[hashed] = min(one.again_at, moments.get(hashed, one.again_at))
        return len(moments), min(moments.values(), default=None)

    def keep(self, refused: Iterable[Refused]) -> None:
        """Keep what was refused, with today's checks and one more time than before by the same."""
        now = self.clock()
        rows = in_order(table, (_row(each, now) for each in refused))
        if not rows:
            return
        with writing(self.engine) as connection:
            before, identity = _times(connection, rows), identity_of(table)
            counted = [row | {"times": before.get(identity(row), 0) + 1} for row in rows]
            upsert(connection, table, counted)

    def _rows(
        self, connection: sa.Connection, targets: Collection[str], hashes: Iterable[str] | None = None
    ) -> Iterator[sa.Row[Any]]:
        query = sa.select(table)
        query = query.where(table.c.target_language.in_(targets), table.c.checks == checks_version())
        now = self.clock()
        for row in rows_among(connection, query.order_by(table.c.text_hash), table.c.text_hash, hashes):
            if now < self._again_at(row) and not (self.retrying and _is_left_out(row)):
                yield row

    def _again_at(self, row: sa.Row[Any]) -> datetime:
        return again_at(row.refused_at, row.times, self.after_days, self.at_most_days)

    def _refused(self, row: sa.Row[Any], key: MemoryKey) -> Refused:
        reasons = tuple(Reason(*each) for each in json.loads(row.reasons))
        return Refused(
            key, row.translation, reasons, row.doubted, row.provider, row.model, self._again_at(row)
        )


def _is_left_out(row: sa.Row[Any]) -> bool:
    return any(check == NOT_IN_ANSWER for check, _ in json.loads(row.reasons))


def forget_refusals(connection: sa.Connection, translated: Iterable[MemoryKey]) -> None:
    """Drop what was refused of texts that have a translation now, by whichever recipe."""
    by_pair: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key in translated:
        by_pair[key.source_language, key.target_language].add(text_hash(key.text))
    for (source, target), hashes in sorted(by_pair.items()):
        of_pairs = table.delete().where(of_pair(table, source, target))
        change_among(connection, of_pairs, table.c.text_hash, sorted(hashes))


def _times(connection: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], int]:
    """How often the checks of today have refused what stands there already, by identity."""
    by_language: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        by_language[row["target_language"]].add(row["text_hash"])
    columns = (*table.primary_key, table.c.times)
    query = sa.select(*columns).where(table.c.checks == checks_version())
    return {
        tuple(identity): times
        for target, hashes in by_language.items()
        for *identity, times in rows_among(
            connection, query.where(table.c.target_language == target), table.c.text_hash, sorted(hashes)
        )
    }


def _row(refused: Refused, now: datetime) -> dict[str, Any]:
    key = refused.key
    return {
        "target_language": key.target_language,
        "text_hash": text_hash(key.text),
        "source_language": key.source_language,
        "recipe": key.recipe,
        "text": storable(key.text),
        "translation": None if refused.translation is None else storable(refused.translation),
        "reasons": storable(json.dumps(refused.reasons, ensure_ascii=False)),
        "doubted": refused.doubted,
        "checks": checks_version(),
        "provider": refused.provider,
        "model": refused.model,
        "refused_at": now,
    }
