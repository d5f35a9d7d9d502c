"""Waiting for what another process does."""

import subprocess
import time
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")
# Loading takes half a minute on a busy machine.
PATIENCE = 120.0


def wait_until(
    what: str,
    found: Callable[[], _T | None],
    *,
    alive: subprocess.Popen[bytes],
    patience: float = PATIENCE,
    told: Callable[[], str] = lambda: "",
) -> _T:
    """Wait until something is there, and give it back; the process `alive` must not end meanwhile.

    Raises AssertionError with what was waited for, and with what is `told`.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        assert alive.poll() is None, f"the server ended:\n{told()}"
        try:
            if value := found():
                return value
        except (OSError, KeyError, TypeError):
            pass  # not up yet
        time.sleep(0.3)
    raise AssertionError(f"waited in vain for {what}\n{told()}")
