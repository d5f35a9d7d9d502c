"""Everything that a job needs, tried for real, in the order in which it is needed.

What is found is a value, so that a terminal, a machine and a test all read the same.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from ipaddress import ip_address

from langassets.errors import LangassetsError, SettingsError
from langassets.jobs.doctor import dagster, data, machine, models, storage
from langassets.jobs.doctor.findings import Check, Examined, Finding, failed, ok, skipped, warning
from langassets.services import Services
from langassets.settings import Settings
from langassets.settings.unknown import unknown_here

_SHORT_TOKEN = 16

CHECKS: tuple[Check, ...] = (
    machine.disk,
    data.database,
    data.counters,
    data.lessons,
    data.usage,
    data.refusals,
    storage.bucket,
    storage.versions,
    data.languages,
    models.files,
    models.prices,
    models.keys,
    dagster.server,
    dagster.daemon,
    dagster.automation,
    dagster.last_runs,
    machine.clock,
)


_OF_DATABASE = frozenset({data.counters, data.lessons, data.usage, data.refusals})
_OF_DATABASE_AND_BUCKET = frozenset({storage.versions, data.languages})


async def examine(
    load: Callable[[], Settings], *further: Check, with_server: bool = True
) -> AsyncIterator[Finding]:
    """Try everything with the settings that `load` gives, and `further` checks at the end; tell each finding
    as it comes.

    Without `with_server` it passes over what schedules, sensors and the web UI alone need.

    Nothing is changed but what each start changes (the database is brought to this version), and one
    object is written, read and removed below `langassets-doctor/` in storage.
    """
    try:
        settings = load()
    except SettingsError as error:
        yield failed("settings", "They cannot be read.", str(error))
        for check in (*CHECKS, *further):
            yield skipped(check.__name__.replace("_", " "), "The settings come first.")
        return
    yield ok("settings", "All can be read.")
    for finding in _habits(settings):
        yield finding
    examined = Examined(Services(settings), with_server=with_server)
    try:
        for check in (*CHECKS, *further):
            async for finding in _tried(check, examined):
                yield finding
    finally:
        await examined.close()


async def _tried(check: Check, examined: Examined) -> AsyncIterator[Finding]:
    name = check.__name__.replace("_", " ")
    needed = {"database"} if check in _OF_DATABASE else set()
    needed |= {"database", "bucket"} if check in _OF_DATABASE_AND_BUCKET else set()
    if broken := sorted(examined.broken & needed):
        yield skipped(name, f"Not tried: the {broken[0]} must answer first.")
        return
    try:
        async for finding in check(examined):
            yield finding
    except LangassetsError as error:
        # Our own messages say what to do.
        examined.broken.add(name)
        yield failed(name, "It cannot be used.", str(error))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _habits(settings: Settings) -> Iterator[Finding]:
    """What is set in a way that keeps things from happening."""
    for said in unknown_here():
        yield warning("unknown settings", said, "Correct its name, or take it from the environment or .env.")
    if settings.enable_background_jobs:
        yield ok("background jobs", "Schedules and sensors may start jobs.")
    else:
        yield warning(
            "background jobs",
            "ENABLE_BACKGROUND_JOBS is false: nothing starts by itself.",
            "Set ENABLE_BACKGROUND_JOBS=true, unless this is meant.",
        )
    if settings.api_public_status and not _is_loopback(settings.api_host):
        yield warning(
            "api tokens",
            f"The API listens on {settings.api_host}, and reading needs no token: whoever reaches this "
            "machine sees the history, with the messages of runs that failed.",
            "Set API_PUBLIC_STATUS=false, or see that only a proxy reaches API_PORT.",
        )
    yield _tokens(settings.admin_api_tokens)


def _tokens(tokens: Sequence[str]) -> Finding:
    if not tokens:
        return warning(
            "api tokens",
            "ADMIN_API_TOKEN is not set: triggers and usage over HTTP are switched off.",
            "Set ADMIN_API_TOKEN, for one to the output of: openssl rand -hex 24",
        )
    if min(map(len, tokens)) < _SHORT_TOKEN:
        return warning(
            "api tokens",
            f"A token in ADMIN_API_TOKEN is shorter than {_SHORT_TOKEN} characters: it can be guessed.",
            "Take a longer one, like the output of: openssl rand -hex 24",
        )
    return ok("api tokens", f"{len(tokens)} of good length.")
