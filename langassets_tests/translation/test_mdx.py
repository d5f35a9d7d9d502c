"""MDX: expressions and components are protected whole, and what their attributes say is translated."""

import pytest

from langassets.translation.documents.segments import segment_text

CUT = {
    '<Gauge at={[{x: 1}]} label="Speed" />': ["Speed"],
    'See <Gauge at={[{x: 1}]} label="Speed" /> here': ["See <x1/> here", "Speed"],
    "text {new Date().getFullYear()} text": ["text <x1/> text"],
    "At {props.year + 'th'} and {list.map((one) => one.name)}": ["At <x1/> and <x2/>"],
    '{/* a comment for authors */} Text': ["<x1/> Text"],
    'Is {a > b ? "more" : "less"} now': ["Is <x1/> now"],
    '<span style={{color: "red"}}>Mount</span> - more': ["<x1/>Mount<x2/> - more"],
    "Use <Tabs.Item value={() => y > 3}>inner</Tabs.Item> now": ["Use <x1/>inner<x2/> now"],
    "Use <Chip {...props} /> now": ["Use <x1/> now"],
    '<RecipeLinks slugs={["en/recipes/one"]} />': [],
    'import Tabs from "@theme/Tabs";\nimport {A} from "./a"\n\n# Title': ["Title"],
    "export const toc = [1];\n\nText": ["Text"],
    # Prose that only looks like it.
    "Write {it down} or {file(s) there}": ["Write {it down} or {file(s) there}"],
    "export the file and import it again": ["export the file and import it again"],
    "If a < b and {c": ["If a < b and {c"],
    "The set {x | x > 0} is open": ["The set {x | x > 0} is open"],
}  # fmt: skip


@pytest.mark.parametrize(("source", "texts"), CUT.items())
def test_what_a_translator_sees_of_mdx(source: str, texts: list[str]) -> None:
    segmented = segment_text(source)
    assert [segment.text for segment in segmented.segments] == texts
    assert segmented.rebuild(texts) == source


def test_an_attribute_of_a_component_is_written_within_it() -> None:
    segmented = segment_text('See <Gauge at={[{x: 1}]} label="Speed" /> here')
    assert (
        segmented.rebuild(["Voir <x1/> ici", "Vitesse"]) == 'Voir <Gauge at={[{x: 1}]} label="Vitesse" /> ici'
    )


@pytest.mark.parametrize("unit", ["{", "{{", "<A b={", '{"', "{`", "<A b={[{", "{a(", "<A {", "{'}"])
def test_hostile_braces_are_read_in_time(unit: str) -> None:
    segment_text(unit * (60_000 // len(unit)))
