"""Pictures for the web UI: small PNGs as data addresses, legible on a light and on a dark page."""

import base64
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import dagster as dg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's palette: told apart by all common kinds of colour blindness, and readable on white and
# on Dagster's dark grey alike.
BLUE, ORANGE, GREEN, GREY, RED = "#0072B2", "#E69F00", "#009E73", "#888888", "#D55E00"
_LONGEST_LABEL = 40
_INK = "#808080"  # half-way between black and white: contrasts with either page
# A legend above the picture, where no bar can run into it.
_ABOVE: dict[str, Any] = {
    "loc": "lower left",
    "bbox_to_anchor": (0, 1),
    "frameon": False,
    "labelcolor": _INK,
    "fontsize": 8,
}


def shares(
    rows: Sequence[tuple[str, float, str]],
    lines: Mapping[str, float],
    text: str,
    legend: Mapping[str, str] | None = None,
) -> dg.MetadataValue:
    """Bars of shares (0 to 1), with a colour each, largest first, and labelled
    thresholds across them; `legend` says what the colours mean."""

    def draw(axes: "Axes") -> None:
        # The figure stands with the name: beside the bar, a threshold would run through it.
        names = [f"{_label(name)}  {share:.1%}" for name, share, _ in rows]
        axes.barh(names, [100 * share for _, share, _ in rows], color=[colour for *_, colour in rows])
        axes.invert_yaxis()
        # The lower threshold is labelled to its left, the higher one to its right: they may lie close.
        for place, (label, share) in enumerate(sorted(lines.items(), key=lambda line: line[1])):
            axes.axvline(100 * share, color=_INK, linestyle="--", linewidth=1)
            side = "left" if place else "right"
            axes.annotate(
                f" {label} ",
                (100 * share, 1),
                xycoords=("data", "axes fraction"),
                color=_INK,
                fontsize=8,
                ha=side,
                va="bottom",
            )
        if legend:
            from matplotlib.patches import Patch

            handles = [Patch(color=colour, label=label) for label, colour in legend.items()]
            axes.legend(handles=handles, loc="lower right", frameon=False, labelcolor=_INK, fontsize=8)
        axes.set_xlabel("share of requests, %", color=_INK)

    return _picture(draw, len(rows), text)


def stacked(
    names: Sequence[str], series: Mapping[str, tuple[Sequence[float], str]], unit: str, text: str
) -> dg.MetadataValue:
    """One bar a name, made of parts: each series has a value for every name, and a colour."""

    def draw(axes: "Axes") -> None:
        left = [0.0] * len(names)
        for label, (values, colour) in series.items():
            axes.barh(names, values, left=left, color=colour, label=label)
            left = [start + value for start, value in zip(left, values, strict=True)]
        axes.invert_yaxis()
        axes.set_xlabel(unit, color=_INK)
        axes.legend(ncols=4, **_ABOVE)

    return _picture(draw, len(names), text)


def grid(
    names: Sequence[str], columns: Sequence[str], cells: Mapping[tuple[str, str], tuple[int, int]], text: str
) -> dg.MetadataValue:
    """A row a name, a cell a column: each says how many there are of how many (by name and column), and its
    colour whether that is all, some or none."""

    def draw(axes: "Axes") -> None:
        from matplotlib.patches import Patch, Rectangle

        for (name, column), (there, wanted) in cells.items():
            x, y = columns.index(column), names.index(name)
            colour = GREEN if there == wanted else ORANGE if there else RED
            axes.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, color=colour))
            # Black stands out from each of these colours, whatever the page is.
            said = f"{there:,}" if there == wanted else f"{there:,} of {wanted:,}"
            axes.text(x, y, said, ha="center", va="center", color="black", fontsize=9)
        axes.set_xlim(-0.5, max(len(columns), 1) - 0.5)
        axes.set_ylim(max(len(names), 1) - 0.5, -0.5)
        axes.set_xticks(range(len(columns)), columns)
        axes.set_yticks(range(len(names)), names)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
        handles = [
            Patch(color=colour, label=label)
            for label, colour in (("all there", GREEN), ("in part", ORANGE), ("none", RED))
        ]
        axes.legend(handles=handles, ncols=3, **_ABOVE)

    return _picture(draw, len(names), text)


def _label(name: str) -> str:
    """A name from the application's database, on one line that leaves room for the bars."""
    line = "".join(character if character.isprintable() else " " for character in name)
    # Its end stays: there stands the language's code.
    return line if len(line) <= _LONGEST_LABEL else f"{line[: _LONGEST_LABEL - 15]}…{line[-14:]}"


def _picture(draw: Callable[["Axes"], None], rows: int, text: str) -> dg.MetadataValue:
    from matplotlib import rc_context

    # A name with two dollar signs is no formula, and must not fail an evaluation for being a wrong one.
    with rc_context({"text.parse_math": False}):
        return _drawn(draw, rows, text)


def _drawn(draw: Callable[["Axes"], None], rows: int, text: str) -> dg.MetadataValue:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 0.9 + 0.27 * max(rows, 1)), layout="constrained")
    FigureCanvasAgg(figure)
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    axes.tick_params(colors=_INK, labelsize=9)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_INK)
    draw(axes)
    file = BytesIO()
    figure.savefig(file, format="png", dpi=110)
    encoded = base64.b64encode(file.getvalue()).decode()
    return dg.MetadataValue.md(f"![{text}](data:image/png;base64,{encoded})")
