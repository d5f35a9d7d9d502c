"""What options are given as, with errors that say what is expected."""

from datetime import datetime

import typer


def day(text: str) -> datetime:
    """A day like 2026-11-01, at its beginning."""
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 (the caller says in which zone)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day: expected one like 2026-11-01.") from None
