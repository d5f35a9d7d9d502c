"""The translation memory, in the database: read in bulk, written as answers arrive.

Translations that a person approved or imported stand under the recipe '' and hold whatever the recipe
that is asked for; a model's stand under the recipe that made them, and never replace an approved one.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.rows import LOOKUP, chunks, rows_among, upsert
from langassets.database.schema import translation_memory as table
from langassets.database.translations import rejections
from langassets.database.translations.refusals import ANY_REFUSED, forget_refusals
from langassets.database.translations.stored import APPROVED as APPROVED
from langassets.database.translations.stored import by_text_hash, in_order, of_pair, of_pairs, storable
from langassets.translation.recipes import ANY_RECIPE, text_hash
from langassets.translation.types import Former, LanguagePair, Memory, MemoryKey, Rejection, Remembered

_SAMPLE = 5000
_RANGES = 100

IMPORTED = "import"


class KnownTexts:
    """What the memory holds for one target language, as a set of keys: 32 bytes a translation."""

    def __init__(self, rows: Iterable[tuple[str, str, str]], target_language: str) -> None:
        self._target_language = target_language
        self._digests = {self._digest(*row) for row in rows}

    def __contains__(self, key: object) -> bool:
        """Whether a translation is held for this MemoryKey, under its recipe or under any."""
        if not isinstance(key, MemoryKey) or key.target_language != self._target_language:
            return False
        hashed = text_hash(key.text)
        return any(
            self._digest(key.source_language, hashed, recipe) in self._digests
            for recipe in (key.recipe, ANY_RECIPE)
        )

    def __len__(self) -> int:
        return len(self._digests)

    @staticmethod
    def _digest(source_language: str, hashed: str, recipe: str) -> bytes:
        return hashlib.sha256(f"{source_language} {recipe} {hashed}".encode()).digest()


class DatabaseMemory(Memory):
    """The memory in the database behind `engine`; any thread may use it at any time.

    Every method raises `DatabaseBusyError` or `DatabaseError`, as `connection` does.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def recall(self, keys: Sequence[MemoryKey]) -> Mapping[MemoryKey, str]:
        by_hash = by_text_hash(keys)
        pairs = {(key.source_language, key.target_language) for key in keys}
        recipes = {key.recipe for key in keys} | {ANY_RECIPE}
        found: dict[MemoryKey, str] = {}
        with reading(self._engine) as connection:
            # '' sorts first: what a person approved is there before what a model made.
            rows = rows_among(connection, _lookup(pairs, recipes), table.c.text_hash, by_hash)
            for source, target, hashed, recipe, translation in rows:
                for key in by_hash[hashed]:
                    is_of_pair = (key.source_language, key.target_language) == (source, target)
                    if is_of_pair and recipe in (key.recipe, ANY_RECIPE):
                        found.setdefault(key, translation)
        return found

    def remember(self, translations: Iterable[Remembered]) -> None:
        with writing(self._engine) as connection:
            remember(connection, translations)

    def rejected(
        self, texts: Mapping[LanguagePair, Collection[str]]
    ) -> Mapping[tuple[str, str, str], Sequence[Rejection]]:
        with reading(self._engine) as connection:
            return rejections.rejections(connection, texts)

    def forget(self, translations: Iterable[Remembered]) -> None:
        rows = [_row(kept, datetime.now(UTC)) for kept in translations]
        if not rows:
            return
        with writing(self._engine) as connection:
            for row in rows:
                own = [column == row[column.name] for column in table.primary_key]
                as_kept = [table.c.translation == row["translation"], table.c.origin == row["origin"]]
                connection.execute(sa.delete(table).where(*own, *as_kept))

    def pairs(self, source_language: str, target_language: str) -> Sequence[tuple[str, str]]:
        """Sources and translations for a pair of languages, the newest 5,000; no pseudo-translations."""
        query = (
            sa.select(table.c.text, table.c.translation)
            .where(of_pair(table, source_language, target_language), table.c.provider != "pseudo")
            .order_by(table.c.created_at.desc())
            .limit(_SAMPLE)
        )
        with reading(self._engine) as connection:
            return [(text, translation) for text, translation in connection.execute(query)]

    def worded(
        self, source_language: str, target_language: str, beginnings: Iterable[str]
    ) -> dict[str, Former]:
        """Texts with a translation of each, a person's before a model's and the newest before all others: by
        the beginning of their hash, as far as they are held. For context: any recipe is as good."""
        columns = (table.c.text_hash, table.c.text, table.c.translation)
        newest_last = (sa.case((table.c.recipe == ANY_RECIPE, 1), else_=0), table.c.created_at)
        found: dict[str, Former] = {}
        with reading(self._engine) as connection:
            for some in chunks(beginnings, _RANGES):
                # What follows every hexadecimal digit ends the range.
                ranges = [table.c.text_hash.between(each, f"{each}~") for each in some]
                of_languages = of_pair(table, source_language, target_language)
                query = sa.select(*columns).where(of_languages, sa.or_(*ranges))
                for hashed, text, translation in connection.execute(query.order_by(*newest_last)):
                    found[hashed[: len(some[0])]] = Former(text, translation)
        return found

    def known(self, target_language: str) -> KnownTexts:
        """All that may be used for a target language, in one reading: for questions about whole lessons."""
        columns = (table.c.source_language, table.c.text_hash, table.c.recipe)
        query = sa.select(*columns).where(table.c.target_language == target_language, _usable())
        with reading(self._engine) as connection:
            rows = connection.execute(query.execution_options(yield_per=10_000))
            return KnownTexts(((row[0], row[1], row[2]) for row in rows), target_language)

    def approved_state(self, target_language: str) -> str:
        """A short text that changes when approved, imported or rejected translations for a language do, ''
        for none."""
        query = sa.select(sa.func.count(), sa.func.max(table.c.created_at)).where(
            table.c.target_language == target_language, table.c.recipe == ANY_RECIPE
        )
        with reading(self._engine) as connection:
            count, newest = connection.execute(query).one()
            rejected = rejections.state(connection, target_language)
        return (f"{count} {newest.isoformat()}" if count else "") + rejected

    def everything(self, languages: Sequence[str] = ()) -> Iterator[Remembered]:
        """Every translation, by target language; of `languages` alone where some are given."""
        query = sa.select(table).order_by(table.c.target_language, table.c.text_hash, table.c.recipe)
        if languages:
            query = query.where(table.c.target_language.in_(languages))
        with reading(self._engine) as connection:
            for row in connection.execute(query.execution_options(yield_per=1000)).mappings():
                key = MemoryKey(row["text"], row["source_language"], row["target_language"], row["recipe"])
                yield Remembered(key, row["translation"], row["provider"], row["model"], row["origin"])


def remember(connection: sa.Connection, translations: Iterable[Remembered]) -> None:
    """Keep translations within a transaction, all of them or none. What a person rejected is not kept, unless
    one approves it after all; what was refused of the same texts is forgotten."""
    now = datetime.now(UTC)
    every = list(translations)
    rows = in_order(table, (_row(kept, now) for kept in every))
    if rows:
        rejected, refused = connection.execute(sa.select(rejections.ANY_REJECTED, ANY_REFUSED)).one()
        if rejected:
            rows = rejections.without_rejected(connection, rows)
        upsert(connection, table, rows, _may_replace)
        if refused:
            forget_refusals(connection, (each.key for each in every))


def _lookup(pairs: Collection[tuple[str, str]], recipes: Collection[str]) -> sa.Select[Any]:
    columns = (table.c.source_language, table.c.target_language, table.c.text_hash)
    query = sa.select(*columns, table.c.recipe, table.c.translation)
    query = query.where(of_pairs(table, pairs), _usable())
    # With a glossary there is a recipe for each choice of terms: then all rows come, and Python picks.
    if len(recipes) <= LOOKUP:
        query = query.where(table.c.recipe.in_(sorted(recipes)))
    return query.order_by(table.c.text_hash, table.c.recipe)


def _usable() -> sa.ColumnElement[bool]:
    # What is rejected while a model says it again is in memory all the same.
    return sa.or_(table.c.origin == APPROVED, ~rejections.is_rejected())


def _may_replace(new: Any) -> sa.ColumnElement[bool]:
    # Decided in the statement itself: two processes may write at once. What says the same keeps its time,
    # which tells whether an object was made of it.
    differs = sa.or_(table.c.translation != new.translation, table.c.origin != new.origin)
    # No parameter: with one, PostgreSQL's driver sends a statement for each row.
    approved: sa.ColumnElement[str] = sa.literal_column(f"'{APPROVED}'")
    return sa.and_(differs, sa.or_(table.c.origin != approved, new.origin == approved))


def _row(kept: Remembered, now: datetime) -> dict[str, Any]:
    key = kept.key
    return {
        "target_language": key.target_language,
        "text_hash": text_hash(key.text),
        "source_language": key.source_language,
        "recipe": key.recipe if kept.origin == "model" else ANY_RECIPE,
        "text": storable(key.text),
        "translation": storable(kept.translation),
        "provider": kept.provider,
        "model": kept.model,
        "origin": kept.origin,
        "created_at": now,
    }
