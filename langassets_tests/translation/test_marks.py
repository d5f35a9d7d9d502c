"""Marks where no spaces are written: nothing that is seen changes, nor anything where it does not help."""

from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.markdown.marks import flanked, marks_in

PIECES = [
    "**",
    "*",
    "***",
    "~~",
    "字",
    "a",
    "：",
    "（",
    "）",
    "「",
    "」",
    " ",
    "<x1/>",
    "\\",
    "_",
    "`",
    "(",
    ")",
    "!",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(TEXTS, TEXTS)
def test_nothing_that_is_seen_changes_and_nothing_at_all_but_where_the_marks_are_the_sources_then(
    source: str, translation: str
) -> None:
    shown = flanked(source, translation)
    assert shown.replace("\u2060", "").replace("_", "*") == translation.replace("_", "*")
    if shown != translation:
        assert marks_in(shown) == marks_in(source) != marks_in(translation)
    assert flanked(source, shown) == shown


@given(st.sampled_from(["**", "*", "***", "~~"]), st.sampled_from("：」）.)!"), st.sampled_from("字는a1"))
def test_a_mark_closes_and_opens_between_a_sign_and_a_letter(mark: str, sign: str, letter: str) -> None:
    source = f"{mark}Note{mark} more"
    for translation in (f"{mark}字{sign}{mark}{letter}", f"{letter}{mark}{sign}字{mark}"):
        assert marks_in(translation) != marks_in(source)
        assert marks_in(flanked(source, translation)) == marks_in(source)
