"""Is there room on this machine, and does it know what time it is?"""

import shutil
from collections.abc import Iterator
from datetime import timedelta

from langassets.jobs.doctor.findings import Examined, Finding, failed, ok, skipped, warning

# In bytes: what Dagster's history, the memory and a day's lessons take with room to spare, and what is left
# when SQLite is about to fail.
PLENTY, LEAST = 1 << 30, 100 << 20

# Beyond the first, days and schedules begin visibly late; beyond the second, signed requests are refused.
_NOTICEABLE, _REFUSED = timedelta(seconds=60), timedelta(minutes=5)


def disk(examined: Examined) -> Iterator[Finding]:
    """Room below LANGASSETS_HOME."""
    home = examined.services.settings.langassets_home.absolute()
    standing = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(standing).free
    seen = f"{free / (1 << 30):,.1f} GiB free at {standing}."
    cure = "Free some space, or set LANGASSETS_HOME to a folder on a larger disk."
    if free < LEAST:
        yield failed(seen, cure)
    else:
        yield warning(seen, cure) if free < PLENTY else ok(seen)


def clock(examined: Examined) -> Iterator[Finding]:
    """This machine's clock against those of the servers that were reached."""
    if not examined.clocks:
        yield skipped("No other machine was asked that could say what time it is.")
        return
    off = {name: abs(there - here) for name, (there, here) in examined.clocks.items()}
    name = max(off, key=lambda one: off[one])
    seen = f"It is {off[name].total_seconds():,.0f} s apart from the clock of {name}."
    cure = "Have this machine follow a time server, for one with: timedatectl set-ntp true"
    if off[name] <= _NOTICEABLE:
        yield ok(f"It agrees with {', '.join(sorted(off))}.")
    else:
        yield failed(seen, cure) if off[name] > _REFUSED else warning(seen, cure)
