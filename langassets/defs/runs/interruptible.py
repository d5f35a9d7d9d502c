"""Asynchronous work that a person can interrupt at any moment."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


def run_interruptible(work: Coroutine[Any, Any, _T]) -> _T:
    """What `work` returns, from an event loop of its own. An interruption ends it wherever it strikes.

    Dagster's interruption is raised by a signal handler, between any two instructions. Where that is within a
    callback of the event loop, asyncio takes it for the callback's own fault, logs it and goes on, so that
    Ctrl-C would be lost.
    """
    return asyncio.run(_interruptible(work))


async def _interruptible(work: Coroutine[Any, Any, _T]) -> _T:
    task = asyncio.create_task(work)
    interruptions: list[BaseException] = []

    def on_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is None or isinstance(error, Exception):
            loop.default_exception_handler(context)
            return
        interruptions.append(error)
        task.cancel()

    asyncio.get_running_loop().set_exception_handler(on_error)
    try:
        return await task
    except asyncio.CancelledError:
        if interruptions:
            raise interruptions[0] from None
        raise
