"""What there is to make, in turn, each with its content as the database has it now."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.lessons import content_data
from langassets.jobs.preload.plan import LanguagePlan, PlannedObject, is_copy

# Contents fetched together from the database.
_FETCHED_AT_ONCE = 50


def in_turn(
    plans: Iterable[LanguagePlan], *, copies: bool, without: Collection[str]
) -> Iterator[PlannedObject]:
    """What is to be copied, or to be translated, but for some keys; each language's most requested lessons
    come first, so that a limit cuts all languages at about the same place."""
    ranked = [
        (rank, item)
        for plan in plans
        for rank, item in enumerate(plan.to_make)
        if is_copy(item.desired, item.language) is copies and item.key not in without
    ]
    ranked.sort(key=lambda pair: pair[0])
    return (item for _, item in ranked)


def contents(
    data: sa.Engine, items: Iterable[PlannedObject]
) -> Iterator[tuple[PlannedObject, dict[str, Any] | str]]:
    """Each with its content, or with why it cannot be used, in words; a few are read together."""
    every = list(items)
    for start in range(0, len(every), _FETCHED_AT_ONCE):
        chunk = every[start : start + _FETCHED_AT_ONCE]
        places = {(item.desired.lesson, item.desired.content_type) for item in chunk}
        with reading(data) as connection:
            found = {(lesson, name): value for lesson, name, value in content_data(connection, places)}
        for item in chunk:
            value = found.get((item.desired.lesson, item.desired.content_type))
            if isinstance(value, dict):
                yield item, value
            else:
                yield item, f"its content is {_kind(value)}, where a JSON object is expected"


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false"}
    return names.get(type(value), "nothing")
