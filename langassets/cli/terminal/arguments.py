"""What arguments are given as: read with errors that say what is expected, and offered behind Tab."""

import getpass
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

import typer

from langassets.database.connection import engine_of, reading
from langassets.database.decisions import current_tier
from langassets.errors import InputError, LangassetsError
from langassets.locales import both_names, is_language_code
from langassets.settings import load_settings


def day(text: str) -> datetime:
    """A day like 2026-11-01, at its beginning."""
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 (the caller says in which zone)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day: expected one like 2026-11-01.") from None


def code_of(text: str) -> str:
    """A language's code like he; raises `InputError` where it is none."""
    if not is_language_code(text):
        raise InputError(f"{text!r} is not a language code; expected one like 'he', 'pt-BR' or 'zh_CN'.")
    return text


def reviewer_named(by: str | None) -> str:
    """Who speaks: by `--by`, else who is logged in; raises `InputError` where nobody is."""
    if by is not None and by.strip():
        return by
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise InputError("Nobody is logged in here by a name: say who you are with --by.") from None


def languages(incomplete: str) -> Iterator[tuple[str, str]]:
    """For Tab: codes of languages that were decided on, or are predefined, with their names."""
    codes: set[str] = set()
    with suppress(LangassetsError):
        settings = load_settings()
        codes |= set(settings.predefined_languages)
        # Where there is no embedded database yet, Tab does not make one.
        if settings.database_url or (settings.langassets_home / "langassets.db").exists():
            with reading(engine_of(settings.database_url, settings.langassets_home)) as connection:
                tier = current_tier(connection)
                codes |= {decision.language for decision in tier.decisions} if tier else set()
    for code in sorted(codes):
        if code.startswith(incomplete):
            yield code, both_names(code)
