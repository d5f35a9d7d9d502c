"""Wikilinks: the target stays and is protected, the label is translated; without one it is the target."""

import pytest

from langassets.translation.checks import check
from langassets.translation.documents.segments import segment_text
from langassets.translation.types import Segment


@pytest.mark.parametrize(
    ("source", "text", "protected"),
    [
        ("See [[Garden Tools|the list]].", "See <x1/>the list<x2/>.", ("[[Garden Tools|", "]]")),
        ("See [[Garden Tools]].", "See <x1/>.", ("[[Garden Tools]]",)),
        ("See [[page#part]].", "See <x1/>.", ("[[page#part]]",)),
        ("See ![[map.png|100]].", "See <x1/>.", ("![[map.png|100]]",)),
        ("[[a|an *old* `x` map]]", "<x1/>an *old* <x2/> map<x3/>", ("[[a|", "`x`", "]]")),
        ("| [[a\\|the map]] |\n| - |", "<x1/>the map<x2/>", ("[[a\\|", "]]")),
        ("See [[a|the\nmap]].", "See <x1/>the map<x2/>.", ("[[a|", "]]")),
        # Brackets that are no wikilink's: a link's text, a shell's test.
        ("See [[1]](map.md).", "See [[1]](<x1/>).", ("map.md",)),
        ("if [[ -f x ]] is so", "if [[ -f x ]] is so", ()),
    ],
)
def test_a_wikilink_s_target_is_protected_and_its_label_is_not(
    source: str, text: str, protected: tuple[str, ...]
) -> None:
    cut = segment_text(source)
    assert (cut.segments[0].text, cut.segments[0].protected) == (text, protected)
    assert cut.rebuild([one.text for one in cut.segments]) == source
    other = cut.rebuild([f"{cut.segments[0].text} etc"])
    again = segment_text(other).segments[0]
    assert (again.text, again.protected) == (f"{text} etc", protected)


def test_a_label_stays_between_its_brackets() -> None:
    segment = Segment("See <x1/>the list<x2/> today.", ("[[Garden Tools|", "]]"))

    def found(translation: str) -> list[str]:
        return [one.name for one in check(segment, translation, "en", "de")]

    assert found("Sieh heute <x1/>die Liste<x2/> an.") == []
    assert found("Sieh heute <x2/>die Liste<x1/> an.") == ["protected"]
