"""Which store the settings ask for."""

from typing import TYPE_CHECKING

from langassets.storage import supabase
from langassets.storage.local.store import LocalStore
from langassets.storage.store import ContentStore

if TYPE_CHECKING:
    from langassets.settings import Settings


def open_store(settings: "Settings", *, first_answer_within: float | None = None) -> ContentStore:
    """The bucket on Supabase where `SUPABASE_URL` and `SUPABASE_SERVICE_ROLE_KEY` are set, else the folder
    `storage` below `LANGASSETS_HOME`.

    Nothing is opened yet: that is for `async with`. `first_answer_within` is how many seconds Supabase has
    for its first answer, all tries together; None: as many as its tries take.
    """
    url, key = settings.supabase_url, settings.supabase_service_role_key
    if not url or key is None:
        return LocalStore(settings.langassets_home / "storage")
    return supabase.store.SupabaseStore(
        url,
        key.get_secret_value(),
        settings.supabase_bucket_name,
        concurrency=settings.storage_concurrency,
        cache_seconds=settings.storage_cache_seconds,
        first_answer_within=first_answer_within,
    )
