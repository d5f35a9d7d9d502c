"""What was refused, and when a model is asked for it again: values, a protocol, and pure rules."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from langassets.translation.types import MemoryKey

_DAY = timedelta(days=1)
# Beyond, doubling says nothing: no setting allows so many days.
_MOST_DOUBLINGS = 20
# The checks, and the Markdown that they count and compare.
_PACKAGES = ("checks", "markdown")
_READ = (".py", ".yaml")


class Reason(NamedTuple):
    """Why a translation was refused or is doubted: the check that said so, and what it said."""

    check: str
    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """What came of asking a model for a text, where it was no sound translation.

    `translation` is the last that came, None for none. With `doubted` it was given twice alike, and nothing
    but doubts speak against it. Until `again_at` the model is not asked for the text again; None in what is
    yet to be kept.
    """

    key: MemoryKey
    translation: str | None
    reasons: tuple[Reason, ...]
    doubted: bool
    provider: str
    model: str
    again_at: datetime | None = None


class Refusals(Protocol):
    """What was refused, and by which checks. Calls are in bulk, block on a database, and may come from any
    thread."""

    def recall(self, keys: Sequence[MemoryKey]) -> Mapping[MemoryKey, Refused]:
        """What is not to be asked for today: refused by today's checks, and not long enough ago."""

    def keep(self, refused: Iterable[Refused]) -> None:
        """Keep what was refused for good: committed when this returns."""


def again_at(refused_at: datetime, times: int, after_days: float, at_most_days: float) -> datetime:
    """When a text that was refused `times` times, last at `refused_at`, may be asked for again.

    After the first refusal it rests for `after_days`, then each time twice as long, up to `at_most_days`.
    """
    doublings = min(max(times, 1) - 1, _MOST_DOUBLINGS)
    days = min(after_days * (1 << doublings), max(at_most_days, after_days))
    return refused_at + days * _DAY


def held(found: Mapping[MemoryKey, Refused], keys: Sequence[MemoryKey]) -> Refused | None:
    """What is known of a text that none of the providers is to be asked for, `keys` being one for each; the
    doubted one where there is one. None where one of them may be asked."""
    known = [found[key] for key in keys if key in found]
    if not known or len(known) < len(keys):
        return None
    return next((refused for refused in known if refused.doubted), known[0])


@cache
def checks_version() -> str:
    """Which version of the checks this is: what was refused by another is tried again. A hash of their
    sources and lists, in 16 hexadecimal digits, so that nobody has to remember to raise it.

    A comment changes it as well; that costs one more try of what is refused, and nothing else.
    """
    whole, here = hashlib.sha256(), Path(__file__).parent
    for path in sorted(path for package in _PACKAGES for path in (here / package).rglob("*")):
        if path.suffix in _READ:
            content = path.read_bytes().replace(b"\r\n", b"\n")
            whole.update(f"{path.relative_to(here).as_posix()} {len(content)}\n".encode() + content)
    return whole.hexdigest()[:16]
