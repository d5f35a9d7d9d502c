"""Where data and lessons lie, in words for people: no user, no password, no key."""

from urllib.parse import urlsplit

from langassets.settings.environment import Settings


def places(settings: Settings) -> dict[str, str]:
    """The `database` and the `bucket` that the settings name, each as a sentence's part."""
    home = settings.langassets_home.absolute()
    database, bucket = f"SQLite, {home / 'langassets.db'}", f"folder, {home / 'storage'}"
    if settings.database_url:
        # What stands before the last @ may be a password, and so may what stands behind the question mark.
        parts = urlsplit(settings.database_url)
        host = parts.netloc.rpartition("@")[2]
        name = parts.path.lstrip("/") or "default database"
        database = f"PostgreSQL, {name}{f' at {host}' if host else ''}"
    if settings.supabase_url:
        host = urlsplit(settings.supabase_url).netloc.rpartition("@")[2]
        bucket = f"Supabase, {settings.supabase_bucket_name} at {host}"
    return {"database": database, "bucket": bucket}
