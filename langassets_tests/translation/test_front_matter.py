"""Front matter in YAML and TOML: a few values are translated, and no translation breaks the rest."""

import re
import tomllib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from langassets.errors import InputError
from langassets.translation.documents.segments import segment_text


def test_front_matter_gives_its_translatable_values_and_keeps_the_rest() -> None:
    source = (
        '---\ntitle: "Loops: the basics"\nlayout: lesson text\ntags: [a b, c]\n'
        "hero:\n  tagline: Again and again\ndescription: >\n  Two\n  lines\n---\n\nText.\n"
    )
    segmented = segment_text(source)
    assert [segment.text for segment in segmented.segments] == [
        "Loops: the basics", "Again and again", "Two lines", "Text.",
    ]  # fmt: skip
    assert segmented.rebuild(["Boucles : les bases", "# encore", "Deux", "Texte."]) == (
        '---\ntitle: "Boucles : les bases"\nlayout: lesson text\ntags: [a b, c]\n'
        'hero:\n  tagline: "# encore"\ndescription: Deux\n---\n\nTexte.\n'
    )


def test_front_matter_in_toml_gives_its_values_too() -> None:
    source = (
        '+++\ntitle = "Loops: the basics"\nweight = 2\ndate = 2020-01-01\n'
        "[params]\r\nsummary = 'Again' # and again\nlayout = \"a b\"\n+++\n\nText.\n"
    )
    segmented = segment_text(source)
    assert [segment.text for segment in segmented.segments] == ["Loops: the basics", "Again", "Text."]
    assert segmented.rebuild(['Les "boucles" \\', "Encore", "Texte."]) == (
        '+++\ntitle = "Les \\"boucles\\" \\\\"\nweight = 2\ndate = 2020-01-01\n'
        '[params]\r\nsummary = "Encore" # and again\nlayout = "a b"\n+++\n\nTexte.\n'
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_translation_breaks_the_front_matter_in_toml(translation: str) -> None:
    source = '+++\ntitle = "Some text"\nlayout = "x"\n+++\nThe end.\n'
    try:
        rebuilt = segment_text(source).rebuild([translation, "Fin."])
    except InputError:
        return
    title = re.sub(r"[ \t]*[\r\n][ \t\r\n]*", " ", translation).strip()
    assert tomllib.loads(rebuilt[4 : rebuilt.rindex("+++")]) == {"title": title, "layout": "x"}


@pytest.mark.parametrize(
    "source",
    [
        "+++\nnot toml\n+++\nText",
        '+++\ntext = """\ntitle = "no value"\n"""\n+++\nText',
        "+++\ntitle = 'a b'\n",
    ],
)
def test_what_only_looks_like_toml_is_no_value(source: str) -> None:
    segmented = segment_text(source)
    assert "no value" not in [segment.text for segment in segmented.segments]
    assert segmented.rebuild([segment.text for segment in segmented.segments]) == source


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_translation_breaks_the_front_matter(translation: str) -> None:
    source = "---\ntitle: Some text\nnested: [{summary: More text}, 5]\nlayout: x\n---\nThe end.\n"
    try:
        rebuilt = segment_text(source).rebuild([translation, translation, "Fin."])
    except InputError:
        return
    title = re.sub(r"[ \t]*[\r\n][ \t\r\n]*", " ", translation).strip()
    end = rebuilt.rindex("\n---\nFin.\n")
    loaded = yaml.safe_load(rebuilt[4:end])
    assert loaded == {"title": title, "nested": [{"summary": title}, 5], "layout": "x"}


def test_two_rules_and_a_line_are_no_front_matter() -> None:
    segments = segment_text("---\nJust text here\n---\n").segments
    assert [segment.text for segment in segments] == ["Just text here"]
