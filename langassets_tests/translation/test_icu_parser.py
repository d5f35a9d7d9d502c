"""ICU messages by formatjs: what its parser read it still reads, with the same arguments and selectors."""

import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from langassets.translation.documents.document import document
from langassets.translation.documents.segments import segment_text
from langassets_tests.npm import run_node
from langassets_tests.translation.cut_again import other
from langassets_tests.translation.messages import MESSAGES

pytestmark = pytest.mark.npm

# Arguments, styles and selectors with what nests in them, without texts (type 0) and `#` (type 7).
PROGRAM = """
import { parse } from "@formatjs/icu-messageformat-parser";
const shape = (elements) => elements.filter((one) => one.type !== 0 && one.type !== 7).map((one) =>
  [one.type, one.value, one.offset ?? 0, one.style ?? null, shape(one.children ?? []),
   Object.entries(one.options ?? {}).map(([selector, branch]) => [selector, shape(branch.value)])]);
const read = (source) => { try { return shape(parse(source)); } catch (error) { return `${error}`; } };
let given = "";
for await (const chunk of process.stdin) given += chunk;
console.log(JSON.stringify(JSON.parse(given).map((pair) => pair.map(read))));
"""
HOSTILE = st.lists(st.sampled_from(["l'", "'", "{", "}", "#", "'#", "été", "''", " "]), max_size=5)


def drawn() -> list[tuple[str, list[str]]]:
    """Three hundred messages, and what is written into each of their texts."""
    found: list[tuple[str, list[str]]] = []

    @given(MESSAGES, HOSTILE)
    @settings(
        max_examples=300, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck)
    )
    def draw(source: str, words: list[str]) -> None:
        found.append((source, words))

    draw()
    return found


def _chooses(source: str) -> bool:
    """What holds no choice is no message for certain: an apostrophe in it is one."""
    return "select" in source or "plural" in source


def read(pairs: list[list[str]]) -> list[list[object]]:
    """What the parser makes of a source and of its translation."""
    found = run_node(["@formatjs/icu-messageformat-parser@3.5.23"], PROGRAM, pairs)
    assert isinstance(found, list)
    return found


def test_other_words_leave_arguments_and_selectors_as_they_are() -> None:
    pairs = []
    for source, words in drawn():
        segmented = segment_text(source, markdown=False)
        said = ["x" + "".join(words) + other(segment.text) for segment in segmented.segments]
        pairs.append([source, segmented.rebuild(said)])
    every = zip(pairs, read(pairs), strict=True)
    parsed = [(pair, *each) for pair, each in every if isinstance(each[0], list) and _chooses(pair[0])]
    assert len(parsed) > len(pairs) / 4
    assert [(pair, after) for pair, before, after in parsed if before != after] == []


@pytest.mark.parametrize(
    ("language", "categories"),
    [
        ("ar", ["zero", "one", "two", "few", "many", "other"]),
        ("he", ["one", "two", "other"]),
        ("pl", ["one", "few", "many", "other"]),
        ("ru", ["one", "few", "many", "other"]),
        ("ja", ["one", "other"]),  # the source's own stays, and is never chosen
    ],
)
def test_a_plural_has_the_targets_categories(language: str, categories: list[str]) -> None:
    source = "You have {n, plural, =0 {no days} one {one day} other {# days}} left"
    cut = document("text", {"text": source})
    rebuilt = cut.rebuild({text: other(text) for text in cut.texts}, language)
    [[_, after]] = read([[source, str(rebuilt["text"])]])
    found = re.findall(r"\['([a-z]+|=0)', \[\]\]", str(after))
    assert sorted(found) == sorted(["=0", *categories])
