"""What options are given as, with errors that say what is expected."""

from datetime import datetime

import typer

from langassets.errors import InputError


def day(text: str) -> datetime:
    """A day like 2026-11-01, at its beginning."""
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 (the caller says in which zone)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day: expected one like 2026-11-01.") from None


def code_of(text: str) -> str:
    """A language's code like he; raises `InputError` where it is none."""
    from langassets.locales import is_language_code

    if not is_language_code(text):
        raise InputError(f"{text!r} is not a language code; expected one like 'he', 'pt-BR' or 'zh_CN'.")
    return text
