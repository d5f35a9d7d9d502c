"""Charts for the web UI: SVGs as data addresses, and their figures in words for those who do not see them."""

import base64
from collections.abc import Mapping, Sequence

import dagster as dg

from langassets.defs.pictures import svg
from langassets.defs.pictures.at_a_glance import plain
from langassets.defs.pictures.svg import GREEN, INK, ORANGE, PAGE, RED
from langassets.locales import english_name, own_name

_MOST_TOLD = 20
_LONGEST_NAME = 40
_ROW, _BAR, _CELL = 24, 16, 30


def language(code: str, name: str | None = None) -> str:
    """A language's label: its name in English (or `name`) and in itself, and the code."""
    english, own = _on_one_line(name or english_name(code)), own_name(code)
    shown = english if own == english else f"{english} – {own}"
    return f"{shown} ({code})"


def short_language(code: str, name: str | None = None) -> str:
    """A label where room is scarce: its name in English (or `name`), and the code."""
    return f"{_on_one_line(name or english_name(code))} ({code})"


def shares(
    rows: Sequence[tuple[str, float, str]],
    thresholds: Mapping[str, float],
    text: str,
    legend: Mapping[str, str] | None = None,
) -> dg.MetadataValue:
    """Bars of shares (0 to 1), with a colour each, largest first, and labelled
    thresholds across them; `legend` says what the colours mean."""
    # The figure stands with the name: beside the bar, a threshold would run through it.
    bars = [(f"{name}\u2002{share:.1%}", [(100 * share, colour)]) for name, share, colour in rows]
    lines = {f"{label} {100 * share:.4g}%": 100 * share for label, share in thresholds.items()}
    meaning = {colour: f", {label}" for label, colour in (legend or {}).items()}
    told = [f"{name} {share:.1%}{meaning.get(colour, '')}" for name, share, colour in rows[:_MOST_TOLD]]
    told += lines
    said = f"{text}: {'; '.join(told) or 'none'}"
    return as_markdown(_bars(bars, legend or {}, "share of requests, %", lines, said), said)


def stacked(
    names: Sequence[str], series: Mapping[str, tuple[Sequence[float], str]], unit: str, text: str
) -> dg.MetadataValue:
    """One bar a name, made of parts: each series has a value for every name, and a colour."""
    bars = [
        (name, [(values[place], colour) for values, colour in series.values()])
        for place, name in enumerate(names)
    ]
    told = [
        f"{name}: " + ", ".join(f"{values[place]:g} {label}" for label, (values, _) in series.items())
        for place, name in enumerate(names[:_MOST_TOLD])
    ]
    said = f"{text}, in {unit}. {'; '.join(told) or 'None'}"
    legend = {label: colour for label, (_, colour) in series.items()}
    return as_markdown(_bars(bars, legend, unit, {}, said), said)


def grid(
    names: Sequence[str], columns: Sequence[str], cells: Mapping[tuple[str, str], tuple[int, int]], text: str
) -> dg.MetadataValue:
    """A row a name, a cell a column: each says how many there are of how many (by name and column), and its
    colour whether that is all, some or none."""
    labels = {
        place: f"{there:,}" if there == wanted else f"{there:,} of {wanted:,}"
        for place, (there, wanted) in cells.items()
    }
    told = [
        f"{name}: "
        + ", ".join(f"{column} {labels[name, column]}" for column in columns if (name, column) in labels)
        for name in names[:_MOST_TOLD]
    ]
    said = f"{text}. {'; '.join(told) or 'None'}"
    left, top = _room_for(names), 40
    width = (svg.WIDTH - 10 - left) / max(len(columns), 1)
    shapes = [svg.legend(15, {"all there": GREEN, "in part": ORANGE, "none": RED}.items(), hatched=False)]
    for row, name in enumerate(names):
        shapes.append(svg.words(left - 8, top + (row + 0.5) * _CELL, name, anchor="end"))
    for (name, column), (there, wanted) in cells.items():
        colour = GREEN if there == wanted else ORANGE if there else RED
        x, y = left + columns.index(column) * width, top + names.index(name) * _CELL
        ink = "#000000" if colour == ORANGE else PAGE
        shapes.append(svg.box(x, y, width, _CELL, colour, hatched=False))
        label = labels[name, column]
        shapes.append(svg.words(x + width / 2, y + _CELL / 2, label, anchor="middle", fill=ink))
    bottom = top + len(names) * _CELL
    for place, column in enumerate(columns):
        # On lines in turn, or long names run into each other.
        y = bottom + 12 + 16 * (place % 2)
        shapes.append(svg.words(left + (place + 0.5) * width, y, column, anchor="middle"))
    return as_markdown(svg.picture(bottom + 42, shapes, said), said)


def as_markdown(picture: bytes, text: str) -> dg.MetadataValue:
    """An SVG with its text alternative."""
    data = base64.b64encode(picture).decode()
    return dg.MetadataValue.md(f"![{plain(text)}](data:image/svg+xml;base64,{data})")


def _bars(
    rows: Sequence[tuple[str, Sequence[tuple[float, str]]]],
    legend: Mapping[str, str],
    unit: str,
    thresholds: Mapping[str, float],
    text: str,
) -> bytes:
    """One bar a row, of parts with a colour each, over a scale of `unit`; thresholds across them."""
    left, top = _room_for([name for name, _ in rows]), 26 + (24 if legend else 0)
    lengths = [sum(value for value, _ in parts) for _, parts in rows]
    most = max([*lengths, *thresholds.values(), 1e-9])
    scale = (svg.WIDTH - 30 - left) / most
    bottom = top + _ROW * max(len(rows), 1)
    hatched = len({colour for _, parts in rows for _, colour in parts}) > 1
    shapes = [svg.legend(12, legend.items())]
    for place, (name, parts) in enumerate(rows):
        y, x = top + _ROW * place + (_ROW - _BAR) / 2, left
        shapes.append(svg.words(left - 8, y + _BAR / 2, name, anchor="end"))
        for value, colour in parts:
            shapes += [svg.box(x, y, scale * value, _BAR, colour, hatched=hatched)] if value else []
            x += scale * value
    shapes.append(svg.line([(left, top), (left, bottom), (svg.WIDTH - 20, bottom)]))
    for tick in svg.ticks(most):
        x = left + scale * tick
        shapes.append(svg.line([(x, bottom), (x, bottom + 4)]))
        shapes.append(svg.words(x, bottom + 14, f"{tick:g}", anchor="middle"))
    shapes.append(svg.words((left + svg.WIDTH - 20) / 2, bottom + 34, unit, anchor="middle"))
    # The lower one is labelled to its left, the higher one to its right: they may lie close.
    for place, (label, share) in enumerate(sorted(thresholds.items(), key=lambda one: one[1])):
        x = left + scale * share
        room = x + svg.width_of(label) < svg.WIDTH
        shapes.append(svg.line([(x, top - 6), (x, bottom)], INK, dashed=True))
        anchor, beside = ("start", 4) if place and room else ("end", -4)
        shapes.append(svg.words(x + beside, top - 12, label, anchor=anchor))
    return svg.picture(bottom + 46, shapes, text)


def _room_for(names: Sequence[str]) -> float:
    """Where bars and cells begin, behind the longest name."""
    return min(max(map(svg.width_of, names), default=0) + 16, svg.WIDTH / 2)


def _on_one_line(name: str) -> str:
    """A name from the application's database, as one line that leaves room for the bars."""
    line = "".join(character if character.isprintable() else " " for character in name)
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…"
