"""Small tables that Dagster's web UI shows at once, with bars of letters."""

from collections.abc import Sequence

import dagster as dg

# Of a table: rows, the web UI's limit, and the letters of a whole bar.
_MOST_SHOWN, _INLINE, _BAR = 12, 1000, 4


def at_a_glance(head: Sequence[str], rows: Sequence[Sequence[str]]) -> dg.MetadataValue:
    """The first rows as a small table that the web UI shows at once.

    Any longer Markdown, pictures too, it hides behind 'Show Markdown' (1.13: from 1,000 UTF-16 units on), so
    rows are left out at the end, and counted.
    """
    table = ["| " + " | ".join(map(plain, cells)) + " |" for cells in (head, *rows)]
    table.insert(1, "| --- " * len(head) + "|")
    shown = _MOST_SHOWN
    while shown and len(_first(table, shown).encode("utf-16-le")) // 2 >= _INLINE:
        shown -= 1
    return dg.MetadataValue.md(_first(table, shown))


def bar(part: float) -> str:
    """A bar of letters for a part of the whole, 0 to 1: an eighth of one at least for more than nothing."""
    eighths = max(round(8 * _BAR * part), 1 if part > 0 else 0)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def plain(text: str) -> str:
    """Text on one line, in which Markdown's own signs are only signs."""
    return " ".join(text.translate({ord(sign): f"\\{sign}" for sign in "\\[]*_`<>!&|~"}).split())


def _first(table: Sequence[str], rows: int) -> str:
    left = len(table) - 2 - rows
    return "\n".join([*table[: 2 + rows], *([f"\n{left:,} more"] if left > 0 else [])])
