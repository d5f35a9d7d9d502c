"""Links to headings arrive whatever the headings come to say: in a lesson, and from other lessons."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown
from markdown_it import MarkdownIt

from langassets.translation.documents.document import LINKED_HEADINGS, Document, document
from langassets.translation.documents.places import structure_of
from langassets.translation.markdown.anchors.anchored import (
    anchors,
    in_page_fragments,
    missing,
)
from langassets.translation.markdown.anchors.slugs import Slugs
from langassets.translation.markdown.pieces import replaced
from langassets.translation.providers.pseudo import pseudo


def translated(source: str, *linked: str, slugs: Slugs = Slugs.AUTO) -> str:
    """A lesson with this text in another language, with each of its texts told from its source."""
    cut = document("text", {"text": source, LINKED_HEADINGS: [*linked]}, slugs=slugs)
    made = cut.rebuild({text: pseudo(text) for text in cut.texts}, "de")
    assert_cut_alike(cut, made)
    return str(made["text"])


def assert_cut_alike(cut: Document, made: dict[str, object]) -> None:
    """What is made is cut into the same segments again, and has the structure that it was made with."""
    again = document("text", made, "de")
    assert len(again.placed) == len(cut.placed)
    assert [one.protected for one in again.placed] == [one.protected for one in cut.placed]
    assert structure_of(again, made) == structure_of(cut.localized("de"), made)


def ids_in(rendered: str) -> set[str]:
    return {html.unescape(name) for name in re.findall(r'\sid="([^"]*)"', rendered)}


@pytest.mark.parametrize(
    ("heading", "fragment", "made"),
    [
        ("## Two words", "two-words", '<a id="two-words"></a>\n\n## ⟦Ťŵö ŵöřďš⟧'),
        ("Two\n---", "two", '<a id="two"></a>\n\n⟦Ťŵö⟧\n---'),
        ("> ## Two", "two", '> <a id="two"></a>\n>\n> ## ⟦Ťŵö⟧'),
        ("1. one\n\n   ## Two", "two", '   <a id="two"></a>\n\n   ## ⟦Ťŵö⟧'),
        ('!!! note "One"\n    text\n    ## Two', "two", '\n\n    <a id="two"></a>\n\n    ## ⟦Ťŵö⟧'),
        ("<h2 class='x'>Two</h2>", "two", "<h2 id=\"two\" class='x'>⟦Ťŵö⟧</h2>"),
        ("## Two ## {.x}", "two", '<a id="two"></a>\n\n## ⟦'),
        ("## Été", "%C3%A9t%C3%A9", '<a id="été"></a>\n\n## ⟦Éťé⟧'),
        ("## *Two* `words`: [x](y)", "two-words-x", '<a id="two-words-x"></a>\n\n## ⟦*Ťŵö* `words`'),
    ],
)
def test_a_heading_keeps_the_id_that_a_link_names(heading: str, fragment: str, made: str) -> None:
    for link in (f"[a](#{fragment})", f"[a][b]\n\n[b]: #{fragment}", f'Text <a href="#{fragment}">a</a>'):
        source = f"{link}\n\n{heading}\n"
        assert made in translated(source)
        assert made in translated(source.replace("\n", "\r\n")).replace("\r", "")


def test_a_title_stays_what_a_document_begins_with() -> None:
    assert translated("# One\n[a](#one)").startswith('# ⟦Öńé⟧\n\n<a id="one"></a>\n\n⟦')
    assert translated("---\nx: 1\n---\n# One\n\n[a](#one)").startswith("---\nx: 1\n---\n# ⟦Öńé⟧\n\n<a id=")


@pytest.mark.parametrize(
    "source",
    [
        "# One\n\n## Two {#two}\n\n[a](#two)",
        '<a name="two"></a>\n\n## Two\n\n[a](#two)',
        "## Two {/* two */}\n\n[a](#two)",
        "(two)=\n## Two\n\n[a](#two)",
        "## Two\n\n`[a](#two)`\n\n```\n[a](#two)\n```\n",
        "## Two\n\n[a](other.md#two) [b](https://a.example/#two)",
        "[a](#nowhere)\n\n# Two",
    ],
)
def test_what_has_its_id_or_is_named_by_nothing_stays_as_it_is(source: str) -> None:
    assert anchors(source, in_page_fragments(source)) == []


def test_headings_that_occur_again_are_numbered_as_the_generator_numbers_them() -> None:
    source = "[a](#two-1) [b](#two_1)\n\n# One\n\n## Two\n\n## Two\n\n## Two 1\n"
    second, own = "\n\n## ⟦Ťŵö⟧\n\n", "\n\n## ⟦Ťŵö 1⟧"
    by_github, by_mkdocs = (translated(source, slugs=one) for one in (Slugs.GITHUB, Slugs.MKDOCS))
    assert f'{second}<a id="two-1"></a><a id="two_1"></a>{second}## ⟦Ťŵö 1⟧' in by_github
    assert f'{second}<a id="two_1"></a>{second}<a id="two-1"></a>{own}' in by_mkdocs


def test_headings_that_other_lessons_link_to_keep_their_ids() -> None:
    assert '<a id="two"></a>' in translated("# One\n\n## Two", "two", "gone")
    assert translated("# One\n\n## Two") == translated("# One\n\n## Two", "two", slugs=Slugs.OFF)


def test_a_copy_in_its_own_language_has_no_anchors() -> None:
    source = "[a](#two)\n\n## Two\n"
    cut = document("text", {"text": source})
    assert cut.rebuild({text: text for text in cut.texts}, "en-GB") == {"text": source}
    assert cut.localized("en").parts == cut.parts


def test_what_leads_nowhere_is_missing() -> None:
    source = "[a](#one) [b](#two) [c](#top) [d](#three)\n\n# One\n\n## X {#three}\n"
    assert missing(source, in_page_fragments(source)) == ["two"]


WORDS = ["Two words", "Été", "What's new?", "One", "One", "C++", "दो शब्द", "`code` word"]
BLOCKS = st.sampled_from(
    [
        "# {}",
        "## {} ##",
        "{}\n===",
        "> # {}",
        "> text\n> ## {}\n> text",
        "- item\n\n  ### {}",
        "- # {}",
        "text\n# {}\ntext",
        "<h2>{}</h2>",
        "```\n# {}\n```",
        "| {} | b |\n| - | - |",
        "# {} {{#own}}",
        "text",
    ]
)
DOCUMENTS = st.lists(st.tuples(BLOCKS, st.sampled_from(WORDS)), min_size=1, max_size=8)


@given(DOCUMENTS, st.sampled_from([Slugs.AUTO, Slugs.GITHUB, Slugs.MKDOCS, Slugs.VITEPRESS]))
def test_every_link_that_led_to_a_heading_leads_to_it_translated(
    blocks: list[tuple[str, str]], slugs: Slugs
) -> None:
    fragments = ["two-words", "ete", "été", "what-s-new", "whats-new", "one", "one-1", "one_1", "c", "दो-शब्द"]
    body = "\n\n".join(block.format(words) for block, words in blocks)
    source = body + "\n\n" + " ".join(f"[a](#{one})" for one in fragments) + "\n"
    lost = missing(source, fragments, slugs)
    made = translated(source, slugs=slugs)
    # In a list's first line there is no room for an anchor.
    reached = {*fragments} - {*lost} if "- # " not in source else set()
    assert ids_in(MarkdownIt().render(made)) >= reached - {"own"}
    if not re.search(r"^[->]", source, re.MULTILINE):  # of which the two have another idea
        assert ids_in(markdown(made, extensions=["fenced_code", "attr_list"])) >= reached
    assert replaced(made, anchors(made, in_page_fragments(made), slugs)) == made or lost
