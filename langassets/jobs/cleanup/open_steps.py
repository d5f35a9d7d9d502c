"""Whether steps of the journal were done, by what stands in storage: those that killed runs left open, and
those that storage said it did."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading, writing
from langassets.database.manifest import Move
from langassets.database.records import journal
from langassets.database.records.journal import OpenStep, Status
from langassets.errors import ObjectMissingError
from langassets.retention.plan import Step
from langassets.storage import keys
from langassets.storage.listing import each_language
from langassets.storage.store import ContentStore

# So many objects are read to tell whether it is the listing that is of another moment.
_READ = 20


async def close_open_steps(
    data: sa.Engine,
    store: ContentStore,
    clock: Callable[[], datetime],
    languages: Collection[str] | None = None,
) -> None:
    """Close what is open: moves that were cut in half are completed, journal and manifest follow.

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
    for language in sorted({language for step in steps for language in _languages(step)}):
        there |= {found.key: found.etag async for found in store.list(keys.lessons_prefix(language))}
    if doubled := _half_moved(steps, there):
        for key in await store.delete(doubled):
            del there[key]
    gone = [step for step in steps if step.key not in there]
    arrived = [step for step in gone if step.target in there]
    with writing(data) as connection:
        for step in steps:
            status = Status.ABANDONED if step.key in there else Status.DONE
            journal.mark(connection, step.plan_id, [step.key], status, clock())
        manifest.rename(connection, [moved(step.key, step.target, step.language) for step in arrived])
        manifest.forget(connection, [step.key for step in gone if step not in arrived])


def moved(key: str, target: str | None, language: str) -> Move:
    """What the manifest follows; `language` where the target tells none."""
    return Move(key, target or "", keys.language_of(target or "") or language)


def _languages(step: OpenStep) -> set[str]:
    """The codes below which the step's object may lie: two where it changes its language's code."""
    places = (keys.language_of(key) for key in (step.key, step.target) if key)
    return {step.language, *filter(None, places)}


def _half_moved(steps: Iterable[OpenStep], there: Mapping[str, str]) -> list[str]:
    """Keys of objects that stand in their new place already, and still in the old one: a folder moves by a
    second link, other stores by a copy."""
    return [
        step.key
        for step in steps
        if step.target and there.get(step.key) == there.get(step.target) == step.etag
    ]


async def not_done(store: ContentStore, steps: Sequence[Step]) -> list[Step]:
    """The steps whose objects still stand where they stood, though storage said that they are gone.

    One listing for each language, and of each one's archive, that something left. Where it shows what cannot
    be read, it is the listing that is not true, and storage's word holds. Raises what the store raises.
    """
    left = {step.key: step for step in steps}

    async def look(prefix: str) -> list[Step]:
        return [
            left[found.key]
            async for found in store.list(prefix)
            if found.key in left and found.etag == left[found.key].etag
        ]

    prefixes = sorted({keys.prefix_of(key) for key in left})
    standing = list(chain.from_iterable((await each_language(prefixes, look)).values()))
    for step in standing[:_READ]:
        try:
            await store.read(step.key)
        except ObjectMissingError:
            return []
    return standing
