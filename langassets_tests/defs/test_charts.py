"""Charts for everybody: colours that the colour-blind tell apart, own letters, and words for the picture."""

import base64
from itertools import combinations
from xml.etree import ElementTree

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.defs.pictures import charts, svg
from langassets.defs.pictures.at_a_glance import at_a_glance, bar
from langassets.locales import both_names, own_name

COLOURS = {
    "blue": svg.BLUE,
    "orange": svg.ORANGE,
    "green": svg.GREEN,
    "grey": svg.GREY,
    "red": svg.RED,
}
# How linear sRGB is seen in full colour blindness: Machado, Oliveira and Fernandes, 2009, severity 1.
SEEN = {
    "by most": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "with protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "with deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "with tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
TO_XYZ = ((0.41246, 0.35758, 0.18044), (0.21267, 0.71515, 0.07218), (0.01933, 0.11919, 0.95030))
WHITE = (0.95047, 1.0, 1.08883)
Triple = tuple[float, float, float]


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def times(matrix: tuple[Triple, Triple, Triple], vector: list[float]) -> list[float]:
    return [sum(weight * part for weight, part in zip(row, vector, strict=True)) for row in matrix]


def lab(colour: str, seen: str) -> Triple:
    shown = [min(1.0, max(0.0, part)) for part in times(SEEN[seen], linear(colour))]
    x, y, z = (
        (part / white) ** (1 / 3) if part / white > 0.008856 else 7.787 * part / white + 16 / 116
        for part, white in zip(times(TO_XYZ, shown), WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def contrast(one: str, other: str) -> float:
    """As WCAG 2 measures it."""
    lights = sorted(times(TO_XYZ, linear(colour))[1] + 0.05 for colour in (one, other))
    return lights[1] / lights[0]


@pytest.mark.parametrize("seen", SEEN)
def test_any_two_colours_are_told_apart(seen: str) -> None:
    for (one, first), (other, second) in combinations(COLOURS.items(), 2):
        pairs = zip(lab(first, seen), lab(second, seen), strict=True)
        distance = sum((here - there) ** 2 for here, there in pairs) ** 0.5
        # 2.3 is just noticeable side by side (CIE 1976); patches in a legend lie far apart.
        assert distance > 20, f"{one} and {other} {seen}: {distance:.1f}"


def test_what_is_drawn_contrasts_with_the_page() -> None:
    for name, colour in COLOURS.items():
        assert contrast(colour, svg.PAGE) >= 3, name  # WCAG 1.4.11, graphics
    assert contrast(svg.INK, svg.PAGE) >= 4.5  # WCAG 1.4.3, text


def test_no_meaning_hangs_on_colour_alone() -> None:
    assert svg.PATTERNS.keys() == set(COLOURS.values())
    assert len(set(svg.PATTERNS.values())) == len(COLOURS)


def drawn(value: dg.MetadataValue) -> tuple[str, ElementTree.Element]:
    """The words of a picture, and the picture."""
    text, _, address = str(value.value).rpartition("](data:image/svg+xml;base64,")
    return text.removeprefix("!["), ElementTree.fromstring(base64.b64decode(address.removesuffix(")")))


def alternative(value: dg.MetadataValue) -> str:
    text, picture = drawn(value)
    assert picture.get("aria-label")
    return text


def test_the_words_say_what_the_picture_shows() -> None:
    shown = charts.shares(
        [("Hebrew", 0.5, svg.GREEN), ("A [b]", 0.02, svg.GREY)],
        {"promoted from": 0.05},
        "Shares",
        {"frequent": svg.GREEN, "other": svg.GREY},
    )
    assert alternative(shown) == ("Shares: Hebrew 50.0%, frequent; A \\[b\\] 2.0%, other; promoted from 5%")
    shown = charts.stacked(
        ["text", "code"],
        {"there": ([3, 1], svg.GREEN), "missing": ([0, 2], svg.GREY)},
        "objects",
        "What",
    )
    assert alternative(shown) == (
        "What, in objects. text: 3 there, 0 missing; code: 1 there, 2 missing".replace("_", "\\_")
    )
    assert alternative(charts.shares([], {}, "Nothing")) == "Nothing: none"


@pytest.mark.parametrize("length", [5, 40, 500])
def test_a_table_at_a_glance_is_short_enough_to_be_shown_at_once(length: int) -> None:
    rows = [("x" * length, bar(number / 20), "😀") for number in range(20)]
    shown = str(at_a_glance(("what", "", ""), rows).value)
    assert len(shown.encode("utf-16-le")) // 2 < 1000
    told = shown.count("😀")
    assert 1 <= told <= 12
    assert shown.endswith(f"\n\n{20 - told} more")


def test_a_bar_is_as_long_as_its_part() -> None:
    assert [bar(part) for part in (0, 0.001, 0.3, 0.999, 1)] == ["", "▏", "█▎", "████", "████"]


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("he", "Hebrew – עברית (he)"),
        ("iw", "Hebrew – עברית (iw)"),
        ("fr", "French – français (fr)"),
        ("en", "English (en)"),
        ("zh", "Chinese – 中文 (zh)"),
        ("hi", "Hindi – हिन्दी (hi)"),
    ],
)
def test_languages_are_named_in_their_own_letters(code: str, label: str) -> None:
    assert charts.language(code) == label


@given(
    st.lists(
        st.tuples(st.text(max_size=60), st.floats(0, 1), st.sampled_from([*COLOURS.values()])), max_size=30
    ),
    st.dictionaries(st.sampled_from(["promoted from", "demoted below"]), st.floats(0, 1)),
)
def test_all_that_is_drawn_lies_on_the_page(
    rows: list[tuple[str, float, str]], thresholds: dict[str, float]
) -> None:
    named = [(charts.language("he", name), share, colour) for name, share, colour in rows]
    _, picture = drawn(charts.shares(named, thresholds, "All", {"one": svg.BLUE}))
    height = float(picture.get("height") or 0)
    for box in picture.iterfind(".//{*}rect[@x]"):
        x, y, wide, high = (float(box.get(name) or 0) for name in ("x", "y", "width", "height"))
        assert -0.1 <= x <= x + wide <= svg.WIDTH + 0.1
        assert -0.1 <= y <= y + high <= height + 0.1
    names = [text.text for text in picture.iterfind(".//{*}text[@text-anchor='end']")]
    assert [f"{name}\u2002{share:.1%}" for name, share, _ in named] == names[: len(named)]


@given(st.floats(1e-6, 1e9))
def test_a_scale_has_a_few_round_figures(most: float) -> None:
    figures = svg.ticks(most)
    assert 3 <= len(figures) <= 7
    assert figures[0] == 0
    assert figures[-1] <= most * (1 + 1e-9)


def test_an_own_name_is_in_the_language_itself() -> None:
    assert own_name("zh-TW") == "中文（台灣）"
    assert own_name("sr-Latn") == "srpski (latinica)"
    assert both_names("he") == "Hebrew – \u2068עברית\u2069"
    assert both_names("fr") == "French – français"
    assert both_names("en") == "English"
