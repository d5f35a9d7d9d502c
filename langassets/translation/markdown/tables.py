"""The cells of a GFM table, which the parser knows only by their text."""

from langassets.translation.markdown.leaf import Leaf, Span


def cells_of(source: str, table: Leaf) -> list[tuple[Span, bool]]:
    """Each cell's span without the blanks around it, and whether it is the first thing on its line."""
    cells: list[tuple[Span, bool]] = []
    if len(_row(source, *table.lines[0])) == 1:
        return cells  # one column whose only pipes are escaped: it is a table by its text alone
    for number, (start, end) in enumerate(table.lines):
        if number != 1:  # the row of dashes
            cells += _row(source, start, end)
    return cells


def _row(source: str, start: int, end: int) -> list[tuple[Span, bool]]:
    row: list[tuple[Span, bool]] = []
    begin, escaped = start, False
    for position in range(start, end):
        character = source[position]
        if character == "|" and not escaped:
            row.append(((begin, position), begin == start))
            begin = position + 1
        escaped = character == "\\"
    row.append(((begin, end), begin == start))
    return row
