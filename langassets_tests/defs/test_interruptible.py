"""Work on an event loop ends by an interruption, wherever that strikes."""

import asyncio
import logging

import dagster as dg
import pytest

from langassets.defs.runs.interruptible import run_interruptible


def _interrupt() -> None:
    raise dg.DagsterExecutionInterruptedError


async def _wait_after(callback: object) -> None:
    asyncio.get_running_loop().call_soon(callback)  # type: ignore[arg-type]
    await asyncio.sleep(600)


def test_an_interruption_within_a_callback_is_not_lost() -> None:
    with pytest.raises(dg.DagsterExecutionInterruptedError):
        run_interruptible(_wait_after(_interrupt))


def test_an_interruption_within_the_work_itself() -> None:
    async def work() -> None:
        _interrupt()

    with pytest.raises(dg.DagsterExecutionInterruptedError):
        run_interruptible(work())


def test_a_fault_of_a_callback_is_logged_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> int:
        asyncio.get_running_loop().call_soon(lambda: 1 // 0)
        await asyncio.sleep(0.01)
        return 7

    with caplog.at_level(logging.ERROR, "asyncio"):
        assert run_interruptible(work()) == 7
    assert "ZeroDivisionError" in caplog.text
