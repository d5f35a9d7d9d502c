"""Where data and lessons lie, in words for people: no user, no password, no key."""

from urllib.parse import urlsplit

from langassets.settings.environment import Settings


def places(settings: Settings) -> dict[str, str]:
    """The `database` and the `bucket` that the settings name, each as a sentence's part."""
    return {"database": _database(settings), "bucket": _bucket(settings)}


def _database(settings: Settings) -> str:
    if not settings.database_url:
        return f"SQLite, {settings.langassets_home.absolute() / 'langassets.db'}"
    # What stands before the last @ may be a password, and so may what stands behind the question mark.
    parts = urlsplit(settings.database_url)
    host = parts.netloc.rpartition("@")[2]
    return f"PostgreSQL, {parts.path.lstrip('/') or 'default database'}{f' at {host}' if host else ''}"


def _bucket(settings: Settings) -> str:
    if not settings.supabase_url:
        return f"folder, {settings.langassets_home.absolute() / 'storage'}"
    host = urlsplit(settings.supabase_url).netloc.rpartition("@")[2]
    return f"Supabase, {settings.supabase_bucket_name} at {host}"
