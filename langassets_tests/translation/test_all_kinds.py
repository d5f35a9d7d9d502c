"""All that a lesson can hold, nested in one another: nothing but words changes, whoever parses it."""

import textwrap

import pyromark
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from langassets.translation.documents.segments import segment_text
from langassets_tests.translation.cut_again import difference, other

# Each holds others where `@` stands. A new kind is a line.
INLINE = [
    "**@**", "*@*", "~~@~~", "[@](#two-words)", "[@](lesson-2.md#what-is-next 'A title')", "![@](a.png)",
    "[[page#part]]", "`code | more`", "https://a.b/c_d", "&nbsp;", "{name}",
    "{{ count }}", '<Gauge at={[{x: 1}]} label="Speed" />', "<Tabs.Item on={() => y > 3}>@</Tabs.Item>",
    "{a > b ? '1' : '2'}", "{n, plural, one {one day} other {# days}}",
    "{% if a %}@{% else %}@{% endif %}", "{% raw %}@{% endraw %}", "{{#b}}@{{/b}}",
    "<0>@</0>", "<b>@</b>", '<abbr title="A map">@</abbr>', '<img src="a.png" alt="A map" title="Old">',
    "$x_1$", "[^note]", "[m]", "<!-- a -->", "%(name)s", ":smile:", "\\*", "HTML",
]  # fmt: skip
BLOCKS = [
    "@", "See [[Garden Tools|@]] there", "# @", "@\n===", "> @", "- @\n- @", "1. @\n2. @", "- [ ] Some words",
    "| @ | b |\n|---|---|\n| @ | `a \\| b` |", ":::{note} Title\n@\n:::", ":::tip[Title]\n\n@\n\n:::",
    '!!! note "Title"\n\n    @', '??? tip\n\n    @', '=== "Name"\n\n    @', "> [!NOTE]\n> @",
    "<details>\n<summary>Some words</summary>\n\n@\n\n</details>", '<p title="Words">Some words</p>',
    '[m]: map.md "An old map"', "[^note]: @", "*[HTML]: Some words", "Term\n: Some words",
    "```mermaid\ngraph TD; A[Start] --> B\n```", "    code", "---", "<!-- a comment -->", "$$\nx\n$$",
    "@  \n@", 'import A from "@theme/A"', "{% if a %}\n\n@\n\n{% endif %}",
]  # fmt: skip
# Of these, what may hold any of them.
HOLDERS = [one for one in BLOCKS if one.endswith("@") and one[0] in ">-1:!?="] + [BLOCKS[-1]]
FRONT = ["", "---\ntitle: Some words\nsummary: |\n  Some words\n\n  - more\n---\n\n"]
WORDS = st.sampled_from(["Some words", "Two words more", "A", "word"])


def _filled(frame: str, inner: list[str]) -> str:
    for one in inner:
        frame = frame.replace("@", one, 1)
    return frame


def _inline(within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = st.builds(_filled, st.sampled_from(INLINE), st.lists(within, min_size=2, max_size=2))
    return st.lists(st.one_of(WORDS, one), min_size=1, max_size=3).map(" ".join)


def _block(frames: list[str], within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(_block_of, st.sampled_from(frames), st.lists(within, min_size=2, max_size=2))


def _block_of(frame: str, inner: list[str]) -> str:
    """A block with others in it: where it is indented or quoted, each of their lines is."""
    for one in inner:
        before = frame.partition("@")[0].rpartition("\n")[2]
        if "@" in frame:
            prefix = before if not before.strip("> ") else " " * len(before)
            frame = frame.replace("@", textwrap.indent(one, prefix).removeprefix(prefix), 1)
    return frame


TEXTS = st.recursive(WORDS, _inline, max_leaves=4)
DOCUMENTS = st.builds(
    lambda front, blocks: front + "\n\n".join(blocks) + "\n",
    st.sampled_from(FRONT),
    st.lists(
        st.one_of(_block(BLOCKS, TEXTS), _block(HOLDERS, _block(BLOCKS, TEXTS))), min_size=1, max_size=4
    ),
)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin)
OPTIONS = (
    pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_FOOTNOTES
)


def by_markdown_it(source: str) -> list[object]:
    """A document's blocks and inline elements with their addresses, without what they say."""
    return [
        (one.type, one.level, one.attrGet("href") or one.attrGet("src"))
        for token in PARSER.parse(source)
        for one in (token, *(token.children or ()))
        if one.type not in ("text", "softbreak", "text_special")
    ]


def by_pyromark(source: str) -> list[object]:
    """The same by a parser of other makers."""
    every = [_named(event) for event in pyromark.events(source, options=OPTIONS)]
    return [event for event in every if event[0] not in ("Text", "SoftBreak")]


def _named(event: object) -> tuple[object, ...]:
    """An event's kind, its tag's, and where that leads to."""
    if not isinstance(event, dict):
        return (event,)
    [(kind, tag)] = event.items()
    if not isinstance(tag, dict):
        return kind, tag if kind in ("Start", "End", "Code") else None
    [(name, of)] = tag.items()
    return kind, name, of.get("dest_url") if isinstance(of, dict) else None


@given(DOCUMENTS)
@settings(max_examples=100)
def test_nothing_changes_where_nothing_is_said(source: str) -> None:
    segmented = segment_text(source)
    assert segmented.rebuild([segment.text for segment in segmented.segments]) == source


@given(DOCUMENTS)
@settings(max_examples=100)
def test_other_words_leave_the_structure_to_both_parsers(source: str) -> None:
    segmented = segment_text(source)
    rebuilt = segmented.rebuild([other(segment.text) for segment in segmented.segments])
    assert by_markdown_it(rebuilt) == by_markdown_it(source)
    assert by_pyromark(rebuilt) == by_pyromark(source)


@given(DOCUMENTS)
@settings(max_examples=100)
def test_what_is_written_is_cut_again_into_what_was_said(source: str) -> None:
    assert "[m]" in source or difference(source) is None
