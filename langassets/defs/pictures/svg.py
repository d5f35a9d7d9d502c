"""The few shapes that our pictures are made of, as SVG: a browser draws them, with the reader's own fonts.

They bring a white page of their own. No ink contrasts enough with Dagster's light page and with its dark one
for small letters (WCAG asks for 4.5:1), so a transparent picture would be hard to read on one of them.
"""

import math
from collections.abc import Iterable
from unicodedata import east_asian_width
from xml.sax.saxutils import escape, quoteattr

# Chosen so that any two stay apart under every common kind of colour blindness, and each is 3:1 against
# white; langassets_tests/defs/test_charts.py measures both. A pattern each, for prints in grey.
PAGE, INK = "#FFFFFF", "#333333"
BLUE, ORANGE, GREEN, GREY, RED = "#004488", "#CC7A00", "#117733", "#8C8C8C", "#882255"
PATTERNS = {
    BLUE: "M-1 9 9 -1",
    ORANGE: "M-1 -1 9 9",
    GREEN: "",
    GREY: "M3 4h2M7 0h2M-1 0h2M-1 8h2M7 8h2",
    RED: "M-1 9 9 -1M-1 -1 9 9",
}
WIDTH, SIZE = 770, 12
"""Of a picture, and of the letters in it, in pixels."""
# Of a letter, in parts of its size: more than most fonts need, for nothing may be cut off.
_WIDE, _NARROW = 1.05, 0.56


def width_of(words: str, size: float = SIZE) -> float:
    """At most how wide `words` are drawn, in pixels."""
    return size * sum(_WIDE if east_asian_width(letter) in "WF" else _NARROW for letter in words)


def words(
    x: float, y: float, text: str, *, anchor: str = "start", fill: str = INK, size: float = SIZE
) -> str:
    """A line of text whose `anchor` (start, middle or end) stands at `x`, and its middle at `y`."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" fill="{fill}"'
    return f'<text {place} dominant-baseline="central">{escape(text)}</text>'


def box(x: float, y: float, width: float, height: float, colour: str, *, hatched: bool = True) -> str:
    """A rectangle in a colour of ours, with that colour's pattern."""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    pattern = f'<rect {place} fill="url(#{_name(colour)})"/>' if hatched and PATTERNS[colour] else ""
    return f'<rect {place} fill="{colour}" stroke="{PAGE}"/>{pattern}'


def line(points: Iterable[tuple[float, float]], colour: str = INK, *, dashed: bool = False) -> str:
    """A line through points."""
    through = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = ' stroke-dasharray="5 3"' if dashed else ""
    return f'<polyline points="{through}" fill="none" stroke="{colour}"{dashes}/>'


def legend(y: float, entries: Iterable[tuple[str, str]], *, hatched: bool = True) -> str:
    """What the colours mean, on one line: labels and colours."""
    shapes, x = [], 10.0
    for label, colour in entries:
        shapes += [box(x, y - 5, 14, 10, colour, hatched=hatched), words(x + 19, y, label)]
        x += 19 + width_of(label) + 16
    return "".join(shapes)


def ticks(most: float, at_most: int = 6) -> list[float]:
    """Round figures from 0 to `most`, at equal distances of 1, 2 or 5 times a power of ten."""
    least = max(most, 1e-9) / at_most
    power = 10 ** math.floor(math.log10(least))
    step = power * next(times for times in (1, 2, 5, 10) if times * power >= least * (1 - 1e-9))
    return [step * number for number in range(math.floor(most / step + 1e-9) + 1)]


def picture(height: float, shapes: Iterable[str], text: str) -> bytes:
    """The file: shapes on a white page of `height` pixels, and `text`, what they show in words."""
    patterns = "".join(
        f'<pattern id="{_name(colour)}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path d="{path}" stroke="{PAGE}" stroke-width="1.2"/></pattern>'
        for colour, path in PATTERNS.items()
    )
    size = f'width="{WIDTH}" height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={quoteattr(text)} '
        f'font-family="DejaVu Sans, Noto Sans, Arial, sans-serif"><defs>{patterns}</defs>'
        f'<rect width="100%" height="100%" fill="{PAGE}"/>{"".join(shapes)}</svg>\n'
    ).encode()


def _name(colour: str) -> str:
    return f"p{colour[1:]}"
