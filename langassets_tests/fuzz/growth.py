"""How the time for an input grows with its size: python -m langassets_tests.fuzz.growth [TARGET …]

Pieces of the corpus and hostile marks, repeated to four sizes. An exponent of 1 is as it should be; with 2 or
more, a page of text can hold a process up for an hour. Processor time, the best of three.
"""

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from langassets.errors import InputError
from langassets_tests.fuzz.run import cases
from langassets_tests.fuzz.targets import TARGETS

SIZES = (4_000, 8_000, 16_000, 32_000)
_HOSTILE = r"""
[ ![ ]( [a](b ` `a``b $ $$·a\n <a· <a·b=' <!--· <?· <div>\n {{ {%· ${ & \\ a@ a. a/ http:// *a·** _a
| a|b\n-|-\n >· >·a\nb\n ··-·a\n [a]:·b\n [^a]:·b\n !!!·note\n····a\n ---\na:·b\n a··\n \ta :a ~~~\n
a:·b\n-· <x1/> " "" ' ,,, 1,2. ( « a· ؟ ال aA! 3:4 {"a": [[ &lt; <seg>a \u200f ….·
"""
_LONG = 1.0


def inputs(target: str) -> Iterator[bytes]:
    """What is repeated."""
    for unit in _HOSTILE.split():
        yield unit.replace("·", " ").replace("\\n", "\n").replace("\\t", "\t").encode()
    for path in cases(target):
        whole = path.read_bytes()
        if len(whole) < SIZES[0] / 2:
            yield whole


def seconds(run: Callable[[bytes], None], data: bytes) -> float:
    """Processor time of one input, the best of three."""
    best = math.inf
    for _ in range(3):
        begun = time.process_time()
        with suppress(InputError):
            run(data)
        best = min(best, time.process_time() - begun)
        if best > _LONG:
            break
    return best


def main() -> None:
    """Print the steepest of each target."""
    for name in sys.argv[1:] or [name for name in TARGETS if name != "api"]:
        found = []
        for unit in inputs(name):
            prefix = b"a" if name in ("content", "answer") else b""
            times = [seconds(TARGETS[name], prefix + unit * (size // len(unit))) for size in SIZES]
            exponent = math.log(max(times[-1], 1e-4) / max(times[0], 1e-4)) / math.log(SIZES[-1] / SIZES[0])
            found.append((times[-1], exponent, unit[:30]))
        worst = sorted(found, reverse=True)[:3]
        print(name, "; ".join(f"{t:.2f} s at 32 KB, exponent {e:.2f}, {unit!r}" for t, e, unit in worst))


if __name__ == "__main__":
    main()
