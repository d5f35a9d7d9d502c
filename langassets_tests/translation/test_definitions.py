"""Titles of reference definitions: translated as an inline link's are, and still titles afterwards."""

import pyromark
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll

from langassets.translation.documents.segments import segment_text
from langassets_tests.translation.test_segments import identity, swapped
from langassets_tests.translation.texts import FRAGMENTS


@pytest.mark.parametrize(
    ("source", "texts", "rebuilt"),
    [
        ('[m]: map.md "An old map"', ["An old map"], '[m]: map.md "aN OLD MAP"'),
        ("[m]: <a b>\n  'An old\n  map'\n", ["An old map"], "[m]: <a b>\n  'aN OLD MAP'\n"),
        ("> [m]: map.md\n> (An old map)", ["An old map"], '> [m]: map.md\n> "aN OLD MAP"'),
        (
            '[m]: map.md "An \\"old\\" &amp; map"',
            ['An "old" & map'],
            "[m]: map.md 'aN \"OLD\" & MAP'",
        ),
        (
            "- one\n\n  [m]: map.md 'Old'\n  [n]: map.md",
            ["one", "Old"],
            "- ONE\n\n  [m]: map.md 'oLD'\n  [n]: map.md",
        ),
        ("[top]: # 'To the top'", ["To the top"], "[top]: # 'tO THE TOP'"),
        (
            "[//]: # (Not for readers)\n\n[comment]: <> 'Nor this'",
            [],
            "[//]: # (Not for readers)\n\n[comment]: <> 'Nor this'",
        ),
    ],
)
def test_the_title_of_a_definition_is_translated(source: str, texts: list[str], rebuilt: str) -> None:
    segmented = segment_text(source)
    assert [segment.text for segment in segmented.segments] == texts
    assert segmented.rebuild([swapped(text) for text in texts]) == rebuilt
    assert identity(segmented) == source


WORDS = [one for one in FRAGMENTS if "<x" not in one and one not in ("\0", "\ud800")]


@given(
    st.sampled_from(['"Some title"', "'Some title'", "(Some title)", "'Some\ntitle'"]),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map("".join),
)
def test_whatever_a_title_says_the_definition_stays(title: str, words: str) -> None:
    source = f"See [one] here.\n\n[one]: /map {title}\n\nThe end.\n"
    segmented = segment_text(source)
    said = " ".join(f"words {words} words".split())
    rebuilt = segmented.rebuild(["See [one]<x1/> here.", said, "The end."])
    tokens = MarkdownIt("commonmark").parse(rebuilt)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"] * 2
    link = next(token for token in tokens[1].children or [] if token.type == "link_open")
    # What looks like an address, a placeholder or a tag was taken as a part of the text.
    assert link.attrs == {"href": "/map", "title": link.attrs["title"]}
    assert " ".join(str(link.attrs["title"]).split()) == said or unescapeAll(said) != said
    assert pyromark.html(rebuilt).count("<p>") == 2
    assert '<a href="/map" title="' in pyromark.html(rebuilt)
