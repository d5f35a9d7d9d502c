"""The chart: how many times as much the loop takes, and how times grow; legible in light and dark."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.results import Measured

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's palette, and a grey half-way between black and white for all that is written.
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9")
_INK = "#808080"


def draw(cases: Sequence[Measured], path: Path) -> None:
    """Write the chart to `path`, a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    FigureCanvasAgg(figure)
    figure.patch.set_alpha(0)
    left, right = figure.subplots(1, 2)
    _ratios(left, cases)
    _growth(right, cases)
    for axes in (left, right):
        _legible(axes)
    figure.savefig(path, dpi=110)


def _ratios(axes: "Axes", cases: Sequence[Measured]) -> None:
    shown = {"seconds": "time", "requests": "HTTP requests"}
    for place, (measure, label) in enumerate(shown.items()):
        colour = _COLOURS[place]
        ratios = [case.ratio(measure) for case in cases]
        places = [number + 0.38 * (place - 0.5) for number in range(len(cases))]
        found = [
            (at, ratio.median) for at, ratio in zip(places, ratios, strict=True) if ratio and ratio.median
        ]
        heights = [at for at, _ in found]
        axes.barh(heights, [times - 1 for _, times in found], 0.36, left=1, color=colour, label=label)
        for at, times in found:
            text = f" {times:,.0f}×" if times >= 10 else f" {times:.2g}×"
            axes.annotate(text, (max(times, 1), at), color=_INK, fontsize=8, va="center")
    axes.set_yticks(range(len(cases)), [case.name for case in cases])
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlim(right=axes.get_xlim()[1] * 4)
    axes.axvline(1, color=_INK, linewidth=1)
    axes.set_title("plain loop ÷ langassets", color=_INK, fontsize=10)
    axes.legend(loc="lower right", frameon=False, labelcolor=_INK, fontsize=8)


def _growth(axes: "Axes", cases: Sequence[Measured]) -> None:
    grown = [case for case in cases if len(case.ours) > 1]
    for case, colour in zip(grown, _COLOURS, strict=False):
        sizes = sorted(case.ours)
        medians = [case.spread("seconds", size).median for size in sizes]
        label = f"{case.name}: {case.exponent('seconds'):.2f}"
        axes.plot(sizes, medians, marker="o", markersize=4, color=colour, label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("size", color=_INK)
    axes.set_ylabel("seconds", color=_INK)
    axes.set_title("growth, with the exponent", color=_INK, fontsize=10)
    if grown:
        axes.legend(frameon=False, labelcolor=_INK, fontsize=8)


def _legible(axes: "Axes") -> None:
    axes.patch.set_alpha(0)
    axes.tick_params(which="both", colors=_INK, labelsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_INK)
