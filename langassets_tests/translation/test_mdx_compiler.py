"""MDX's own compiler: what compiled still does, into the same components with the same expressions."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langassets.translation.documents.segments import segment_text
from langassets_tests.npm import run_node
from langassets_tests.translation.cut_again import other
from langassets_tests.translation.test_mdx import CUT

pytestmark = pytest.mark.npm

# The tree behind a document: its elements, where they lead, and every expression, without words and without
# the attributes that say some.
PROGRAM = """
import { createProcessor } from "@mdx-js/mdx";
const said = new Set(["label", "title", "alt", "caption", "text", "summary"]);
const seen = (node) => {
  const attributes = (node.attributes ?? []).filter((one) => !said.has(one.name))
    .map((one) => [one.type, one.name, one.value?.value ?? one.value]);
  const code = /Expression|Esm/.test(node.type) ? node.value : null;
  const children = (node.children ?? []).filter((one) => one.type !== "text").map(seen);
  return [node.type, node.name ?? null, node.url ?? null, code, attributes, children];
};
const read = (source) => {
  try { return seen(createProcessor().parse(source)); } catch (error) { return `${error}`; }
};
let given = "";
for await (const chunk of process.stdin) given += chunk;
console.log(JSON.stringify(JSON.parse(given).map((pair) => pair.map(read))));
"""
INLINE = [
    '<Gauge at={[{x: 1}]} label="Speed" />', "<Tabs.Item on={() => y > 3}>@</Tabs.Item>",
    "{a > b ? '1' : '2'}", "{props.year}", "{new Date().getFullYear()}", "<Chip {...props} />",
    "<b style={{a: 'b'}}>@</b>", "**@**", "[@](/a)", "`a {b`", "{/* a comment */}",
    '<Card title="Some words">@</Card>',
]  # fmt: skip
BLOCKS = [
    "@", "# @", "- @", "> @", "<Card>\n\n@\n\n</Card>", '<Card title="Some words">@</Card>',
    "import A from './a'", "export const a = {b: 1}", "{list.map((one) => <li>{one}</li>)}",
    "| @ | b |\n|-|-|\n| c | d |",
]  # fmt: skip
WORDS = st.sampled_from(["Some words", "Two words more", "word"])


def _filled(frames: list[str], within: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda frame, inner: frame.replace("@", inner), st.sampled_from(frames), within)


TEXTS = st.recursive(
    WORDS,
    lambda within: st.lists(st.one_of(WORDS, _filled(INLINE, within)), min_size=1, max_size=3).map(" ".join),
    max_leaves=4,
)
DOCUMENTS = st.lists(_filled(BLOCKS, TEXTS), min_size=1, max_size=4).map("\n\n".join)


def translated(source: str) -> str:
    segmented = segment_text(source)
    return segmented.rebuild([other(segment.text) for segment in segmented.segments])


@given(st.lists(DOCUMENTS, min_size=100, max_size=100))
@settings(max_examples=3, suppress_health_check=list(HealthCheck), deadline=None)
def test_other_words_leave_components_and_expressions_as_they_are(sources: list[str]) -> None:
    sources += [one for one in CUT if " | " not in one]  # of a set, which is none in MDX
    trees = run_node(["@mdx-js/mdx@3.1.1"], PROGRAM, [[source, translated(source)] for source in sources])
    assert isinstance(trees, list)
    compiled = [
        (source, *pair) for source, pair in zip(sources, trees, strict=True) if isinstance(pair[0], list)
    ]
    assert len(compiled) > len(sources) / 2
    assert [(source, after) for source, before, after in compiled if before != after] == []
