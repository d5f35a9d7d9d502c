"""Charts for everybody: colours that the colour-blind tell apart, own letters, and words for the picture."""

import base64
from itertools import combinations

import dagster as dg
import pytest

from langassets.defs.pictures import charts
from langassets.locales import both_names, own_name

COLOURS = {
    "blue": charts.BLUE,
    "orange": charts.ORANGE,
    "green": charts.GREEN,
    "grey": charts.GREY,
    "red": charts.RED,
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
        assert contrast(colour, charts.PAGE) >= 3, name  # WCAG 1.4.11, graphics
    assert contrast(charts.INK, charts.PAGE) >= 4.5  # WCAG 1.4.3, text


def test_no_meaning_hangs_on_colour_alone() -> None:
    assert charts.PATTERNS.keys() == set(COLOURS.values())
    assert len(set(charts.PATTERNS.values())) == len(COLOURS)


def alternative(value: dg.MetadataValue) -> str:
    text, _, address = str(value.value).rpartition("](data:image/png;base64,")
    assert base64.b64decode(address.removesuffix(")")).startswith(b"\x89PNG")
    return text.removeprefix("![")


def test_the_words_say_what_the_picture_shows() -> None:
    shown = charts.shares(
        [("Hebrew", 0.5, charts.GREEN), ("A [b]", 0.02, charts.GREY)],
        {"promoted from": 0.05},
        "Shares",
        {"frequent": charts.GREEN, "other": charts.GREY},
    )
    assert alternative(shown) == ("Shares: Hebrew 50.0%, frequent; A \\[b\\] 2.0%, other; promoted from 5%")
    shown = charts.stacked(
        ["text", "code"],
        {"there": ([3, 1], charts.GREEN), "missing": ([0, 2], charts.GREY)},
        "objects",
        "What",
    )
    assert alternative(shown) == (
        "What, in objects. text: 3 there, 0 missing; code: 1 there, 2 missing".replace("_", "\\_")
    )
    assert alternative(charts.shares([], {}, "Nothing")) == "Nothing: none"


@pytest.mark.parametrize("length", [5, 40, 500])
def test_a_table_at_a_glance_is_short_enough_to_be_shown_at_once(length: int) -> None:
    rows = [("x" * length, charts.bar(number / 20), "😀") for number in range(20)]
    shown = str(charts.at_a_glance(("what", "", ""), rows).value)
    assert len(shown.encode("utf-16-le")) // 2 < 1000
    told = shown.count("😀")
    assert 1 <= told <= 12
    assert shown.endswith(f"\n\n{20 - told} more")


def test_a_bar_is_as_long_as_its_part() -> None:
    assert [charts.bar(part) for part in (0, 0.001, 0.3, 0.999, 1)] == ["", "▏", "█▎", "████", "████"]


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("he", "Hebrew – עברית (he)"),
        ("iw", "Hebrew – עברית (iw)"),
        ("ar", "Arabic – العربية (ar)"),
        ("fr", "French – français (fr)"),
        ("en", "English (en)"),
        ("zh", "Chinese (zh)"),  # no Chinese letters in the font: no row of boxes
        ("hi", "Hindi (hi)"),
    ],
)
def test_languages_are_named_in_their_own_letters_where_they_can_be_drawn(code: str, label: str) -> None:
    assert charts.language(code) == label


def test_every_language_that_people_use_is_drawn_without_a_missing_letter() -> None:
    # matplotlib warns of each, and warnings are errors here.
    codes = ["ar", "bn", "de", "el", "en", "fa", "fr", "he", "hi", "hy", "it", "ja", "ka", "ko", "ps", "ru"]
    codes += ["ta", "th", "uk", "ur", "vi", "yi", "zh", "zh-TW"]
    charts.shares([(charts.language(code), 0.1, charts.BLUE) for code in codes], {}, "All")


def test_an_own_name_is_in_the_language_itself() -> None:
    assert own_name("zh-TW") == "中文（台灣）"
    assert own_name("sr-Latn") == "srpski (latinica)"
    assert both_names("he") == "Hebrew – \u2068עברית\u2069"
    assert both_names("fr") == "French – français"
    assert both_names("en") == "English"
