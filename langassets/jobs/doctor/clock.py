"""Does this machine know what time it is?"""

from collections.abc import AsyncIterator
from datetime import timedelta

from langassets.jobs.doctor.findings import Examined, Finding, failed, ok, skipped, warning

# Beyond the first, days and schedules begin visibly late; beyond the second, signed requests are refused.
_NOTICEABLE, _REFUSED = timedelta(seconds=60), timedelta(minutes=5)


async def clock(examined: Examined) -> AsyncIterator[Finding]:
    """This machine's clock against those of the servers that were reached."""
    if not examined.clocks:
        yield skipped("clock", "No other machine was asked that could say what time it is.")
        return
    off = {name: abs(there - here) for name, (there, here) in examined.clocks.items()}
    name = max(off, key=lambda one: off[one])
    if off[name] <= _NOTICEABLE:
        yield ok("clock", f"It agrees with {', '.join(sorted(off))}.")
        return
    seen = f"It is {off[name].total_seconds():,.0f} s apart from the clock of {name}."
    cure = "Have this machine follow a time server, for one with: timedatectl set-ntp true"
    yield failed("clock", seen, cure) if off[name] > _REFUSED else warning("clock", seen, cure)
