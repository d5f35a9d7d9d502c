"""`langassets status`: where each language stands."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from langassets.cli.terminal.output import print_json
from langassets.cli.terminal.tables import show, terminal
from langassets.jobs.status import LanguageStatus, language_status
from langassets.locales import both_names
from langassets.services import services_in_force
from langassets.wording import counted


def status(as_json: Annotated[bool, typer.Option("--json", help="For machines, as JSON.")] = False) -> None:
    """Show tier, share and coverage of each language.

    And how many active lessons and objects of it lie in storage, their size, and how far their segments have
    come; objects of lessons that are not active are counted apart.

    Example: langassets status --json
    """
    services = services_in_force()
    rows = asyncio.run(language_status(services))
    if as_json:
        listed = [{"tier": "frequent" if row.frequent else "other"} | asdict(row) for row in rows]
        print_json({"location": services.store().location, "languages": listed})
        return
    headings = ["Language", "Tier", "Share", "Lessons", "Objects", "Size", "Coverage", "Segments"]
    headings += ["Of inactive lessons"] if any(row.inactive_objects for row in rows) else []
    console = terminal()
    show(headings, (_cells(row)[: len(headings)] for row in rows), console)
    for line in _remarks(rows):
        console.print(line, soft_wrap=True)
    console.print(f"Objects lie in {services.store().location}", soft_wrap=True)


def _cells(row: LanguageStatus) -> list[str]:
    return [
        f"{both_names(row.language)} ({row.language})",
        "frequent" if row.frequent else "other",
        "" if row.share is None else f"{row.share:.1%}",
        f"{row.lessons:,}",
        f"{row.objects:,}",
        _size(row.size),
        "" if row.coverage is None else f"{row.coverage:.0%}",
        ", ".join(f"{count:,} {state}" for state, count in row.segments.items()),
        f"{row.inactive_objects:,}, {_size(row.inactive_size)}" if row.inactive_objects else "",
    ]


def _remarks(rows: Iterable[LanguageStatus]) -> Iterator[str]:
    """What of a language is doubted, and what is not asked for."""
    for row in rows:
        if row.doubted:
            review = f"langassets export-review {row.language}"
            yield f"{row.language}: a check doubts {counted(row.doubted, 'segment')} that stand: {review}"
        if row.asked_again_at:
            until = f"{row.asked_again_at:%Y-%m-%d %H:%M} UTC"
            texts = counted(row.refused, "text")
            yield (
                f"{row.language}: {texts} that no answer satisfied will not be asked for before {until} "
                "(REFUSED_AGAIN_AFTER_DAYS)"
            )


def _size(size: int) -> str:
    return f"{size / 1024:,.0f} KiB" if size else "0"
