"""What a person at a terminal hears of a model while a job runs: Dagster shows logs in its web UI alone."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def model_warnings(say: Callable[[str], None]) -> Iterator[None]:
    """While the block runs, hand `say` each warning about a model: that it is silent, or given up."""
    log, handler = logging.getLogger("langassets.translation"), _Saying(say)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


class _Saying(logging.Handler):
    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        """Say what is logged."""
        self._say(record.getMessage())
