"""The ids of headings are those that the generators themselves give: as npm's packages
were seen to make them, and as Python-Markdown makes them today."""

import pytest
from markdown import Markdown

from langassets.translation.markdown.anchors.headings import by_fragment, headings_of
from langassets.translation.markdown.anchors.slugs import Slugs, ids_of

# Headings of one document in their order, each with what github-slugger 2.0.0 makes of it, and what
# markdown-it-anchor 9.2.1 does with the slugs of @mdit-vue/shared 3.0.2, as VitePress has them.
RECORDED = [
    ("Two words", "two-words", "two-words"),
    ("Two words", "two-words-1", "two-words-1"),
    ("Two words", "two-words-2", "two-words-2"),
    ("Two words 1", "two-words-1-1", "two-words-1-1"),
    ("What's new?", "whats-new", "what-s-new"),
    ("Q&A: yes / no", "qa-yes--no", "q-a-yes-no"),
    ("C++ & C#", "c--c", "c-c"),
    ("a -- b", "a----b", "a-b"),
    ("spaced   out", "spaced---out", "spaced-out"),
    ("1. First", "1-first", "_1-first"),
    ("2nd step", "2nd-step", "_2nd-step"),
    ("Ünïcödé", "ünïcödé", "unicode"),
    ("Straße", "straße", "straße"),
    ("İstanbul", "i\u0307stanbul", "istanbul"),
    ("ΟΔΟΣ", "οδος", "οδος"),
    ("snake_case", "snake_case", "snake-case"),
    ("-dash-", "-dash-", "dash"),
    ("(brackets) [x]", "brackets-x", "brackets-x"),
    ("node.js", "nodejs", "node-js"),
    ("100 %", "100-", "_100"),
    ("“Quoted” ‘text’", "quoted-text", "quoted-text"),
    ("…", "", ""),
    ("…", "-1", "-1"),
    ("😀 smile", "-smile", "😀-smile"),
    ("e\u0301te\u0301", "e\u0301te\u0301", "ete"),
    ("½ cup", "-cup", "_1⁄2-cup"),
    ("Ⅷ parts", "ⅷ-parts", "viii-parts"),
    ("№ 5", "-5", "no-5"),
    ("x²", "x", "x2"),
    ("दो शब्द", "दो-शब्द", "दो-शब्द"),
    ("हिन्दी में लिखें", "हिन्दी-में-लिखें", "हिन्दी-में-लिखें"),
    ("দুটি শব্দ", "দুটি-শব্দ", "দুটি-শব্দ"),
    ("இரண்டு சொற்கள்", "இரண்டு-சொற்கள்", "இரண்டு-சொற்கள்"),
    ("สองคำที่นี่", "สองคำที่นี่", "สองคําที่นี่"),
    ("두 단어", "두-단어", "두-단어"),
    ("二つの言葉", "二つの言葉", "二つの言葉"),
    ("两个字：测试", "两个字测试", "两个字-测试"),
    ("Два слова", "два-слова", "два-слова"),
    ("Δύο λέξεις", "δύο-λέξεις", "δυο-λεξεις"),
    ("שתי מילים", "שתי-מילים", "שתי-מילים"),
    ("שָׁלוֹם", "שָׁלוֹם", "שָׁלוֹם"),
    ("كلمتان", "كلمتان", "كلمتان"),
    ("كلمتان", "كلمتان-1", "كلمتان-1"),
    ("دو کلمهٔ فارسی", "دو-کلمهٔ-فارسی", "دو-کلمهٔ-فارسی"),
    ("Hai từ", "hai-từ", "hai-tu"),
    ("අකුරු දෙකක්", "අකුරු-දෙකක්", "අකුරු-දෙකක්"),
    ("ពីរពាក្យ", "ពីរពាក្យ", "ពីរពាក្យ"),
    ("ორი სიტყვა", "ორი-სიტყვა", "ორი-სიტყვა"),
    ("Երկու բառ", "երկու-բառ", "երկու-բառ"),
    ("ሁለት ቃላት", "ሁለት-ቃላት", "ሁለት-ቃላት"),
]


@pytest.mark.parametrize(("slugs", "column"), [(Slugs.GITHUB, 1), (Slugs.VITEPRESS, 2)])
def test_ids_are_those_of_npm_s_packages(slugs: Slugs, column: int) -> None:
    made = ids_of([(row[0], None) for row in RECORDED], slugs)
    assert made == [row[column] for row in RECORDED]


def test_ids_are_those_of_python_markdown() -> None:
    texts = [row[0] for row in RECORDED] + [
        "Two words {#two}",
        "Two",
        "two_1",
        "two_1",
    ]
    source = "\n\n".join(f"# {text}" for text in texts)
    parser = Markdown(extensions=["toc", "attr_list"])
    parser.convert(source)
    theirs = [token["id"] for token in flat(parser.toc_tokens)]
    headings = headings_of(source)
    assert ids_of([(one.text, one.given) for one in headings], Slugs.MKDOCS) == theirs


def flat(tokens: list[dict[str, object]]) -> list[dict[str, object]]:
    """Headings of every level in their order."""
    return [one for token in tokens for one in [token, *flat(token["children"])]]  # type: ignore[arg-type]


def test_an_id_that_is_given_is_the_heading_s_own_and_counts_as_each_generator_counts_it() -> None:
    named = [("Two", None), ("Two", "two"), ("Two", None)]
    assert ids_of(named, Slugs.DOCUSAURUS) == ["two", "two", "two-1"]
    assert ids_of(named, Slugs.VITEPRESS) == ["two", "two", "two-1"]
    assert ids_of(named, Slugs.MKDOCS) == ["two_1", "two", "two_2"]


def test_what_the_rule_does_not_know_is_found_by_another() -> None:
    headings = headings_of("# What's new?\n\n# ![Alt](x.png) Two :rocket:\n\n<h2>Raw</h2>\n\n# Raw\n")
    expected = {"whats-new": 0, "what-s-new": 0, "alt-two-rocket": 1, "two": 1, "raw-1": 3}
    for slugs, raw in ((Slugs.MKDOCS, 3), (Slugs.DOCUSAURUS, 3), (Slugs.GITHUB, 2), (Slugs.AUTO, 2)):
        wanted = expected | {"raw": raw}
        found = by_fragment(headings, slugs, wanted.keys())
        assert {name: headings.index(found[name]) for name in wanted} == wanted
