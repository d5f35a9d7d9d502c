"""Blocks of MyST, MkDocs, Docusaurus and GitHub: titles are translated, kinds and options are kept."""

import re
from html.parser import HTMLParser
from textwrap import indent

import markdown as python_markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.errors import InputError
from langassets.translation.documents.segments import segment_text
from langassets.translation.markdown.blocks import PARSER
from langassets_tests.translation.test_segments import identity, swapped
from langassets_tests.translation.test_structure import hostile, skeleton
from langassets_tests.translation.texts import FRAGMENTS


@pytest.mark.parametrize(
    ("source", "texts", "rebuilt"),
    [
        (":::{note} A title\n:class: dropdown\n\nText.\n:::\n", ["A title", "Text."],
         ":::{note} a TITLE\n:class: dropdown\n\ntEXT.\n:::\n"),
        ("::::{tab-set}\n:::{tab-item} One\nText\n:::\n::::\n", ["One", "Text"],
         "::::{tab-set}\n:::{tab-item} oNE\ntEXT\n:::\n::::\n"),
        ("```{tip} A title\nSome `x` text.\n\n- item\n```\nAfter", ["A title", "Some <x1/> text.", "item",
         "After"], "```{tip} a TITLE\nsOME `x` TEXT.\n\n- ITEM\n```\naFTER"),
        ("> ```{figure} Map.png\n> :alt: A map\n> :width: 5px\n>\n> Caption\n> ```", ["A map", "Caption"],
         "> ```{figure} Map.png\n> :alt: a MAP\n> :width: 5px\n>\n> cAPTION\n> ```"),
        ("````{admonition} T\n---\nclass: tip\n---\n```{seealso}\nInner\n```\n````", ["T", "Inner"],
         "````{admonition} t\n---\nclass: tip\n---\n```{seealso}\niNNER\n```\n````"),
        ("```{code-block} py\n:caption: A loop\nx = 1\n```\n:::{math}\na = b\n:::\n", ["A loop"],
         "```{code-block} py\n:caption: a LOOP\nx = 1\n```\n:::{math}\na = b\n:::\n"),
        ("```{versionadded} 1.2 Some text\n```\n~~~{deprecated} 1.2\nText\n~~~", ["Some text", "Text"],
         "```{versionadded} 1.2 sOME TEXT\n```\n~~~{deprecated} 1.2\ntEXT\n~~~"),
        (":::{unknown} argument\nText\n:::\n```{unknown} a b\nc d\n```", ["Text"],
         ":::{unknown} argument\ntEXT\n:::\n```{unknown} a b\nc d\n```"),
        ('!!! note "Title"\n    Text', ["Title", "Text"], '!!! note "tITLE"\n    tEXT'),
        ("!!! note\n    Text", ["Text"], "!!! note\n    tEXT"),
        ('!!! note "A "quoted" one"\n    Text', ['A "quoted" one', "Text"],
         "!!! note \"a 'QUOTED' ONE\"\n    tEXT"),
        ('??? "Title"\n    Text\n\n???+ tip inline "T"\n\n    Text', ["Title", "Text", "T", "Text"],
         '??? "tITLE"\n    tEXT\n\n???+ tip inline "t"\n\n    tEXT'),
        ('=== "One"\n    Text\n\n===+ "Two"\n    Text', ["One", "Text", "Two", "Text"],
         '=== "oNE"\n    tEXT\n\n===+ "tWO"\n    tEXT'),
        ("/// note | Title\n    type: warning\n    open: True\nText\n///", ["Title", "Text"],
         "/// note | tITLE\n    type: warning\n    open: True\ntEXT\n///"),
        (":::tip[Title]{#Id}\nText\n:::\n\n:::note Title\n\nText\n\n:::", ["Title", "Text", "Title", "Text"],
         ":::tip[tITLE]{#Id}\ntEXT\n:::\n\n:::note tITLE\n\ntEXT\n\n:::"),
        ("::video[A film]{#Id}\n\nNot std::vector", ["A film", "Not std::vector"],
         "::video[a FILM]{#Id}\n\nnOT STD::VECTOR"),
        ('::: {.callout-note title="Title"}\nText\n:::', ["Title", "Text"],
         '::: {.callout-note title="tITLE"}\ntEXT\n:::'),
        ("> [!NOTE]\n> Text\n\n> [!my-kind|Left]- Title\n> Text", ["Text", "Title", "Text"],
         "> [!NOTE]\n> tEXT\n\n> [!my-kind|Left]- tITLE\n> tEXT"),
    ],
)  # fmt: skip
def test_titles_of_blocks_are_translated_and_kinds_kept(source: str, texts: list[str], rebuilt: str) -> None:
    segmented = segment_text(source)
    assert [segment.text for segment in segmented.segments] == texts
    assert segmented.rebuild([swapped(text) for text in texts]) == rebuilt
    assert identity(segmented) == source


TITLES = st.sampled_from(["A title", "One of `x`", "It's **so**"])


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A block of one of the kinds, with others in it."""

    def block(kind: str, title: str, bodies: list[str]) -> str:
        body = "\n\n".join(bodies)
        if kind in ("```", ":::"):
            longest = max((len(run) for run in re.findall(rf"{kind[0]}{{3,}}", body)), default=2) + 1
            fence = kind[0] * longest
            return f"{fence}{{note}} {title.replace('`', '') if kind == '```' else title}\n{body}\n{fence}"
        if kind == "tip":
            return f":::tip[{title}]\n\n{body}\n\n:::"
        if kind == "[!NOTE]":
            return indent(f"[!NOTE]\n{body}", "> ", lambda line: True)
        return f'{kind} "{title}"\n\n{indent(body, "    ")}'

    kinds = st.sampled_from(["!!! note", "??? tip", "===", "```", ":::", "tip", "[!NOTE]"])
    return st.builds(block, kinds, TITLES, st.lists(inner, min_size=1, max_size=2))


NESTED = st.recursive(
    st.sampled_from(["Some words.", "- one\n- two", "```\ncode\n```"]), _nested, max_leaves=6
)


@given(NESTED, st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=5), st.integers(0, 99))
def test_no_title_and_no_text_changes_the_blocks(source: str, words: list[str], seed: int) -> None:
    segmented = segment_text(source)
    assert identity(segmented) == source
    try:
        rebuilt = segmented.rebuild([hostile(one, words, seed) for one in segmented.segments])
    except InputError:
        return
    assert skeleton(rebuilt, PARSER) == skeleton(source, PARSER)
    assert len(segment_text(rebuilt).segments) <= len(segmented.segments)


class _Page(HTMLParser):
    """The tags of a page, in order, with their classes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, str]] = []
        extensions = ["admonition", "pymdownx.details", "pymdownx.tabbed", "pymdownx.superfences"]
        self.feed(python_markdown.markdown(source, extensions=extensions))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs).get("class") or ""))


@given(
    st.lists(
        st.tuples(st.sampled_from(["!!! note", "??? tip", "???+", "==="]), TITLES), min_size=1, max_size=3
    ),
    st.lists(
        st.sampled_from([one for one in FRAGMENTS if not set(one) & set("<`*_~[\\&:\ud800\0")]), max_size=4
    ),
)
def test_the_renderer_of_mkdocs_finds_the_same_blocks(heads: list[tuple[str, str]], words: list[str]) -> None:
    source = "Some words."
    for head, title in heads:
        source = f'{head} "{title}"\n\n{indent(source, "    ")}'
    segmented = segment_text(source)
    titles = [slot for slot in segmented.slots if "words" not in slot.segment.text]
    said = " ".join(f"words {''.join(words)} words".split())
    translations = [
        slot.segment.text.replace("title", said).replace("so", said) if slot in titles else slot.segment.text
        for slot in segmented.slots
    ]
    assert _Page(segmented.rebuild(translations)).tags == _Page(source).tags
