"""It is afternoon where the tests' servers are, so that no schedule fires in the middle of a test."""

from datetime import UTC, datetime


def afternoon(now: datetime) -> dict[str, str]:
    """The setting by which `now` (UTC) is two to three in the afternoon: eleven hours from either schedule's
    hour by default, and without daylight saving."""
    # As POSIX has it, and so IANA: the zone with a minus lies east of Greenwich.
    return {"JOBS_TIMEZONE": f"Etc/GMT{now.hour - 14:+d}"}


AFTERNOON = afternoon(datetime.now(UTC))
"""For the environment of any server that is started with background jobs, and may run for some hours."""
