"""The trade-off of the tier as a picture: requests met against what it takes to meet them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from langassets import lazy
from langassets.defs.pictures import charts
from langassets.defs.pictures.charts import BLUE, GREEN, GREY, INK, ORANGE, RED
from langassets.jobs.simulation.simulate import REPLACED, TODAY, SimulatedSetting, Simulation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# A shape each beside the colour, for those who cannot tell colours apart.
_MARKED = {TODAY: (ORANGE, "D"), REPLACED: (RED, "X"), "recommended": (GREEN, "*")}


def draw(simulation: Simulation) -> bytes:
    """A PNG: requests met against the size of the tier, to which storage is proportional, with the best
    possible; and against the cost of translation, in dollars where a price is known and above 0, else in
    tokens, or not at all where there is nothing to translate.
    """
    figure = lazy.matplotlib_figure.Figure(figsize=(7, 3.9), layout="constrained")
    costs, unit = _costs(simulation.settings)
    axes = figure.subplots(1, 1 + any(costs), sharey=True, squeeze=False)[0]
    by_size = axes[0]
    sizes, most = zip(*simulation.frontier, strict=True)
    by_size.plot(sizes, [100 * share for share in most], color=BLUE, label="best possible in hindsight")
    _points(by_size, simulation, [one.languages for one in simulation.settings])
    by_size.set_ylabel("requests met by a preloaded lesson, %", color=INK)
    by_size.set_xlabel("languages (and so storage), on average", color=INK)
    if any(costs):
        _points(axes[1], simulation, costs)
        axes[1].set_xlabel(unit, color=INK)
    # Above both: within either, a point or the line may run through it.
    handles, labels = by_size.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside upper left",
        ncols=3,
        frameon=False,
        labelcolor=INK,
        fontsize=8,
        markerscale=0.6,
    )
    # Close to where the settings lie: the line begins far below them, with tiers that nobody tried.
    lowest = min(one.coverage for one in simulation.settings)
    by_size.set_ylim(max(0.0, 100 * lowest - 10), 101)
    by_size.set_xlim(left=max(0.0, min(one.languages for one in simulation.settings) - 1))
    return charts.as_png(figure)


def described(simulation: Simulation) -> str:
    """The picture in words, for those who do not see it."""
    today, replaced = simulation.settings[:2]
    told = [
        f"today's settings meet {_met(today)}, where {today.best_possible:.1%} was possible in hindsight",
        f"the replaced system's {_met(replaced)}",
    ]
    if simulation.recommended:
        told.append(f"the recommended ones {_met(simulation.recommended)}")
    return f"Requests met against languages held, for {len(simulation.settings)} settings: {'; '.join(told)}"


def _met(one: SimulatedSetting) -> str:
    return f"{one.coverage:.1%} with {one.languages:.1f} languages"


def _points(axes: "Axes", simulation: Simulation, places: Iterable[float]) -> None:
    charts.style_axes(axes)
    located = list(zip(places, simulation.settings, strict=True))
    shares = [100 * one.coverage for _, one in located]
    axes.scatter([place for place, _ in located], shares, s=12, color=GREY, label="other settings")
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
    tokens = [one.tokens for one in every]
    unit, size = ("million", 1_000_000) if max(tokens, default=0) >= 1_000_000 else ("thousand", 1_000)
    return [count / size for count in tokens], f"translation, {unit} tokens"
