"""Attributes of raw HTML that are read: translated wherever a tag stands, and nothing else of it."""

from collections.abc import Collection, Iterator
from html.parser import HTMLParser

import pyromark
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from langassets.errors import InputError
from langassets.translation.documents.document import document
from langassets.translation.documents.segments import segment_text
from langassets.translation.markdown import slots
from langassets.translation.markdown.values import Value
from langassets.translation.markdown.values.attributes import attributes_of
from langassets_tests.translation.test_segments import identity, swapped
from langassets_tests.translation.test_structure import hostile
from langassets_tests.translation.texts import FRAGMENTS


def test_only_tags_with_a_name_that_is_read_are_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(kind: str, text: str, also: Collection[str] = ()) -> Iterator[Value]:
        read.append(text)
        return attributes_of(kind, text, also)

    monkeypatch.setattr(slots, "attributes_of", counted)
    segment_text(
        '<div class="x">\n<a href="y"><b>Label</b></a>\n</div>\n\nA `title=x` and <i class="z">i</i>\n'
    )
    assert read == []
    segment_text('<div class="x">\n<img alt="y"><Tab a="z" />\n</div>\n')
    assert read == ['<img alt="y">', '<Tab a="z" />']


@pytest.mark.parametrize(
    ("source", "texts", "rebuilt"),
    [
        (
            'See <img alt="A map" src="Map.png" title=\'Old\'> now.',
            ["See <x1/> now.", "A map", "Old"],
            'sEE <img alt="a MAP" src="Map.png" title=\'oLD\'> NOW.',
        ),
        ('<img alt="A map">\n', ["A map"], '<img alt="a MAP">\n'),
        ("<abbr title=Old>HTML</abbr>", ["Old", "HTML"], '<abbr title="oLD">html</abbr>'),
        (
            '> One <abbr\n> title="two\n> words">x</abbr> two',
            ["One <x1/>x<x2/> two", "two words"],
            '> oNE <abbr title="TWO WORDS">X</abbr> TWO',
        ),
        (
            '<div aria-label="Box"><select><option label="One" value="x">Two</option></select></div>',
            ["Box", "One", "Two"],
            '<div aria-label="bOX"><select><option label="oNE" value="x">tWO</option></select></div>',
        ),
        (
            '<iframe title="A film"></iframe><svg><g title="None"/></svg><input type="submit" value="Go">',
            ["A film", "Go"],
            '<iframe title="a FILM"></iframe><svg><g title="None"/></svg><input type="submit" value="gO">',
        ),
        ('<input value="x" placeholder="Name">', ["Name"], '<input value="x" placeholder="nAME">'),
        ("Press <kbd title='Enter'>X</kbd> now", ["Press <x1/> now", "Enter"],
         "pRESS <kbd title='eNTER'>X</kbd> NOW"),
        ('<b translate="no" title="Name">x</b> <link title="Name">', ["x"],
         '<b translate="no" title="Name">X</b> <link title="Name">'),
        ('<img alt="" title="{{ name }}" data-title="No" :title="no">', [],
         '<img alt="" title="{{ name }}" data-title="No" :title="no">'),
        ('See ```<img alt="no">``` and <!-- <img alt="no"> -->.', ["See <x1/> and <x2/>."],
         'sEE ```<img alt="no">``` AND <!-- <img alt="no"> -->.'),
    ],
)  # fmt: skip
def test_attributes_that_are_read_are_translated_and_others_untouched(
    source: str, texts: list[str], rebuilt: str
) -> None:
    segmented = segment_text(source)
    assert [segment.text for segment in segmented.segments] == texts
    assert segmented.rebuild([swapped(text) for text in texts]) == rebuilt
    assert identity(segmented) == source


def test_an_attribute_is_written_by_the_rules_of_attributes() -> None:
    source = "A <img alt=\"Fish &amp; chips\" title='x'> here."
    segmented = segment_text(source)
    assert segmented.segments[1].text == "Fish & chips"
    rebuilt = segmented.rebuild(["Un <x1/> ici.", 'a "b" < c, R&D', "l'été"])
    assert rebuilt == ("Un <img alt=\"a &#34;b&#34; &#60; c, R&#38;D\" title='l&#39;été'> ici.")
    assert [one.text for one in segment_text(rebuilt).segments][1:] == ['a "b" < c, R&D', "l'été"]


WORDS = [one for one in FRAGMENTS if "<x" not in one and one not in ("\0", "\ud800")]


def test_a_sentence_with_an_attribute_in_it_reads_as_it_did() -> None:
    """So memory has its translation, and the same sentence with another picture shares it."""
    first, second = (segment_text(f'See <img alt="{alt}" src="a.png"> now.') for alt in ("A map", "A road"))
    assert first.segments[0] == second.segments[0]
    assert first.segments[0].text == "See <x1/> now."
    assert first.rebuild(["See <x1/> now.", "Une carte"]) == 'See <img alt="Une carte" src="a.png"> now.'
    assert first.rebuild(["Voir <x1/>.", "A map"]) == 'Voir <img alt="A map" src="a.png">.'


def test_attributes_stand_where_anchors_are_put_before_them() -> None:
    text = '---\nsummary: |\n  One\n\n  two\n---\n[a](#a-b)\n\n## A b\n\nSee <img alt="A map"> now.\n'
    cut = document("text", {"text": text})
    rebuilt = cut.rebuild({one: swapped(one) for one in cut.texts}, "fr")["text"]
    front, anchor = "---\nsummary: |\n  oNE\n\n  TWO\n---\n", '<a id="a-b"></a>'
    assert rebuilt == f'{front}[A](#a-b)\n\n{anchor}\n\n## a B\n\nsEE <img alt="a MAP"> NOW.\n'


NAMES = st.sampled_from(["alt", "title", "aria-label", "src", "data-title", "class"])
SAID = st.sampled_from(["A map", "x < y", "two\nlines", "&quot;so&quot;", "a|b", "`c`", "{name} b", "1", ""])
PLACES = [
    "See {} here, and {} too.",
    "{}\n",
    "> one\n> {} two\n",
    "| a {} | b |\n|-|-|\n| {} c | d |\n",
    "# {} Title",
    "<div>\n{}\n<p>Some text {} here</p>\n</div>\n",
    "- one {}\n\n  two **{}**\n",
    "[a {} b](c)\n",
]
READ = ("alt", "title", "aria-label")


@st.composite
def tags(draw: st.DrawFn) -> str:
    """A tag with attributes, quoted either way."""
    element = draw(st.sampled_from(["img", "abbr", "span", "kbd"]))
    attributes = draw(st.dictionaries(NAMES, SAID, max_size=4))
    quotes = (draw(st.sampled_from("\"'")) for _ in attributes)
    written = (
        f" {name}={quote}{said}{quote}"
        for (name, said), quote in zip(attributes.items(), quotes, strict=True)
    )
    return f"<{element}{''.join(written)}>" + ("" if element == "img" else f"words</{element}>")


class _Tags(HTMLParser):
    """The tags of a page with their attributes, and what those say that are read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.said: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [" ".join((value or "").split()) for name, value in attrs if name in READ]
        self.tags.append((tag, tuple((name, None if name in READ else value) for name, value in attrs)))


COMMONMARK = MarkdownIt("commonmark").enable("table")
OPTIONS = pyromark.Options.ENABLE_TABLES


@given(
    st.sampled_from(PLACES),
    st.lists(tags(), min_size=2, max_size=2),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5),
    st.integers(0, 99),
)
@example("| a {} | b |\n|-|-|\n| {} c | d |\n", ["<img alt='A map'>", "<img>"], ["|", "\\"], 0)
def test_whatever_stands_in_an_attribute_the_tags_stay(
    place: str, found: list[str], words: list[str], seed: int
) -> None:
    if any(sign in "".join(found) for sign in "|\n"):
        assume("|" not in place and "#" not in place)
    source = place.format(*found)
    segmented = segment_text(source)
    assert identity(segmented) == source
    values = [slot for slot in segmented.slots if slot.write]
    translations = [
        " ".join(f"words {hostile(slot.segment, words, seed)} words".split())
        if slot.write
        else slot.segment.text
        for slot in segmented.slots
    ]
    try:
        rebuilt = segmented.rebuild(translations)
    except InputError:
        return
    said = [one for one, slot in zip(translations, segmented.slots, strict=True) if slot.write]
    for render in (COMMONMARK.render, lambda text: pyromark.html(text, options=OPTIONS)):
        before, after = _Tags(render(source)), _Tags(render(rebuilt))
        assert after.tags == before.tags
        if not any(slot.segment.protected for slot in values):
            assert {one.replace("\\|", "|") for one in said} <= {
                one.replace("\\|", "|") for one in after.said
            }
