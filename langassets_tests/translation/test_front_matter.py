"""Front matter in YAML and TOML: a few values are translated, and no translation breaks the rest."""

import re
import tomllib

import pytest
import ruamel.yaml
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from langassets.errors import InputError
from langassets.translation.documents.segments import segment_text
from langassets.translation.markdown.blocks import PARSER
from langassets_tests.translation.test_segments import identity, swapped
from langassets_tests.translation.test_structure import hostile, skeleton
from langassets_tests.translation.texts import FRAGMENTS


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
        'hero:\n  tagline: "# encore"\ndescription: >\n  Deux\n---\n\nTexte.\n'
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
        '+++\nbody = """\ntitle = "no value"\n"""\n+++\nText',
        "+++\nbody = [ '''\ntitle = \"no value\"\n''' ] # title = \"no value\"\n+++\nText",
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


@pytest.mark.parametrize(
    ("value", "texts", "rebuilt"),
    [
        ("|\n  Some *text*\n  flows.\n\n  - one\n  - `x`\n  - two\n", ["Some *text* flows.", "one", "two"],
         "|\n  sOME *TEXT* FLOWS.\n\n  - ONE\n  - `x`\n  - TWO\n"),
        ("|2-  # why\r\n    deep\r\n  text\r\n\r\n  more", ["deep text", "more"],
         "|2-  # why\r\n    DEEP TEXT\r\n\r\n  MORE"),
        (">+\n  Folded\n  text.\n\n  - one\n\n  - two\n\n\n\n", ["Folded text.", "one", "two"],
         ">+\n  fOLDED TEXT.\n\n  - ONE\n\n  - TWO\n\n\n\n"),
        ('"One line\\nand \\"two\\"\\n\\n- three"', ["One line", 'and "two"', "three"],
         '"oNE LINE\\nAND \\"TWO\\"\\n\\n- THREE"'),
        ("'It''s one\n  line\n\n  and two'", ["It's one line", "and two"],
         "'iT''S ONE LINE\n\n          AND TWO'"),
        ("one line\n  still\n\n  and two", ["one line still", "and two"],
         "ONE LINE STILL\n\n          AND TWO"),
        ('!!str "one"', ["one"], "!!str ONE"),
        ('":tada: Done"', ["Done"], '":tada: dONE"'),
        ('" Done\\n"', ["Done"], '" dONE\\n"'),
    ],
)  # fmt: skip
def test_a_value_of_several_lines_keeps_its_lines_and_its_style(
    value: str, texts: list[str], rebuilt: str
) -> None:
    source = f"---\nsummary: {value}\nlayout: x\n---\n"
    segmented = segment_text(source)
    assert identity(segmented) == source
    assert [segment.text for segment in segmented.segments] == texts
    made = segmented.rebuild([swapped(text) for text in texts])
    assert made == f"---\nsummary: {rebuilt}\nlayout: x\n---\n"
    assert [segment.text for segment in segment_text(made).segments] == [swapped(text) for text in texts]


@pytest.mark.parametrize(
    ("source", "texts", "rebuilt"),
    [
        ("title: &t Some text\nnav_title: *t\nid: *t", ["Some text"],
         "title: &t sOME TEXT\nnav_title: *t\nid: *t"),
        ("id: &t some\ntitle: *t\ntext: [*t, a b]", ["some", "some", "a b"],
         "id: &t some\ntitle: SOME\ntext: [SOME, A B]"),
        ("a: &a {title: One}\nb: *a\nc: {<<: *a, x: 1}", ["One"],
         "a: &a {title: oNE}\nb: *a\nc: {<<: *a, x: 1}"),
        ("summary: &s |\n  One\n\n  two\ndescription: *s", ["One", "two"],
         "summary: &s |\n  oNE\n\n  TWO\ndescription: *s"),
        ("id: &s |\n  One\n\n  two\ndescription: *s", ["One", "two"],
         'id: &s |\n  One\n\n  two\ndescription: "oNE\\n\\nTWO\\n"'),
    ],
)  # fmt: skip
def test_what_is_said_once_in_yaml_is_translated_once(source: str, texts: list[str], rebuilt: str) -> None:
    segmented = segment_text(f"---\n{source}\n---\n")
    assert [segment.text for segment in segmented.segments] == texts
    made = segmented.rebuild([swapped(text) for text in texts])
    assert made == f"---\n{rebuilt}\n---\n"
    yaml.safe_load(rebuilt)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_values_of_several_lines_in_toml_keep_their_lines(line_end: str) -> None:
    source = (
        '+++\ntitle = """\nSome *text*\nflows.\n\n- one "x"\n"""\n'
        "summary = '''One\n\ntwo''' # said\nweight = 2\n+++\nText.\n"
    ).replace("\n", line_end)
    segmented = segment_text(source)
    texts = [segment.text for segment in segmented.segments]
    assert texts == ["Some *text* flows.", 'one "x"', "One", "two", "Text."]
    assert segmented.rebuild(["Du *texte*.", "un \\", "Un", "d'''eux", "Fin."]) == (
        '+++\ntitle = """\nDu *texte*.\n\n- un \\\\\\\\\n"""\n'
        'summary = """Un\n\nd\'\'\'eux""" # said\nweight = 2\n+++\nFin.\n'
    ).replace("\n", line_end)


STYLES = st.sampled_from(["|", "|-", "|+", ">", ">-", ">+", '"', "'", ""])
LINES = st.lists(
    st.sampled_from(["Some words", "- one", "  - two", "# Title", "", "", "`c` d: e", "> f", "a  ", "1. b"]),
    min_size=1,
    max_size=7,
)


def as_yaml(style: str, text: str) -> str:
    """`text` as a value of the key `summary`, in that style as far as it can be written so."""
    if style[:1] in ("|", ">"):
        return f"summary: {style}2\n" + "".join(f"  {line}\n" if line else "\n" for line in text.split("\n"))
    return str(yaml.safe_dump({"summary": text}, default_style=style or None, width=20, allow_unicode=True))


@given(STYLES, LINES, st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=5), st.integers(0, 99))
def test_whatever_a_value_of_several_lines_says_its_lines_stay(
    style: str, lines: list[str], words: list[str], seed: int
) -> None:
    written = as_yaml(style, "\n".join(lines))
    assume("\n...\n" not in written)  # which would end the front matter
    source = f"---\n{written}layout: x # y\n---\nThe end.\n"
    segmented = segment_text(source)
    assert identity(segmented) == source
    try:
        made = segmented.rebuild([hostile(one, words, seed) for one in segmented.segments])
    except InputError:
        return
    front, body = made[4:].rsplit("\n---\n", 1)
    before, after = yaml.safe_load(written)["summary"], yaml.safe_load(front)
    assert after.keys() == {"summary", "layout"}
    assert after["layout"] == "x"
    assert ruamel.yaml.YAML(typ="safe").load(front) == after
    if style[:1] in ("|", ">") or "\n" in before.strip():  # else it is no text, but a label
        assert skeleton(after["summary"], PARSER) == skeleton(before, PARSER)
    assert body.count("\n") == 1
    if style[:1] in ("|", ">") and not set("".join(words)) & set("\u2028\0\ud800"):
        assert front.startswith(f"summary: {style}2\n")
