"""The trade-off of the tier as a picture: requests met against what it takes to meet them."""

from collections.abc import Iterable, Sequence

from langassets.defs.pictures import svg
from langassets.defs.pictures.svg import BLUE, GREEN, GREY, ORANGE, RED
from langassets.jobs.simulation.simulate import REPLACED, TODAY, SimulatedSetting, Simulation

# A shape each beside the colour, for those who cannot tell colours apart: paths around a point.
_OTHER = (GREY, "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0")
_MARKED = {
    TODAY: (ORANGE, "M0 -7 7 0 0 7 -7 0Z"),
    REPLACED: (RED, "M-6 -6-3 -6 0 -2 3 -6 6 -6 2 0 6 6 3 6 0 2 -3 6-6 6-2 0Z"),
    "recommended": (GREEN, "M0 -8 2.3 -2.6 8 -2.4 3.6 1.2 5 7 0 3.8-5 7-3.6 1.2-8 -2.4-2.3 -2.6Z"),
}
_TOP, _BOTTOM, _LEFT, _GAP = 50, 340, 60, 30


def draw(simulation: Simulation) -> bytes:
    """An SVG: requests met against the size of the tier, to which storage is proportional, with the best
    possible; and against the cost of translation, in dollars where a price is known and above 0, else in
    tokens, or not at all where there is nothing to translate.
    """
    costs, unit = _costs(simulation.settings)
    sizes = [one.languages for one in simulation.settings]
    panels = [("languages (and so storage), on average", sizes, max(0.0, min(sizes) - 1))]
    panels += [(unit, costs, 0.0)] if any(costs) else []
    # Close to where the settings lie: the line begins far below them, with tiers that nobody tried.
    lowest = max(0.0, 100 * min(one.coverage for one in simulation.settings) - 10)
    width = (svg.WIDTH - _LEFT - 20) / len(panels) - _GAP
    shapes = [_legend()]
    for place, (label, places, least) in enumerate(panels):
        panel = _Panel(_LEFT + place * (width + _GAP), width, least, max([*places, least + 1e-9]), lowest)
        best = [(size, 100 * share) for size, share in simulation.frontier]
        shapes += panel.frame(label, figures=not place)
        shapes += [panel.line(best)] if not place else []
        shapes += panel.points(list(zip(places, simulation.settings, strict=True)), simulation.recommended)
    shapes.append(
        f'<g transform="rotate(-90)">{svg.words(-(_TOP + _BOTTOM) / 2, 12, _MET, anchor="middle")}</g>'
    )
    return svg.picture(_BOTTOM + 50, shapes, described(simulation))


_MET = "requests met by a preloaded lesson, %"


class _Panel:
    """A frame with a scale below and one beside it: shares in per cent against something."""

    def __init__(self, left: float, width: float, least: float, most: float, lowest: float) -> None:
        self.left, self.width, self.least, self.most, self.lowest = left, width, least, most, lowest

    def at(self, place: float, met: float) -> tuple[float, float]:
        """Where a point is drawn."""
        x = self.left + self.width * (place - self.least) / (self.most * 1.03 - self.least)
        return x, _BOTTOM - (_BOTTOM - _TOP) * (met - self.lowest) / (101 - self.lowest)

    def frame(self, label: str, *, figures: bool) -> list[str]:
        """Both scales; `figures` beside the upright one."""
        left, right = self.left, self.left + self.width
        shapes = [svg.line([(left, _TOP), (left, _BOTTOM), (right, _BOTTOM)])]
        for tick in (tick for tick in svg.ticks(self.most, 5) if tick >= self.least):
            x, _ = self.at(tick, self.lowest)
            shapes += [svg.line([(x, _BOTTOM), (x, _BOTTOM + 4)])]
            shapes += [svg.words(x, _BOTTOM + 14, f"{tick:g}", anchor="middle")]
        for tick in (tick for tick in range(0, 101, 10) if tick >= self.lowest):
            _, y = self.at(self.least, tick)
            shapes += [svg.line([(left - 4, y), (left, y)])]
            shapes += [svg.words(left - 8, y, str(tick), anchor="end")] if figures else []
        return [*shapes, svg.words((left + right) / 2, _BOTTOM + 34, label, anchor="middle")]

    def line(self, points: Sequence[tuple[float, float]]) -> str:
        """The part of a line that lies within the frame."""
        inside = [(x, y) for x, y in points if self.least <= x <= self.most and y >= self.lowest]
        return svg.line([self.at(*point) for point in inside], BLUE)

    def points(
        self, located: Sequence[tuple[float, SimulatedSetting]], recommended: SimulatedSetting | None
    ) -> list[str]:
        """Every setting, the ones with a role above the others."""
        roles = [
            ("recommended" if one == recommended else one.role, self.at(place, 100 * one.coverage))
            for place, one in located
        ]
        others = [_mark(*at, *_OTHER) for _, at in roles]
        return others + [_mark(*at, *_MARKED[role]) for role, at in roles if role in _MARKED]


def _legend() -> str:
    """Above the panels: within either, a point or the line may run through it."""
    shapes, x = [svg.line([(10, 15), (30, 15)], BLUE), svg.words(36, 15, "best possible in hindsight")], 240.0
    for label, mark in {**_MARKED, "other settings": _OTHER}.items():
        shapes += [_mark(x, 15, *mark), svg.words(x + 12, 15, label)]
        x += svg.width_of(label) + 34
    return "".join(shapes)


def _mark(x: float, y: float, colour: str, path: str) -> str:
    return f'<path transform="translate({x:.1f} {y:.1f})" d="{path}" fill="{colour}"/>'


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


def _costs(settings: Iterable[SimulatedSetting]) -> tuple[list[float], str]:
    every = list(settings)
    dollars = [one.dollars for one in every if one.dollars is not None]
    if len(dollars) == len(every) and any(dollars):
        return dollars, "translation, $"
    tokens = [one.tokens for one in every]
    unit, size = ("million", 1_000_000) if max(tokens, default=0) >= 1_000_000 else ("thousand", 1_000)
    return [count / size for count in tokens], f"translation, {unit} tokens"
