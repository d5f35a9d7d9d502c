"""What a judge said of translations: kept, so that the same is not paid for twice."""

import json
from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.rows import upsert
from langassets.database.schema import judgements as table
from langassets.database.translations.rejections import said_hash
from langassets.database.translations.stored import storable
from langassets.translation.judging import MqmError
from langassets.translation.recipes import text_hash


class Judged(NamedTuple):
    """Which translation of which text, as their hashes, into a language that is known; the source language is
    a tag."""

    source_language: str
    text: str
    said: str

    @classmethod
    def of(cls, source_language: str, text: str, translation: str) -> "Judged":
        """That of a translation."""
        return cls(source_language, text_hash(text), said_hash(translation))


class Judgement(NamedTuple):
    """The errors that a judge found, None where its answer was of no use; `judge` is its recipe."""

    judge: str
    errors: tuple[MqmError, ...] | None


def judgements(connection: sa.Connection, target_language: str) -> dict[Judged, Judgement]:
    """The last judgement on each translation into a language (a tag)."""
    query = sa.select(
        table.c.source_language, table.c.text_hash, table.c.said, table.c.judge, table.c.errors
    ).where(table.c.target_language == target_language)
    return {
        Judged(source, text, said): Judgement(judge, _errors(errors))
        for source, text, said, judge, errors in connection.execute(query)
    }


def keep_judgements(
    connection: sa.Connection,
    target_language: str,
    found: Iterable[tuple[Judged, Judgement]],
    model: str,
    now: datetime,
) -> None:
    """Keep what `model` said; an earlier judgement on the same translation gives way."""
    rows = [
        {
            "target_language": target_language,
            "text_hash": judged.text,
            "source_language": judged.source_language,
            "said": judged.said,
            "judge": judgement.judge,
            "model": model,
            "errors": None
            if judgement.errors is None
            else storable(json.dumps(judgement.errors, ensure_ascii=False)),
            "judged_at": now,
        }
        for judged, judgement in sorted(found, key=itemgetter(0))
    ]
    upsert(connection, table, rows)


def _errors(kept: str | None) -> tuple[MqmError, ...] | None:
    return None if kept is None else tuple(MqmError(*one) for one in json.loads(kept))
