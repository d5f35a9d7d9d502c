"""Pictures for the web UI: small PNGs as data addresses, with their figures in words for those who do not see
them.

They bring a white page of their own. No ink contrasts enough with Dagster's light page and with its dark one
for small letters (WCAG asks for 4.5:1), so a transparent picture would be hard to read on one of them.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import dagster as dg

from langassets import lazy
from langassets.locales import english_name, own_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Chosen so that any two stay apart under every common kind of colour blindness, and each is 3:1 against
# white; langassets_tests/defs/test_charts.py measures both. A pattern each, for prints in grey.
PAGE, INK = "#FFFFFF", "#333333"
BLUE, ORANGE, GREEN, GREY, RED = "#004488", "#CC7A00", "#117733", "#8C8C8C", "#882255"
PATTERNS = {BLUE: "//", ORANGE: "\\\\", GREEN: "", GREY: "..", RED: "xx"}

# The font that matplotlib itself brings: the same picture on every machine.
_FONT = "DejaVu Sans"
# A name with two dollar signs is no formula, and must not fail an evaluation for being a wrong one.
_STYLE: Any = {"font.family": _FONT, "text.parse_math": False}
_MOST_TOLD = 20
_LONGEST_NAME = 40
# Of a table at a glance: rows, the web UI's limit, and the letters of a whole bar.
_MOST_SHOWN, _INLINE, _BAR = 12, 1000, 4
_LEGEND: dict[str, Any] = {"frameon": False, "labelcolor": INK, "fontsize": 8}
# A legend above the picture, where no bar can run into it.
_ABOVE: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), **_LEGEND}


def language(code: str, name: str | None = None) -> str:
    """A language's label: its name in English (or `name`) and in itself, and the code.

    Its own name is left out where the font lacks a letter of it: a row of boxes names nothing.
    """
    english, own = _on_one_line(name or english_name(code)), own_name(code)
    shown = english if own == english or not _can_draw(own) else f"{english} – {own}"
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

    def draw(axes: "Axes") -> None:
        # The figure stands with the name: beside the bar, a threshold would run through it.
        names = [f"{name}  {share:.1%}" for name, share, _ in rows]
        bars = axes.barh(names, [100 * share for _, share, _ in rows], edgecolor=PAGE)
        many = len({colour for *_, colour in rows}) > 1
        for bar, (*_, colour) in zip(bars, rows, strict=True):
            bar.set(facecolor=colour, hatch=PATTERNS[colour] if many else "")
        axes.invert_yaxis()
        _draw_thresholds(axes, thresholds)
        if legend:
            patch = lazy.matplotlib_patches.Patch
            handles = [patch(label=label, **_bar_style(colour)) for label, colour in legend.items()]
            axes.legend(handles=handles, loc="lower right", **_LEGEND)
        axes.set_xlabel("share of requests, %", color=INK)

    meaning = {colour: f", {label}" for label, colour in (legend or {}).items()}
    told = [f"{name} {share:.1%}{meaning.get(colour, '')}" for name, share, colour in rows[:_MOST_TOLD]]
    told += [f"{label} {100 * share:.4g}%" for label, share in thresholds.items()]
    return _picture(draw, len(rows), f"{text}: {'; '.join(told) or 'none'}")


def stacked(
    names: Sequence[str], series: Mapping[str, tuple[Sequence[float], str]], unit: str, text: str
) -> dg.MetadataValue:
    """One bar a name, made of parts: each series has a value for every name, and a colour."""

    def draw(axes: "Axes") -> None:
        left = [0.0] * len(names)
        for label, (values, colour) in series.items():
            axes.barh(names, values, left=left, label=label, **_bar_style(colour))
            left = [start + value for start, value in zip(left, values, strict=True)]
        axes.invert_yaxis()
        axes.set_xlabel(unit, color=INK)
        axes.legend(ncols=4, **_ABOVE)

    told = [
        f"{name}: " + ", ".join(f"{values[place]:g} {label}" for label, (values, _) in series.items())
        for place, name in enumerate(names[:_MOST_TOLD])
    ]
    return _picture(draw, len(names), f"{text}, in {unit}. {'; '.join(told) or 'None'}")


def grid(
    names: Sequence[str], columns: Sequence[str], cells: Mapping[tuple[str, str], tuple[int, int]], text: str
) -> dg.MetadataValue:
    """A row a name, a cell a column: each says how many there are of how many (by name and column), and its
    colour whether that is all, some or none."""
    labels = {
        place: f"{there:,}" if there == wanted else f"{there:,} of {wanted:,}"
        for place, (there, wanted) in cells.items()
    }

    def draw(axes: "Axes") -> None:
        for (name, column), (there, wanted) in cells.items():
            colour = GREEN if there == wanted else ORANGE if there else RED
            _draw_cell(axes, columns.index(column), names.index(name), colour, labels[name, column])
        axes.set_xlim(-0.5, max(len(columns), 1) - 0.5)
        axes.set_ylim(max(len(names), 1) - 0.5, -0.5)
        # Aslant, or long names run into each other.
        axes.set_xticks(range(len(columns)), columns, rotation=20, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(names)), names)
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.tick_params(length=0)
        patch, legend = lazy.matplotlib_patches.Patch, {"all there": GREEN, "in part": ORANGE, "none": RED}
        handles = [patch(label=label, color=colour) for label, colour in legend.items()]
        axes.legend(handles=handles, ncols=3, **_ABOVE)

    told = [
        f"{name}: "
        + ", ".join(f"{column} {labels[name, column]}" for column in columns if (name, column) in labels)
        for name in names[:_MOST_TOLD]
    ]
    return _picture(draw, len(names), f"{text}. {'; '.join(told) or 'None'}")


def style_axes(axes: "Axes") -> None:
    """Take the frame off, and ink what is left."""
    axes.patch.set_alpha(0)
    axes.tick_params(colors=INK, labelsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(INK)


def as_png(figure: "Figure") -> bytes:
    """The figure on its white page."""
    figure.patch.set_facecolor(PAGE)
    file = BytesIO()
    with lazy.matplotlib.rc_context(_STYLE):
        figure.savefig(file, format="png", dpi=110)
    return file.getvalue()


def as_markdown(picture: bytes, text: str) -> dg.MetadataValue:
    """A PNG with its text alternative."""
    return dg.MetadataValue.md(
        f"![{_plain(text)}](data:image/png;base64,{base64.b64encode(picture).decode()})"
    )


def at_a_glance(head: Sequence[str], rows: Sequence[Sequence[str]]) -> dg.MetadataValue:
    """The first rows as a small table that the web UI shows at once.

    Any longer Markdown, pictures too, it hides behind 'Show Markdown' (1.13: from 1,000 UTF-16 units on), so
    rows are left out at the end, and counted.
    """
    table = ["| " + " | ".join(map(_plain, cells)) + " |" for cells in (head, *rows)]
    table.insert(1, "| --- " * len(head) + "|")
    shown = _MOST_SHOWN
    while shown and len(_first(table, shown).encode("utf-16-le")) // 2 >= _INLINE:
        shown -= 1
    return dg.MetadataValue.md(_first(table, shown))


def bar(part: float) -> str:
    """A bar of letters for a part of the whole, 0 to 1: an eighth of one at least for more than nothing."""
    eighths = max(round(8 * _BAR * part), 1 if part > 0 else 0)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def _first(table: Sequence[str], rows: int) -> str:
    left = len(table) - 2 - rows
    return "\n".join([*table[: 2 + rows], *([f"\n{left:,} more"] if left > 0 else [])])


def _plain(text: str) -> str:
    """Text on one line, in which Markdown's own signs are only signs."""
    return " ".join(text.translate({ord(sign): f"\\{sign}" for sign in "\\[]*_`<>!&|~"}).split())


def _picture(draw: Callable[["Axes"], None], rows: int, text: str) -> dg.MetadataValue:
    with lazy.matplotlib.rc_context(_STYLE):
        size = 7, 0.9 + 0.27 * max(rows, 1)
        figure = lazy.matplotlib_figure.Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        style_axes(axes)
        draw(axes)
        return as_markdown(as_png(figure), text)


def _draw_thresholds(axes: "Axes", thresholds: Mapping[str, float]) -> None:
    # The lower one is labelled to its left, the higher one to its right: they may lie close.
    for place, (label, share) in enumerate(sorted(thresholds.items(), key=lambda line: line[1])):
        axes.axvline(100 * share, color=INK, linestyle="--", linewidth=1)
        axes.annotate(
            f" {label} {100 * share:.4g}% ",
            (100 * share, 1),
            xycoords=("data", "axes fraction"),
            color=INK,
            fontsize=8,
            ha="left" if place else "right",
            va="bottom",
        )


def _draw_cell(axes: "Axes", x: int, y: int, colour: str, label: str) -> None:
    corner = x - 0.5, y - 0.5
    cell = lazy.matplotlib_patches.Rectangle(corner, 1, 1, facecolor=colour, edgecolor=PAGE, linewidth=2)
    axes.add_patch(cell)
    ink = "black" if colour == ORANGE else PAGE
    axes.text(x, y, label, ha="center", va="center", color=ink, fontsize=9)


def _bar_style(colour: str) -> dict[str, Any]:
    return {"facecolor": colour, "hatch": PATTERNS[colour], "edgecolor": PAGE}


def _on_one_line(name: str) -> str:
    """A name from the application's database, as one line that leaves room for the bars."""
    line = "".join(character if character.isprintable() else " " for character in name)
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…"


def _can_draw(text: str) -> bool:
    return all(ord(letter) in _letters() for letter in text)


@cache
def _letters() -> frozenset[int]:
    fonts = lazy.matplotlib_font__manager
    return frozenset(fonts.get_font(fonts.findfont(_FONT)).get_charmap())
