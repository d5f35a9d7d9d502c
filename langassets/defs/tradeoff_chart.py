"""The trade-off of the tier as a picture: requests met against what it takes to meet them."""

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from langassets.defs.charts import BLUE, GREEN, GREY, ORANGE, RED
from langassets.jobs.simulation import REPLACED, TODAY, SimulatedSetting, Simulation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK = "#808080"  # legible on white and on black
# A shape each beside the colour, for those who cannot tell colours apart.
_MARKED = {TODAY: (ORANGE, "D"), REPLACED: (RED, "X"), "recommended": (GREEN, "*")}


def draw(simulation: Simulation, background: str | None = None) -> bytes:
    """A PNG: requests met against the size of the tier, with the best possible, and against the cost of
    translation, in dollars where a price is known and above 0, else in tokens.

    `background` None leaves it transparent.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.9), layout="constrained")
    FigureCanvasAgg(figure)
    if background:
        figure.patch.set_facecolor(background)
    else:
        figure.patch.set_alpha(0)
    by_size, by_cost = figure.subplots(1, 2, sharey=True)
    sizes, most = zip(*simulation.frontier, strict=True)
    by_size.plot(sizes, [100 * share for share in most], color=BLUE, label="best possible in hindsight")
    _points(by_size, simulation, [one.languages for one in simulation.settings])
    costs, unit = _costs(simulation.settings)
    _points(by_cost, simulation, costs)
    by_size.set_ylabel("requests met by a preloaded lesson, %", color=_INK)
    by_size.set_xlabel("languages in the tier, on average", color=_INK)
    by_cost.set_xlabel(unit, color=_INK)
    by_size.legend(loc="lower right", frameon=False, labelcolor=_INK, fontsize=8)
    lowest = min(one.coverage for one in simulation.settings)
    by_size.set_ylim(max(0.0, 100 * lowest - 10), 101)
    file = BytesIO()
    figure.savefig(file, format="png", dpi=110)
    return file.getvalue()


def described(simulation: Simulation) -> str:
    """The picture in words, for those who do not see it."""
    today = simulation.settings[0]
    return (
        f"Requests met against languages held, for {len(simulation.settings)} settings: today's meet "
        f"{today.coverage:.1%} with {today.languages:.1f} languages; {today.best_possible:.1%} was possible"
    )


def _points(axes: "Axes", simulation: Simulation, places: Iterable[float]) -> None:
    axes.patch.set_alpha(0)
    axes.tick_params(colors=_INK, labelsize=9)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_INK)
    located = list(zip(places, simulation.settings, strict=True))
    shares = [100 * one.coverage for _, one in located]
    axes.scatter([place for place, _ in located], shares, s=12, color=GREY, alpha=0.6, label="other settings")
    for place, one in located:
        role = "recommended" if one == simulation.recommended else one.role
        if role in _MARKED:
            colour, shape = _MARKED[role]
            axes.scatter(
                [place], [100 * one.coverage], s=110, color=colour, marker=shape, label=role, zorder=3
            )


def _costs(settings: Iterable[SimulatedSetting]) -> tuple[list[float], str]:
    every = list(settings)
    dollars = [one.dollars for one in every if one.dollars is not None]
    if len(dollars) == len(every) and any(dollars):
        return dollars, "translation, $"
    return [one.tokens / 1_000_000 for one in every], "translation, million tokens"
