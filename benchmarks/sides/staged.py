"""A case of the benchmarks in the tree's own world: seconds of the processor."""

import sys

from benchmarks.cases import CASES
from benchmarks.stage import Stage

name, size = sys.argv[1], int(sys.argv[2])
[case] = [one for one in CASES if one.name == name]
with Stage(0.0) as stage, stage.world(lambda to: case.build(to, size, stage.folder)) as world:
    case.ready(stage, size)
    print(stage.measure(case.ours(size, stage.folder), world).cpu_seconds)
