"""The codes that languages are kept under: settled when a language is first met, and recorded for good."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.application import language_stats
from langassets.database.rows import upsert
from langassets.database.schema import language_keys as table
from langassets.database.schema import tier_decisions
from langassets.locales import is_language_code, tag_of
from langassets.tiering.language_keys import Candidate, LanguageKeys, language_keys

_log = logging.getLogger("langassets.languages")


def recorded(connection: sa.Connection) -> dict[str, str]:
    """What was settled, code by tag."""
    return {row.tag: row.key for row in connection.execute(sa.select(table.c.tag, table.c.key))}


def candidates(connection: sa.Connection) -> list[Candidate]:
    """Every spelling that stands in the application's statistics, the manifest or the tier in force."""
    stats = language_stats.c
    query = sa.select(stats.language_code, sa.func.coalesce(stats.total_requests, 0))
    requests = {row[0]: row[1] for row in connection.execute(query)}
    objects = manifest.object_counts(connection)
    newest = sa.select(sa.func.max(tier_decisions.c.evaluated_at)).scalar_subquery()
    query_decided = sa.select(tier_decisions.c.language).where(tier_decisions.c.evaluated_at == newest)
    decided = set(connection.scalars(query_decided))
    return [
        Candidate(code, requests.get(code), objects.get(code, 0), code in decided)
        for code in sorted({*requests, *objects, *decided})
        if is_language_code(code)
    ]


def load(connection: sa.Connection) -> LanguageKeys:
    """The code of each language as it stands; nothing is written."""
    return language_keys(recorded(connection), candidates(connection))


def record(connection: sa.Connection, at: datetime, more: Iterable[str] = ()) -> LanguageKeys:
    """The same, recorded: for every language that is known, and for those of `more` codes.

    Says in the log under which code a language is kept that could be kept under another.
    """
    before = recorded(connection)
    keys = language_keys(before, [*candidates(connection), *map(Candidate, more)])
    new = {tag: key for tag, key in sorted(keys.settled.items()) if before.get(tag) != key}
    upsert(connection, table, [{"tag": tag, "key": key, "settled_at": at} for tag, key in new.items()])
    for sentence in told(new, keys):
        _log.info("%s", sentence)
    return keys


def told(settled: Mapping[str, str], keys: LanguageKeys) -> Iterator[str]:
    """In words, what is worth telling of codes that were settled, by tag."""
    for tag, key in settled.items():
        if key != tag:
            yield f"{tag} is kept under {key}, as in your tables or objects: nothing is moved."
        if others := sorted(code for code in keys.merges if tag_of(code) == tag and code != key):
            yield (
                f"{tag} has objects under {' and '.join(others)} too: `langassets plan languages` shows how "
                f"they come under {key}."
            )
