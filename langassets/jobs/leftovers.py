"""Steps of the journal that killed runs left open: each is settled by what stands in storage."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from langassets.database import journal, manifest
from langassets.database.connection import reading, writing
from langassets.database.journal import OpenStep, Status
from langassets.storage import keys
from langassets.storage.store import ContentStore


@dataclass(slots=True)
class Leftovers:
    """What became of open steps."""

    became: dict[tuple[str, str], Status] = field(default_factory=dict)
    """By plan and key: done where the object is gone from its place, abandoned where it stands."""

    moved: dict[str, str] = field(default_factory=dict)
    """Where objects lie that such a step had moved before it could say so."""

    gone: list[str] = field(default_factory=list)
    """Keys of those that it had removed."""


def judged(steps: Iterable[OpenStep], there: Container[str]) -> Leftovers:
    """What became of open steps; `there` holds every key that stands in their languages and the archive."""
    found = Leftovers()
    for step in steps:
        gone = step.key not in there
        found.became[step.plan_id, step.key] = Status.DONE if gone else Status.ABANDONED
        if gone and step.target and step.target in there:
            found.moved[step.key] = step.target
        elif gone:
            found.gone.append(step.key)
    return found


def record(connection: sa.Connection, found: Leftovers, at: datetime) -> None:
    """Bring journal and manifest in step with what became of open steps."""
    for (plan_id, key), became in found.became.items():
        journal.mark(connection, plan_id, [key], became, at)
    manifest.rename(connection, found.moved)
    manifest.forget(connection, found.gone)


async def settle(
    data: sa.Engine, store: ContentStore, clock: Callable[[], datetime], languages: Container[str]
) -> None:
    """Settle what is open; where nothing is, which is the rule, it costs no listing.

    What is on its way back from the archive to another language than these is left alone: another preload
    may be bringing it there.
    """
    with reading(data) as connection:
        steps = [
            step
            for step in journal.unfinished(connection)
            if step.language in languages or not (step.target and keys.parse_archived(step.key))
        ]
    if not steps:
        return
    there = {found.key async for found in store.list(keys.ARCHIVE_PREFIX)}
    for language in sorted({step.language for step in steps}):
        there |= {found.key async for found in store.list(keys.lessons_prefix(language))}
    with writing(data) as connection:
        record(connection, judged(steps, there), clock())
