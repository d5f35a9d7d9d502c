"""What time other machines have: what is purged is gone for ever, and goes by what time it is."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from langassets import lazy
from langassets.database.connection import reading
from langassets.database.records import job_runs
from langassets.services import Services, utc_now
from langassets.wording import counted

if TYPE_CHECKING:
    import httpx

# How far ahead of another clock this machine's may be; and how long, on a machine that nobody else tells the
# time, nothing may have run: schedules leave no gap of a month.
_MOST_AHEAD, _LONGEST_SILENCE = timedelta(hours=1), timedelta(days=35)
# What has run within this time may have run under the same wrong clock.
_JUST_NOW = timedelta(days=1)
_CURE = "have this machine follow a time server, for one with: timedatectl set-ntp true"


class ClockReading(NamedTuple):
    """The time of another machine, and this one's at the moment when it was read; both in UTC."""

    there: datetime
    here: datetime


def time_of_answer(answer: "httpx.Response") -> ClockReading | None:
    """The time in an answer's `Date` header; None where there is none that can be read."""
    try:
        there = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return None
    return ClockReading(there, utc_now()) if there.tzinfo else None


async def time_of_server(address: str) -> ClockReading | None:
    """The time that a server's answer carries; None where it does not answer, which shows elsewhere."""
    try:
        async with lazy.httpx.AsyncClient(timeout=10) as http:
            return time_of_answer(await http.get(address))
    except lazy.httpx.HTTPError:
        return None


def time_of_database(data: sa.Engine) -> ClockReading | None:
    """The time of the database's server; None where the database is a file."""
    if data.dialect.name != "postgresql":
        return None
    with reading(data) as connection:
        there = connection.scalar(sa.text("SELECT clock_timestamp()"))
    assert isinstance(there, datetime)
    return ClockReading(there.astimezone(UTC), utc_now())


async def why_distrusted(services: Services) -> str | None:
    """Why this machine's clock is not to be believed for what cannot be undone; None where it is.

    Where no other machine is there to ask, what was run before says whether time has jumped.
    """
    url = services.settings.supabase_url
    seen = {
        "the database": await asyncio.to_thread(time_of_database, services.data),
        "Supabase": await time_of_server(url) if url else None,
    }
    known = {name: one for name, one in seen.items() if one}
    return far_ahead(known) if known else await asyncio.to_thread(_long_silence, services)


def far_ahead(clocks: Mapping[str, ClockReading]) -> str | None:
    """By which clock this machine's is ahead by more than an hour, in words; None where by none."""
    ahead = {name: here - there for name, (there, here) in clocks.items()}
    name = max(ahead, key=lambda one: ahead[one])
    if ahead[name] <= _MOST_AHEAD:
        return None
    return f"this machine's clock is {_words(ahead[name])} ahead of that of {name}: {_CURE}"


def long_silence(last: datetime | None, now: datetime) -> str | None:
    """Whether the time since the last run before today is implausibly long, in words."""
    if last is None or now - last <= _LONGEST_SILENCE:
        return None
    return (
        f"nothing has run for {_words(now - last)}, or this machine's clock is ahead: where it is, {_CURE}; "
        "where it is not, a cleanup tomorrow purges"
    )


def _long_silence(services: Services) -> str | None:
    now = services.clock()
    with reading(services.data) as connection:
        return long_silence(job_runs.last_before(connection, now - _JUST_NOW), now)


def _words(time: timedelta) -> str:
    hours = time / timedelta(hours=1)
    return counted(round(hours), "hour") if hours < 48 else counted(round(hours / 24), "day")
