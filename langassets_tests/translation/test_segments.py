"""Segments: what a translator sees, what is kept from it, and that nothing else ever changes."""

import re

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from langassets.errors import InputError
from langassets.translation.documents.segments import SegmentedText, segment_text
from langassets.translation.markdown import inline
from langassets_tests.translation.cut_again import difference
from langassets_tests.translation.lessons import LANGUAGES, lesson_files, read
from langassets_tests.translation.texts import markdown


def identity(segmented: SegmentedText) -> str:
    """The text rebuilt from its own segments."""
    return segmented.rebuild([segment.text for segment in segmented.segments])


def seen(source: str, *, is_markdown: bool = True) -> list[str]:
    """The texts of a source's segments."""
    return [segment.text for segment in segment_text(source, markdown=is_markdown).segments]


@pytest.mark.parametrize("language", LANGUAGES)
def test_real_lessons_come_back_byte_for_byte(language: str) -> None:
    for path in lesson_files(language):
        source = read(path)
        segmented = segment_text(source)
        assert identity(segmented) == source, path.name
        assert len(segmented.segments) > 5, path.name


def test_only_what_may_hold_a_mark_is_scanned(monkeypatch: pytest.MonkeyPatch) -> None:
    scanned: list[str] = []
    scan = inline._Scanner.scan

    def counted(scanner: inline._Scanner) -> list[inline.Part]:
        scanned.append(scanner.content)
        return scan(scanner)

    monkeypatch.setattr(inline._Scanner, "scan", counted)
    segment_text(
        "# Really!\n\nA line: 50 of it,\nand another (v1.2) #1\n\n| **a** | b_c |\n|---|---|\n| 1 | 2 |\n"
    )
    assert scanned == []
    segment_text("A break  \nor\\\ntwo\n\nno mark\n\nwww.a.b\n\n<b>c</b>\n")
    assert scanned == ["A break  \nor\\\ntwo", "www.a.b", "<b>c</b>"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_into_real_lessons_is_cut_into_what_was_said(language: str) -> None:
    assert [(path.name, found) for path in lesson_files(language) if (found := difference(read(path)))] == []


@given(markdown())
@settings(max_examples=300)
def test_any_markdown_comes_back_byte_for_byte_and_segments_never_overlap(source: str) -> None:
    segmented = segment_text(source)
    assert identity(segmented) == source
    bounds = [offset for slot in segmented.slots for offset in (slot.start, slot.end)]
    assert bounds == sorted(bounds)


@given(markdown())
def test_any_plain_text_comes_back_byte_for_byte(source: str) -> None:
    assert identity(segment_text(source, markdown=False)) == source


def swapped(text: str) -> str:
    """A stand-in for a translation: every letter's case swapped, tags left alone."""
    return re.sub(r"<x\d+/>|(.)", lambda found: found[1].swapcase() if found[1] else found[0], text)


def shape(source: str) -> list[tuple[object, ...]]:
    """All that a Markdown parser makes of a document, with letters' case taken out of prose alone."""

    def of(token: Token) -> tuple[object, ...]:
        attributes = tuple(sorted((key, value) for key, value in token.attrs.items() if key != "title"))
        if token.type in ("text", "softbreak"):
            return ("text",)
        if token.type == "html_block":
            return (token.type, *re.findall(r"<[^>]*>", token.content))
        content = token.content if token.type in ("code_inline", "fence", "code_block", "html_inline") else ""
        return (token.type, token.tag, token.level, token.info, attributes, content)

    shapes: list[tuple[object, ...]] = []
    for block in MarkdownIt("commonmark").enable("table").parse(source):
        shapes.append(of(block))
        for token in block.children or []:
            if shapes[-1] != ("text",) or of(token) != ("text",):
                shapes.append(of(token))
    return shapes


def test_in_real_lessons_nothing_but_prose_changes() -> None:
    changed = 0
    for path in lesson_files("en"):
        source = read(path)
        segmented = segment_text(source)
        rebuilt = segmented.rebuild([swapped(segment.text) for segment in segmented.segments])
        assert (
            rebuilt.lower() == source.lower() or path.name == "index.md"
        )  # wrapped lines flow together there
        assert shape(rebuilt) == shape(source), path.name
        changed += sum(one != other for one, other in zip(source, rebuilt, strict=False))
    assert changed > 10_000


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("# A title #\n\nSome text.", ["A title", "Some text."]),
        ("Title\nof two lines\n===\n", ["Title of two lines"]),
        ("- one\n  1. two\n\n     still two\n- [ ] three", ["one", "two", "still two", "three"]),
        ("> quoted\n> text\nlazily", ["quoted text lazily"]),
        ("| a | b\\|c |\n|---|:-:|\n| 1 | d `e|f` |", ["a", "b\\|c", "d `e", "f`"]),
        ("a | `b\\|c` d\n--|--\ne | 5", ["a", "<x1/> d", "e"]),
        ("Text.\n\n```python\nnot text\n```\n\n    nor this\n\n~~~\nor this\n~~~", ["Text."]),
        ("Use `map` and ``a ` b``.", ["Use <x1/> and <x2/>."]),
        ("See [the docs](https://a.b/c?d=(e) \"Its title\").", ['See [the docs](<x1/> "Its title").']),
        ("![A picture](a.png)", ["![A picture](<x1/>)"]),
        ("[![badge](a.svg)](b)", ["[![badge](<x1/>)](<x2/>)"]),
        (
            "See [one][two], [three] and [four].\n\n[two]: /2\n[three]: /3",
            ["See [one][<x1/>], [three]<x2/> and [four]."],
        ),
        (
            "Mail <me@a.bc>, me@a.bc or <https://a.bc>, https://a.bc/d.",
            ["Mail <x1/>, <x2/> or <x3/>, <x4/>."],
        ),
        ("A <b>bold</b> word<br/>and <code>this</code>.", ["A <x1/>bold<x2/> word<x3/>and <x4/>."]),
        ("<b>All of it</b>", ["All of it"]),
        ("Dear {name}, {{ count }} of ${total}: 100% of %s, %(x)d, {% tag %}.",
         ["Dear <x1/>, <x2/> of <x3/>: 100% of <x4/>, <x5/>, <x6/>."]),
        ("<0>Bold</0> and <1/>", ["<x1/>Bold<x2/> and <x3/>"]),
        ("Well done :tada: at 10:30:20", ["Well done <x1/> at 10:30:20"]),
        ("An equation $E = mc^2$ costs $5 and $6.", ["An equation <x1/> costs $5 and $6."]),
        ("$$\na = b\n$$\n\nText", ["Text"]),
        ("So:\n\\[\nE = mc^2 \\quad \\text{if } x\n\\]\nwhere it is.", ["So:", "where it is."]),
        ("\\[ x = \\frac{a}{b} \\]\n\nText", ["Text"]),
        ("As \\[a_b\\] grows, \\[so it is\\].", ["As <x1/> grows, \\[so it is\\]."]),
        ("A note[^1].\n\n[^1]: Its text.", ["A note<x1/>.", "Its text."]),
        ("Fish &amp; chips&nbsp;now", ["Fish <x1/> chips<x2/>now"]),
        ("Open src/app/main.py, ./run.sh or README.md in Node.js", ["Open <x1/>, <x2/> or <x3/> in Node.js"]),
        ("Set MAX_COST to 5 and read/write it", ["Set <x1/> to 5 and read/write it"]),
        ("One  \ntwo\\\nthree", ["One<x1/>two<x2/>three"]),
        ("Say <x1/> or \\<x2/> literally", ["Say <x1/> or <x2/> literally"]),
        ("<!-- not this -->\n\nThis", ["This"]),
        (
            "<div>\n  <p class='a'>Some <em>text</em>\n  here</p>\n<pre>not here</pre></div>",
            ["Some <x1/>text<x2/> here"],
        ),
        ("<script>\nlet text = 'not this';\n</script>", []),
        ("!!! note \"A title\"\n    Its text.\n\n    - an item", ["A title", "Its text.", "an item"]),
        (
            '=== "Windows"\n\n    ```sh\n    dir\n    ```\n\n=== "Linux"\n\n    Text',
            ["Windows", "Linux", "Text"],
        ),
        ("> [!NOTE]\n> Some text.", ["Some text."]),
        ("> [!tip]- A title\n> Some text.", ["A title", "Some text."]),
        (":::tip Read this\nSome text.\n:::", ["Read this", "Some text."]),
        (":::note[Read this]{#id}\nSome text.\n:::", ["Read this", "Some text."]),
        ("/// note | Read this\nSome text.\n///", ["Read this", "Some text."]),
        ("/// html | div.large\nSome text.\n///", ["Some text."]),
        ("{{% notice tip %}}\nSome text.\n{{% /notice %}}", ["Some text."]),
        ("{{< figure src='a.png' >}}\nSome text.", ["Some text."]),
        ("[TOC]\n\n[[toc]]\n\n[[_TOC_]]\n\nText", ["Text"]),
        ("import Tabs from '@theme/Tabs';\nexport const one = 1;\n\nText", ["Text"]),
        ("import {\n  One,\n  Two\n} from 'here'\n\nexport const meta = {\n  title: 'Two words'\n}\n\nText",
         ["Text"]),
        ("import all from here.\n\nexport the rest.", ["import all from here.", "export the rest."]),
        ("## Title {#anchor}", ["Title"]),
        ("`CODE_ONLY`\n\n---\n\n12.5 %\n\n***", []),
    ],
)  # fmt: skip
def test_what_a_translator_sees(source: str, texts: list[str]) -> None:
    assert seen(source) == texts
    assert seen(source.replace("\n", "\r\n")) == texts


def test_plain_text_is_cut_at_its_lines_and_knows_no_markdown() -> None:
    source = "# not a heading\n\n  Hello, **you**! See https://a.b or <b>this</b> {name}.\r\n- C++ <T>\n"
    segmented = segment_text(source, markdown=False)
    assert [segment.text for segment in segmented.segments] == [
        "# not a heading",
        "Hello, **you**! See <x1/> or <x2/>this<x3/> <x4/>.",
        "- C++",
    ]
    assert segmented.rebuild(["# x", "<x1/><x2/>|<x3/><x4/>", "- c"]) == (
        "# x\n\n  https://a.b<b>|</b>{name}\r\n- c <T>\n"
    )


@pytest.mark.parametrize(
    ("source", "translation", "rebuilt"),
    [
        ("> one\n> two\n", "un deux", "> un deux\n"),
        ("- one\r\n  two\r\n", "un\ndeux", "- un deux\r\n"),
        ("One  \n   two\n", "Un <x1/> deux", "Un  \n   deux\n"),
        ("Text", "# Texte", "\\# Texte"),
        ("Text", "1. Texte", "1\\. Texte"),
        ("Text", "- Texte", "\\- Texte"),
        ("Text", "=== \"Texte\"", "\\=== \"Texte\""),
        ("Text", "[a]: Texte", "[a\\]: Texte"),
        ("Text\n---\n", "a | b", "a &#124; b\n---\n"),
        ("|a|\n|-|\n|b|", "a | \\| b", "|a \\| \\| b|\n|-|\n|b|"),
        ("# Text", "Texte #", "# Texte \\#"),
        ("See `a`", "<div> \\<x1/>", "\\<div> \\\\`a`"),
        ("See <span>a</span>", "<x1/>a<x2/> voir", "<span>a</span> voir"),
        ("[one]\n\n[one]: /1", "[un]<x1/>", "[un][one]\n\n[one]: /1"),
        ("[one][a]: more\n\n[a]: /1", "[un][<x1/>]: plus", "[un][a]: plus\n\n[a]: /1"),
        ("[one][a] more\n\n[a]: /1", "[<x1/>]: plus", "[a\\]: plus\n\n[a]: /1"),
        ("In a\\b_c or `d`", "Dans a\\<x1/>, \\<x2/>", "Dans a\\b_c, \\\\`d`"),
        ("<p>Fish</p>", "a < b", "<p>a &lt; b</p>"),
        ("<p>Type: `a | b` or</p>", "Typ: `a | b` ou", "<p>Typ: `a | b` ou</p>"),
        ('!!! note "Title"', 'Le "titre"', "!!! note \"Le 'titre'\""),
        ("**Note:** more", "**注意：**以下", "**注意：\u2060**以下"),
        ("**`a`** is *so*", "**<x1/>**は*「あ」*い", "**`a`\u2060**は*\u2060「あ」\u2060*い"),
        ("f(*a)*x", "ф(*a)*x", "ф(*a)*x"),
        ("_Note_ and __more__", "_注意_以下__还有：__内容", "*注意*以下**还有：\u2060**内容"),
        ("The _loop_ ends", "ה_לולאה_ נגמרת", "ה*לולאה* נגמרת"),
        ("See https://a.b for more", "详情请访问<x1/>了解。", "详情请访问https://a.b 了解。"),
        ("See https://a.b, then go.", "راجع <x1/>، ثم اذهب.", "راجع https://a.b ، ثم اذهب."),
        ("See https://a.b.", "Voir <x1/>.", "Voir https://a.b."),
        (":::note[Title]\nText\n:::", "Un [titre]", ":::note[Un (titre)]\nText\n:::"),
        ("Text", "\\[ x = 1 \\]", "\u2060\\[ x = 1 \\]"),
        ("Text", "[^1]\\]", "\u2060[^1]\\]"),
    ],
)  # fmt: skip
def test_a_translation_in_its_place(source: str, translation: str, rebuilt: str) -> None:
    segmented = segment_text(source)
    others = [segment.text for segment in segmented.segments[1:]]
    assert segmented.rebuild([translation, *others]) == rebuilt


@pytest.mark.parametrize("translation", ["", "  \n", "no tag", "<x1/><x1/>", "<x1/> <x2/>", "<x2/>"])
def test_a_translation_that_lost_its_parts_is_refused(translation: str) -> None:
    with pytest.raises(InputError):
        segment_text("Use `map`.").rebuild([translation])


def test_the_wrong_number_of_translations_is_refused() -> None:
    with pytest.raises(InputError, match="1 segments, but 2 translations"):
        segment_text("Text").rebuild(["a", "b"])


HOSTILE = r"""
[ ![ ]( [a](b ` `a``b $ $$·a\n <a· <a·b=' <!--· <?· <div>\n <p>a { {{ {%· ${ & \\ a@ a. a/ http:// *a·** _a |
a|b\n-|-\n >· >·a\nb\n ··-·a\n [a]:·b\n [^a]:·b\n !!!·note\n····a\n ---\na:·b\n a··\n \ta :a ~~~\n a:·b\n-·
\[ \[\n \[a\n import·a +++\n +++\na="b"\n /// :::a[ :::{note}\n ```{note}\n >·:::{tip}\n :::\n:::{a}\n
<a·title=" <a·title=b> [a]:·b·"c"\n ---\na:·&b·c\nd:·*b\n
"""


@pytest.mark.parametrize("unit", HOSTILE.split())
def test_hostile_texts_are_cut_in_time(unit: str) -> None:
    unit = unit.replace("·", " ").replace("\\n", "\n").replace("\\t", "\t")
    source = unit * (20_000 // len(unit))
    assert identity(segment_text(source)) == source


def test_quotes_that_never_settle_are_refused_in_time() -> None:
    with pytest.raises(InputError, match="too long to parse"):
        segment_text("---\ntitle: a b\n>  " * 1_000)
