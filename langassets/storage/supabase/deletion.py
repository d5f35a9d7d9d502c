"""Removing objects in bulk, and believing only what is confirmed.

A server was seen to answer a deletion with fewer keys than it was given, with none at all, and with a
502 after it had done half the work. So each answer is compared by name; keys that it does not name are
looked up in a fresh listing; those that still stand are tried again in halves, which finds out the
ones that hold the others up; and what stands in the end is simply not among the keys that are gone.
"""

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress

from langassets.errors import StoreError, StoreUnavailableError
from langassets.storage.supabase.errors import TooLargeError, UnansweredError

BULK = 1000
"""Keys a request: the most that the server documents (`MAX_OBJECTS_PER_REQUEST`)."""

# Requests that one deletion may spend on halves: enough to find three keys among a thousand.
_HALVES = 64

_log = logging.getLogger(__name__)


class BulkDeletion:
    """One deletion; `gone` holds the keys that are known to be gone, and only ever grows.

    `remove` sends one request and returns the keys that the server named as removed; `standing` returns
    those of the keys that a fresh listing shows, and raises where a listing could not be believed.
    """

    def __init__(
        self,
        remove: Callable[[Sequence[str]], Awaitable[Collection[str]]],
        standing: Callable[[Collection[str]], Awaitable[Collection[str]]],
    ) -> None:
        self.gone: set[str] = set()
        self._remove = remove
        self._standing = standing

    async def run(self, keys: Iterable[str]) -> set[str]:
        """Remove `keys` as far as the server lets it; raises where not one of them is known to be gone."""
        wanted = list(dict.fromkeys(keys))
        try:
            await self._sweep(wanted)
            left = await self._look_up(wanted)
            if left:
                await self._halve(left)
                await self._look_up(wanted)
        except (StoreError, StoreUnavailableError) as error:
            if not self.gone:
                raise
            standing = len(wanted) - len(self.gone)
            _log.warning(
                "A deletion of %d objects ended with %d not removed: %s", len(wanted), standing, error
            )
        return self.gone

    async def _sweep(self, keys: Sequence[str]) -> None:
        """Each key once; a server whose limit is below the documented one is met with smaller requests."""
        bulk, start, unanswered = BULK, 0, 0
        while start < len(keys):
            group = keys[start : start + bulk]
            try:
                await self._send(group)
                unanswered = 0
            except TooLargeError:
                if len(group) == 1:
                    raise
                bulk = len(group) // 2
                continue
            except UnansweredError:
                unanswered += 1
                if unanswered == 2:  # one may be a request that is too much for it; two are an outage
                    raise
            start += len(group)

    async def _halve(self, left: Sequence[str]) -> None:
        groups = deque(_halves(left))
        for _ in range(_HALVES):
            if not groups:
                return
            group = groups.popleft()
            rest = group
            with suppress(TooLargeError, UnansweredError):
                rest = await self._send(group)
            if rest and len(group) > 1:
                groups.extend(_halves(rest))

    async def _send(self, group: Sequence[str]) -> list[str]:
        """One request; the keys that its answer does not name."""
        confirmed = await self._remove(group)
        self.gone.update(key for key in group if key in confirmed)
        return [key for key in group if key not in self.gone]

    async def _look_up(self, wanted: Sequence[str]) -> list[str]:
        """The keys that still stand; the others are gone, confirmed or not."""
        doubtful = [key for key in wanted if key not in self.gone]
        if not doubtful:
            return []
        standing = await self._standing(doubtful)
        self.gone.update(key for key in doubtful if key not in standing)
        return [key for key in doubtful if key in standing]


def _halves(keys: Sequence[str]) -> list[Sequence[str]]:
    """Two parts of about the same size, or more where one would be too large for a request; none empty."""
    size = min(BULK, max(1, (len(keys) + 1) // 2))
    return [keys[start : start + size] for start in range(0, len(keys), size)]
