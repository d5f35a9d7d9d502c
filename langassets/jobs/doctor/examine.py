"""Everything that a job needs, tried for real, in the order in which it is needed.

What is found is a value, so that a terminal, a machine and a test all read the same.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from langassets.errors import LangassetsError, SettingsError
from langassets.jobs.doctor import dagster, data, machine, models, storage
from langassets.jobs.doctor.findings import Check, Examined, Finding, failed, ok, skipped, warning
from langassets.services import Services
from langassets.settings import Settings
from langassets.settings.unknown import unknown_here
from langassets.settings.web import is_loopback

_SHORT_TOKEN = 16

_CHECKS: Mapping[Check, Collection[str]] = {
    machine.disk: (),
    data.database: (),
    data.counters: ("database",),
    data.lessons: ("database",),
    data.usage: ("database",),
    data.refusals: ("database",),
    storage.bucket: (),
    storage.versions: ("bucket", "database"),
    data.languages: ("bucket", "database"),
    models.files: (),
    models.prices: (),
    models.keys: (),
    dagster.server: (),
    dagster.daemon: (),
    dagster.automation: (),
    dagster.last_runs: (),
    machine.clock: (),
}
"""In order, each with the items without which it is not tried."""


async def examine(
    load: Callable[[], Settings], *further: Check, with_server: bool = True
) -> AsyncIterator[Finding]:
    """Try everything with the settings that `load` gives, and `further` checks at the end; tell each finding
    as it comes.

    Without `with_server` it passes over what schedules, sensors and the web UI alone need.

    Nothing is changed but what each start changes (the database is brought to this version), and one
    object is written, read and removed below `langassets-doctor/` in storage.
    """
    checks = {**_CHECKS, **dict.fromkeys(further, ())}
    try:
        settings = load()
    except SettingsError as error:
        yield failed("They cannot be read.", str(error), "settings")
        for check in checks:
            yield skipped("The settings come first.", _name(check))
        return
    yield ok("All can be read.", "settings")
    for finding in _habits(settings):
        yield finding
    examined = Examined(Services(settings), with_server)
    try:
        for check, needed in checks.items():
            async for finding in _tried(check, needed, examined):
                yield replace(finding, item=finding.item or _name(check))
    finally:
        await examined.close()


def _name(check: Check) -> str:
    return check.__name__.replace("_", " ")


async def _tried(check: Check, needed: Collection[str], examined: Examined) -> AsyncIterator[Finding]:
    if broken := next((item for item in needed if item in examined.broken), None):
        yield skipped(f"Not tried: the {broken} must answer first.")
        return
    try:
        found = check(examined)
        if isinstance(found, AsyncIterator):
            async for finding in found:
                yield finding
        else:
            for finding in await asyncio.to_thread(list, found):
                yield finding
    except LangassetsError as error:
        # Our own messages say what to do.
        examined.broken.add(_name(check))
        yield failed("It cannot be used.", str(error))


def _habits(settings: Settings) -> Iterator[Finding]:
    """What is set in a way that keeps things from happening."""
    for said in unknown_here():
        cure = "Correct its name, or take it from the environment or .env."
        yield warning(said, cure, "unknown settings")
    if settings.enable_background_jobs:
        yield ok("Schedules and sensors may start jobs.", "background jobs")
    else:
        seen = "ENABLE_BACKGROUND_JOBS is false: nothing starts by itself."
        yield warning(seen, "Set ENABLE_BACKGROUND_JOBS=true, unless this is meant.", "background jobs")
    if settings.api_public_status and not is_loopback(settings.api_host):
        yield warning(
            f"The API listens on {settings.api_host}, and reading needs no token: whoever reaches this "
            "machine sees the history, with the messages of runs that failed.",
            "Set API_PUBLIC_STATUS=false, or see that only a proxy reaches API_PORT.",
            "api tokens",
        )
    yield replace(_tokens(settings.admin_api_tokens), item="api tokens")


def _tokens(tokens: Sequence[str]) -> Finding:
    if not tokens:
        return warning(
            "ADMIN_API_TOKEN is not set: triggers and usage over HTTP are switched off.",
            "Set ADMIN_API_TOKEN, for one to the output of: openssl rand -hex 24",
        )
    if min(map(len, tokens)) < _SHORT_TOKEN:
        return warning(
            f"A token in ADMIN_API_TOKEN is shorter than {_SHORT_TOKEN} characters: it can be guessed.",
            "Take a longer one, like the output of: openssl rand -hex 24",
        )
    return ok(f"{len(tokens)} of good length.")
