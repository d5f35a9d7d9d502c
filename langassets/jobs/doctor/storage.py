"""Does storage take, give back and remove an object, and what does it keep of what was removed?"""

import uuid
from collections.abc import AsyncIterator

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.errors import LangassetsError
from langassets.jobs.cleanup import clocks
from langassets.jobs.doctor.findings import Examined, Finding, failed, ok, warning
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.settings import Settings
from langassets.storage import keys
from langassets.storage.lifecycle import LifecycleRule, kept_for
from langassets.storage.versions import Versioning, versions_of
from langassets.wording import counted

# Below any lesson's key and any archived one's, so that no job ever sees it.
_PROBE = "langassets-doctor/{}.json"


async def bucket(examined: Examined) -> AsyncIterator[Finding]:
    """There, readable and writable: an object is written, read, and removed again."""
    settings = examined.services.settings
    key, body = _PROBE.format(uuid.uuid4().hex), b'{"probe": true}'
    if settings.supabase_url:
        examined.keep_time("Supabase", await clocks.time_of_server(settings.supabase_url))
    async with examined.services.store() as store:
        await store.check()
        try:
            await store.write(key, body)
        except LangassetsError as error:
            yield failed("It can be read, and not written to.", f"{error} {_rights(settings)}")
            return
        try:
            came_back = await store.read(key)
        finally:
            gone = await store.delete([key])
        cure = f"See what stands between here and {store.location}, and which rights the key has."
        if came_back != body:
            yield failed("An object came back changed.", cure)
        elif key not in gone:
            yield failed("An object could not be removed.", cure)
        else:
            yield ok(f"{store.location}: written, read and removed.")


def _rights(settings: Settings) -> str:
    if settings.supabase_url:
        return "Storage asks for the service role key: set SUPABASE_SERVICE_ROLE_KEY to it."
    return "Let this user write to the folder, or set LANGASSETS_HOME to another one."


async def versions(examined: Examined) -> AsyncIterator[Finding]:
    """What becomes of what is deleted or replaced, and no rule of the bucket that removes what is kept."""
    async with examined.services.store() as store:
        kept = versions_of(store)
        state = await kept.versioning() if kept else Versioning.DISABLED
        rules = await kept.rules() if kept else []
    ours = _prefixes(examined)
    wrong = [(rule, below) for rule in rules if (below := rule.removes_below(ours))]
    for rule, below in wrong:
        yield failed(
            f"The bucket's lifecycle rule {rule.id!r} removes what stands below {below!r} ({rule.removes}).",
            f"Take the rule {rule.id!r} from the bucket, or give it a prefix below which langassets has"
            " nothing. Rules are set all together: hand in the others again.",
        )
    if not wrong:
        yield _kept(state, kept_for(rules))


def _prefixes(examined: Examined) -> list[str]:
    """Below which keys everything lies that langassets keeps."""
    services = examined.services
    frequent = frequent_languages(services.data, services.settings.predefined_languages)
    with reading(services.data) as connection:
        languages = {*frequent.codes, *frequent.decided_against, *manifest.languages(connection)}
    return [keys.ARCHIVE_PREFIX, *(keys.lessons_prefix(code) for code in sorted(languages))]


def _kept(state: Versioning, rule: LifecycleRule | None) -> Finding:
    if state is Versioning.DISABLED:
        return ok("None are kept: what is deleted is gone.")
    seen = f"{state.capitalize()}: what is deleted or replaced is kept, and takes its space"
    if rule is None:
        return warning(
            f"{seen} for ever: no cleanup frees any.",
            "Give the bucket a lifecycle rule that removes versions after some days, unless this is meant.",
        )
    spared = f", but for the newest {rule.newest} of each key" if rule.newest else ""
    days = counted(rule.noncurrent_days or 0, "day")
    return ok(f"{seen} for {days}{spared} (rule {rule.id!r}). `langassets restore` puts it back.")
