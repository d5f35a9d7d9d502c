"""What an export makes of a stored text, and what it leaves as it is."""

import pytest

from langassets.jobs.export.text import exported_text, linked_headings, with_anchors, with_language

SOURCE = "# The bridge\n\n## Über uns: Q&A\n\n> ## Quoted\n\n## Kept {#kept}\n"
TRANSLATED = "# Le pont\n\n## À propos : Q&R\n\n> ## Cité\n\n## Gardé {#kept}\n"


def test_headings_that_links_name_keep_an_anchor() -> None:
    names = ["the-bridge", "über-uns-qa", "uber-uns-qa", "kept", "quoted", "nowhere"]
    made = with_anchors(TRANSLATED, SOURCE, names)
    assert made == (
        '<a id="the-bridge"></a>\n\n# Le pont\n\n'
        '<a id="über-uns-qa"></a>\n\n<a id="uber-uns-qa"></a>\n\n## À propos : Q&R\n\n'
        "> ## Cité\n\n## Gardé {#kept}\n"
    )
    assert with_anchors(made, SOURCE, names) == made
    assert with_anchors(SOURCE, SOURCE, names) == SOURCE
    assert with_anchors("# One heading\n", SOURCE, names) == "# One heading\n"


def test_which_headings_links_lead_to() -> None:
    text = "[a](#top) [b](../b.md#x%20y) [c](c.png#no) [d](https://a.example/d.md#no) `[e](e.md#no)`"
    assert [*linked_headings(text, "one/a.md")] == [("one/a.md", "top"), ("b.md", "x y")]


@pytest.mark.parametrize(
    ("front", "target", "expected"),
    [
        ("---\nlanguage: en\n---\n", "es", "---\nlanguage: es\n---\n"),
        ("---\r\nlang: 'en-GB'\r\n---\r\n", "es", "---\r\nlang: 'es'\r\n---\r\n"),
        ('+++\nlocale = "en"\n+++\n', "pt-BR", '+++\nlocale = "pt-BR"\n+++\n'),
        ("---\nlanguage: en\n---\n", "no", '---\nlanguage: "no"\n---\n'),
        ("---\nlanguage: python\n---\n", "es", "---\nlanguage: python\n---\n"),
        ("", "es", ""),
    ],
)
def test_the_language_that_the_front_matter_names_is_the_text_s(
    front: str, target: str, expected: str
) -> None:
    body = "language: en\n"
    assert with_language(front + body, "en", target) == expected + body


def test_addresses_that_an_import_changed_are_as_they_were() -> None:
    url = "https://cdn.example.com/l"
    text = (
        f"![a]({url}/images/a%20b.png#x) ![b](../../../lesson-assets/0123456789abcdef/one/c=20d.svg) "
        f"[e](b.md) [f](gone.md) [g]({url}/../secret.png) [h](https://a.example/h.png) [i](/i.png)\n"
    )
    made = exported_text(text, "one/a.md", {"one/b.md"}, url)
    assert made.text == (
        "![a](../images/a%20b.png#x) ![b](c%20d.svg) "
        f"[e](b.md) [f](gone.md) [g]({url}/../secret.png) [h](https://a.example/h.png) [i](/i.png)\n"
    )
    key = "lesson-assets/0123456789abcdef/one/c=20d.svg"
    assert made.files == {"images/a b.png": None, "one/c d.svg": key}
    assert made.dead == ["one/gone.md"]
