"""Flex: answers at half the price, where the provider has room; where it has none, it is asked directly.

Both providers name 1 to 15 minutes for an answer, and say 429 or 503 where there is no room. Neither charges
for that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from langassets.errors import ProviderTimeoutError, ProviderUnavailableError
from langassets.translation.providers.errors import RejectedError
from langassets.translation.types import Mode

PATIENCE = 900.0
"""Seconds for which an answer by flex may say nothing: what OpenAI advises."""

_MOST_REFUSED = 3  # in a row: then there is no room for a while


def patience(timeout: float, mode: Mode) -> float:
    """Seconds for which an answer by this way may say nothing, where a direct one may for `timeout`."""
    return max(timeout, PATIENCE) if mode is Mode.FLEX else timeout


@dataclass(slots=True)
class FlexTrials:
    """What came of asking one provider by flex in a run; `closed` is that it is asked so no more."""

    closed: bool = False
    _in_a_row: int = 0

    def mode(self, wanted: Mode) -> Mode:
        return Mode.DIRECT if self.closed and wanted is Mode.FLEX else wanted

    def refused(self, error: RejectedError) -> bool:
        """Whether a request was rejected for being by flex: not every model is asked so."""
        said = str(error).lower()
        self.closed = self.closed or "service_tier" in said or "flex" in said or "tier" in said.split()
        return self.closed

    @contextmanager
    def tried(self, mode: Mode) -> Iterator[None]:
        """Within it a request is sent: count those that there was no room for. Raises what it raises."""
        try:
            yield
        except ProviderUnavailableError as error:
            if not isinstance(error, ProviderTimeoutError):
                self._in_a_row += mode is Mode.FLEX
                self.closed = self.closed or self._in_a_row >= _MOST_REFUSED
            raise
        else:
            self._in_a_row = 0
