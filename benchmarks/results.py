"""What was measured, and what follows: medians, spreads, ratios within one run, exponents of growth."""

import json
import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

import psutil
from pydantic import TypeAdapter

from benchmarks.stage import Sample

MEASURES = ("seconds", "requests", "statements", "bytes", "tokens", "peak_memory")


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some measurements, and the lowest and highest of them."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(median(values), min(values), max(values))


@dataclass(slots=True)
class Measured:
    """One case: samples by size of langassets and the floor, and of the loop at one size."""

    name: str
    one: str
    unit: str
    note: str
    measured_on: str = ""
    machine: dict[str, Any] = field(default_factory=dict)
    compared: int = 1
    """The size at which the loop ran beside langassets."""

    ours: dict[int, list[Sample]] = field(default_factory=dict)
    floor: dict[int, list[Sample]] = field(default_factory=dict)
    loop: list[Sample] = field(default_factory=list)
    floor_requests: dict[int, int] = field(default_factory=dict)
    floor_tokens: dict[int, int] = field(default_factory=dict)
    floor_waiting: dict[int, float] = field(default_factory=dict)
    """Seconds of waiting for models that come on top of the floor's own."""

    @property
    def part(self) -> float:
        """How much more langassets did than the loop: what the loop's figures are multiplied by."""
        return self.ours[self.compared][0].units / self.loop[0].units

    def spread(self, measure: str, size: int | None = None) -> Spread:
        """Of langassets, by default at the size that the loop ran at."""
        return Spread.of([getattr(sample, measure) for sample in self.ours[size or self.compared]])

    def loop_spread(self, measure: str) -> Spread:
        """Of the loop, for as much work as langassets did; its memory as it was."""
        part = 1.0 if measure == "peak_memory" else self.part
        return Spread.of([getattr(sample, measure) * part for sample in self.loop])

    def ratio(self, measure: str) -> Spread | None:
        """How many times as much the loop took, pair by pair; None where langassets took nothing."""
        part = 1.0 if measure == "peak_memory" else self.part
        both = zip(self.ours[self.compared], self.loop, strict=False)
        pairs = [(getattr(ours, measure), getattr(theirs, measure)) for ours, theirs in both]
        ratios = [theirs * part / ours for ours, theirs in pairs if ours]
        return Spread.of(ratios) if ratios else None

    def exponent(self, measure: str) -> float | None:
        """Of the growth with size: 1 is proportional, 0 none."""
        return exponent({float(size): self.spread(measure, size).median for size in self.ours})


def exponent(points: Mapping[float, float]) -> float | None:
    """The slope of a straight line through the points on two logarithmic scales, by least squares; None where
    there are fewer than two points, or one is 0."""
    if len(points) < 2 or min(points.values()) <= 0:
        return None
    return linear_regression(*([*map(math.log, axis)] for axis in (points, points.values()))).slope


def machine() -> dict[str, Any]:
    """Where it was measured: nothing that names a machine or a person."""
    facts: dict[str, Any] = {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
    }
    if (processors := Path("/proc/cpuinfo")).exists():
        lines = processors.read_text(encoding="utf-8").splitlines()
        named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
        facts["processor"] = next(named, facts["processor"])
    facts["memory_gib"] = round(psutil.virtual_memory().total / 2**30, 1)
    if hasattr(os, "getloadavg"):
        facts["load_at_start"] = round(os.getloadavg()[0], 1)
    return facts


def written(case: Measured) -> str:
    """A case as JSON, every sample and what follows from them included."""
    ratios = {name: case.ratio(name) for name in MEASURES}
    derived = {
        "loop_part": case.part,
        "ratios": {name: asdict(ratio) for name, ratio in ratios.items() if ratio},
        "exponents": {name: case.exponent(name) for name in MEASURES},
    }
    return json.dumps(asdict(case) | {"derived": derived}, indent=1) + "\n"


def read(text: str) -> Measured:
    """A case as `written` wrote it."""
    return TypeAdapter(Measured).validate_json(text)
