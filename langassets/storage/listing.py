"""Several languages looked at together: what is far away is waited for at once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

# Each holds a page; more are no faster, for the store itself bounds what is under way.
_LANGUAGES_AT_ONCE = 8

_Found = TypeVar("_Found")


async def each_language(
    languages: Iterable[str], look: Callable[[str], Awaitable[_Found]]
) -> dict[str, _Found]:
    """What `look` finds for each language, in the order given, a few looked at together.

    Where one raises, the others are ended before it is raised here.
    """
    places = asyncio.Semaphore(_LANGUAGES_AT_ONCE)

    async def one(language: str) -> _Found:
        async with places:
            return await look(language)

    tasks = {language: asyncio.create_task(one(language)) for language in languages}
    try:
        await asyncio.gather(*tasks.values())
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
    return {language: task.result() for language, task in tasks.items()}
