"""Whatever a model answers, the document keeps its blocks: the same ones, in the same order and nesting."""

import random

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from langassets.errors import InputError
from langassets.translation.documents.segments import segment_text
from langassets.translation.markdown.blocks import PARSER
from langassets.translation.types import Segment
from langassets_tests.translation.texts import FRAGMENTS, markdown

COMMONMARK = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")


def skeleton(source: str, parser: MarkdownIt) -> list[tuple[str, str, int]]:
    """A document's blocks without what they say."""
    text = source.replace("\r\n", " \n").replace("\r", "\n").replace("\0", "\ufffd")
    env = {"leaves": [], "calls": 0, "most": 1_000_000}
    return [(token.type, token.tag, token.level) for token in parser.parse(text, env)]


def hostile(segment: Segment, words: list[str], seed: int) -> str:
    """A translation made of Markdown's own marks, with every protected part in it once."""
    pieces = words + [f"<x{number}/>" for number in range(1, len(segment.protected) + 1)]
    random.Random(seed).shuffle(pieces)
    return "".join(pieces)


@given(markdown(), st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=6), st.integers(0, 99))
@settings(max_examples=300)
def test_no_translation_changes_the_blocks(source: str, words: list[str], seed: int) -> None:
    segmented = segment_text(source)
    assume(segmented.segments)
    translations = [hostile(segment, words, seed + index) for index, segment in enumerate(segmented.segments)]
    try:
        rebuilt = segmented.rebuild(translations)
    except InputError:
        return
    blocks = skeleton(source, PARSER)
    assert skeleton(rebuilt, PARSER) == blocks
    if skeleton(source, COMMONMARK) == blocks:  # no dialect is involved
        assert skeleton(rebuilt, COMMONMARK) == blocks
