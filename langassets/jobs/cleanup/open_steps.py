"""Steps of the journal that killed runs left open: each is settled by what stands in storage."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading, writing
from langassets.database.records import journal
from langassets.database.records.journal import OpenStep, Status
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


def judged(steps: Iterable[OpenStep], there: Mapping[str, str]) -> Leftovers:
    """What became of open steps; `there` has the ETag of every key in their languages and the archive."""
    found = Leftovers()
    for step in steps:
        gone = step.key not in there
        found.became[step.plan_id, step.key] = Status.DONE if gone else Status.ABANDONED
        if gone and step.target and step.target in there:
            found.moved[step.key] = step.target
        elif gone:
            found.gone.append(step.key)
    return found


def half_moved(steps: Iterable[OpenStep], there: Mapping[str, str]) -> list[str]:
    """Keys of objects that stand in their new place already, and still in the old one: a folder moves by a
    second link, other stores by a copy."""
    return [
        step.key
        for step in steps
        if step.target and there.get(step.key) == there.get(step.target) == step.etag
    ]


async def settle(
    data: sa.Engine,
    store: ContentStore,
    clock: Callable[[], datetime],
    languages: Collection[str] | None = None,
) -> None:
    """Settle what is open: moves that were cut in half are completed, journal and manifest follow.

    With `languages`, only theirs: what is open of another may be under way in a preload beside this one.
    Where nothing is open, which is the rule, it costs no listing. Raises what the store raises.
    """
    with reading(data) as connection:
        steps = [
            step for step in journal.unfinished(connection) if languages is None or step.language in languages
        ]
    if not steps:
        return
    there = {found.key: found.etag async for found in store.list(keys.ARCHIVE_PREFIX)}
    for language in sorted({step.language for step in steps}):
        there |= {found.key: found.etag async for found in store.list(keys.lessons_prefix(language))}
    if doubled := half_moved(steps, there):
        for key in await store.delete(doubled):
            del there[key]
    found = judged(steps, there)
    with writing(data) as connection:
        for (plan_id, key), became in found.became.items():
            journal.mark(connection, plan_id, [key], became, clock())
        manifest.rename(connection, found.moved)
        manifest.forget(connection, found.gone)
