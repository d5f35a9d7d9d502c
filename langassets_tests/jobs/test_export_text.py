"""What an export makes of a stored text, and what it leaves as it is."""

import pytest

from langassets.jobs.export.text import exported_text, linked_headings, with_anchors, with_language
from langassets.translation.markdown.anchors.slugs import Site, Slugs

SOURCE = "# The bridge\n\n## Über uns: Q&A\n\n> ## Quoted\n\n## Kept {#kept}\n"
TRANSLATED = "# Le pont\n\n## À propos : Q&R\n\n> ## Cité\n\n## Gardé {#kept}\n"


def test_headings_that_links_name_keep_an_anchor() -> None:
    names, site = ["the-bridge", "über-uns-qa", "uber-uns-qa", "kept", "quoted", "nowhere"], Site(Slugs.AUTO)
    made = with_anchors(TRANSLATED, SOURCE, names, site)
    assert made == (
        '# Le pont\n\n<a id="the-bridge"></a>\n\n'
        '<a id="uber-uns-qa"></a><a id="über-uns-qa"></a>\n\n## À propos : Q&R\n\n'
        '> <a id="quoted"></a>\n>\n> ## Cité\n\n## Gardé {#kept}\n'
    )
    assert with_anchors(made, SOURCE, names, site) == made
    assert with_anchors(SOURCE, SOURCE, ["the-bridge", "kept"], site) == SOURCE
    assert with_anchors("# One heading\n", SOURCE, names, site) == "# One heading\n"
    assert with_anchors(TRANSLATED, SOURCE, names, Site(Slugs.OFF)) == TRANSLATED


def test_generators_that_know_ids_in_braces_get_these() -> None:
    site = Site(Slugs.DOCUSAURUS, knows_braces=True)
    source = "# One\n\n## Two ##\n\nThree\n=====\n\n> ## Four\n> > # Five\n"
    text = "# Eins\n\n## Zwei ##\n\nDrei\n=====\n\n> ## Vier\n> > # Fünf\n"
    made = with_anchors(text, source, ["one", "two", "three", "four", "five"], site)
    assert made == (
        "# Eins {#one}\n\n## Zwei {#two} ##\n\nDrei {#three}\n=====\n\n"
        "> ## Vier {#four}\n> >\n> > # Fünf {#five}\n"
    )
    own = '<a id="mine"></a>\n\n# Eins\n'
    assert with_anchors(own, "# One\n", ["other"], site) == own


def test_which_headings_links_lead_to() -> None:
    text = (
        "[a](#top) [b](../b.md#x%20y) [c](c.png#no) [d](https://a.example/d.md#no) `[e](e.md#no)` [f](/c#z)"
    )
    found = linked_headings(text, "one/a.md", {"b.md", "c/index.mdx"})
    assert [*found] == [("one/a.md", "top"), ("b.md", "x y"), ("c/index.mdx", "z")]


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
