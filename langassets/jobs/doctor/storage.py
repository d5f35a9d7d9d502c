"""Does storage take, give back and remove an object?"""

import uuid
from collections.abc import AsyncIterator

from langassets.errors import LangassetsError
from langassets.jobs.cleanup import clocks
from langassets.jobs.doctor.findings import Examined, Finding, failed, ok

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
            yield failed("bucket", "It can be read, and not written to.", f"{error}{_rights(examined)}")
            return
        try:
            came_back = await store.read(key)
        finally:
            gone = await store.delete([key])
        if came_back != body or key not in gone:
            yield failed(
                "bucket",
                "An object came back changed." if came_back != body else "An object could not be removed.",
                f"See what stands between here and {store.location}, and which rights the key has.",
            )
            return
        yield ok("bucket", f"{store.location}: written, read and removed.")


def _rights(examined: Examined) -> str:
    if examined.services.settings.supabase_url:
        return " Storage asks for the service role key: set SUPABASE_SERVICE_ROLE_KEY to it."
    return " Let this user write to the folder, or set LANGASSETS_HOME to another one."
