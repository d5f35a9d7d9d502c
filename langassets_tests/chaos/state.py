"""What a system is in: storage, records and memory, without times and ids, so that two can be compared."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from langassets.database.application import language_stats
from langassets.database.connection import reading
from langassets.database.decisions import current_tier
from langassets.database.schema import (
    cleanup_journal,
    pending_writes,
    stored_objects,
    tier_decisions,
    translation_memory,
)

Objects = Mapping[str, bytes]
_TIME = re.compile(r"\.\d{8}T\d{12}Z\.json\Z")


def timeless(key: str) -> str:
    """A key without the time of archiving."""
    return _TIME.sub(".json", key)


@dataclass(frozen=True)
class State:
    """Two systems with equal states cannot be told apart by what they hold."""

    objects: Counter[tuple[str, bytes]]
    manifest: Counter[tuple[Any, ...]]
    pending: list[str]
    memory: frozenset[tuple[Any, ...]]
    open_steps: int
    frequent: tuple[str, ...]
    flags: tuple[tuple[Any, ...], ...]
    changes: Counter[tuple[str, str]] = field(compare=False)

    def differences(self, other: "State") -> list[str]:
        """Where two states differ, in words, for the one who looks for the reason."""
        found = []
        for name in ("objects", "manifest"):
            mine, theirs = getattr(self, name), getattr(other, name)
            found += [f"{name} - {item}" for item in (mine - theirs)]
            found += [f"{name} + {item}" for item in (theirs - mine)]
        found += [f"memory - {row}" for row in self.memory - other.memory]
        found += [f"memory + {row}" for row in other.memory - self.memory]
        for name in ("pending", "open_steps", "frequent", "flags"):
            if getattr(self, name) != getattr(other, name):
                found.append(f"{name}: {getattr(self, name)} became {getattr(other, name)}")
        return found


def state(data: sa.Engine, objects: Objects) -> State:
    """The state of a system, by its database and what storage holds."""
    with reading(data) as connection:
        tier = current_tier(connection)
        known = _rows(
            connection, stored_objects, "key", "language", "source_hash", "recipe", "etag", "size", "origin"
        )
        return State(
            Counter((timeless(key), body) for key, body in objects.items()),
            Counter((timeless(key), *rest) for key, *rest in known),
            sorted(key for (key,) in _rows(connection, pending_writes, "key")),
            memory(connection),
            sum(status == "planned" for (status,) in _rows(connection, cleanup_journal, "status")),
            tier.frequent if tier else (),
            tuple(
                sorted(_rows(connection, language_stats, "language_code", "is_frequent", "total_requests"))
            ),
            Counter(
                (language, change)
                for language, change in _rows(connection, tier_decisions, "language", "change")
                if change != "kept"
            ),
        )


def memory(connection: sa.Connection) -> frozenset[tuple[Any, ...]]:
    """What the translation memory holds."""
    columns = ("target_language", "source_language", "recipe", "text", "translation", "origin")
    return frozenset(_rows(connection, translation_memory, *columns))


def named(connection: sa.Connection) -> set[str]:
    """The keys that some plan was to take away from their places."""
    rows = connection.execute(
        sa.select(cleanup_journal.c.key).where(
            cleanup_journal.c.action.in_(["delete", "archive", "purge", "restore"])
        )
    )
    return set(rows.scalars())


def _rows(connection: sa.Connection, table: sa.Table, *columns: str) -> list[tuple[Any, ...]]:
    return [row._tuple() for row in connection.execute(sa.select(*(table.c[name] for name in columns)))]
