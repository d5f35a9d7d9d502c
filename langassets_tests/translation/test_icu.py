"""ICU MessageFormat: arguments and selectors stay, texts are translated, each language has its categories."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.checks import check
from langassets.translation.documents.document import document
from langassets.translation.documents.places import structure_of
from langassets.translation.documents.segments import segment_text
from langassets.translation.icu import ICU, Argument, argument_at
from langassets.translation.types import Segment
from langassets_tests.translation.messages import MESSAGES
from langassets_tests.translation.test_segments import identity, seen, swapped

DAYS = "{n, plural, one {one day} other {# days}}"


@pytest.mark.parametrize("is_markdown", [True, False])
@pytest.mark.parametrize(
    ("source", "texts", "rebuilt"),
    [
        (DAYS, ["one day", "<x1/> days"], "{n, plural, one {ONE DAY} other {# DAYS}}"),
        (
            "You have {n, plural, =0 {nothing} other {# of {all}}} left.",
            ["You have <x1/> left.", "nothing", "<x1/> of <x2/>"],
            "yOU HAVE {n, plural, =0 {NOTHING} other {# OF {all}}} LEFT.",
        ),
        (
            "{g, select, male {He has {n, plural, offset:1 one{a dog} other{# dogs}}.} other {They}}",
            ["He has <x1/>.", "a dog", "<x1/> dogs", "They"],
            "{g, select, male {hE HAS {n, plural, offset:1 one{A DOG} other{# DOGS}}.} other {tHEY}}",
        ),
        (
            "{n, selectordinal, one {#st day} other {#th day}}",
            ["<x1/>st day", "<x1/>th day"],
            "{n, selectordinal, one {#ST DAY} other {#TH DAY}}",
        ),
        (
            "{g, select, a {It''s '{'x'}' # at {d, date, short}} other {no}}",
            ["It's <x1/>x<x2/> # at <x3/>", "no"],
            "{g, select, a {iT'S '{'X'}' # AT {d, date, short}} other {NO}}",
        ),
        (
            "{n, plural, other {'#' is # {g, select, other {# words}}}}",
            ["<x1/> is <x2/> <x3/>", "# words"],
            "{n, plural, other {'#' IS # {g, select, other {# WORDS}}}}",
        ),
        ("On {d, date, short} at {t, time}.", ["On <x1/> at <x2/>."], "oN {d, date, short} AT {t, time}."),
    ],
)
def test_selectors_stay_and_branches_are_translated(
    source: str, texts: list[str], rebuilt: str, is_markdown: bool
) -> None:
    segmented = segment_text(source, markdown=is_markdown)
    assert [segment.text for segment in segmented.segments] == texts
    assert segmented.rebuild([swapped(text) for text in texts]) == rebuilt
    assert identity(segmented) == source


def test_a_message_may_have_several_lines() -> None:
    source = "Two\n{n, plural,\n  one {a}\n  other {b}\n}"
    assert seen(source) == ["Two <x1/>", "a", "b"]
    assert seen(source, is_markdown=False) == ["Two", "a", "b"]
    made = segment_text(source, markdown=False).rebuild(["Zwei", "eins", "mehr"])
    assert made == "Zwei\n{n, plural,\n  one {eins}\n  other {mehr}\n}"
    title = f'---\ntitle: "Still {DAYS}"\n---\n'
    assert seen(title) == ["Still <x1/>", "one day", "<x1/> days"]
    assert identity(segment_text(title)) == title


@pytest.mark.parametrize(
    "source",
    [
        "The {n, plural, one, other} of it",  # no texts
        "{n, plural, one {one day}}",  # nothing for other numbers
        "{n, plural, some {one day} other {days}}",  # no category
        "{n, plural, one {a} one {b} other {c}}",
        "{n, plural, one {a {b} other {c}}",
        "'{n, plural, one {one day} other {days}}'",  # quoted
        "{{n, plural, one {one day} other {days}}}",
        "Use `{n, plural, one {a} other {b}}` here",
    ],
)
def test_what_only_looks_like_a_message_stays_prose(source: str) -> None:
    assert len(seen(source)) == 1
    assert "plural" in seen(source)[0] or "`" in source


@pytest.mark.parametrize(
    ("language", "source", "rebuilt"),
    [
        ("he", DAYS, "{n, plural, one {ONE DAY} other {# DAYS} two {# DAYS}}"),
        ("iw", DAYS, "{n, plural, one {ONE DAY} other {# DAYS} two {# DAYS}}"),
        ("ja", DAYS, "{n, plural, one {ONE DAY} other {# DAYS}}"),
        ("pl", DAYS, "{n, plural, one {ONE DAY} other {# DAYS} few {# DAYS} many {# DAYS}}"),
        (
            "ar",
            "{n, plural, =0 {none} one {a} other {<b>#</b> days}} left",
            "{n, plural, =0 {NONE} one {A} other {<b>#</b> DAYS} "
            "zero {<b>#</b> DAYS} two {<b>#</b> DAYS} few {<b>#</b> DAYS} many {<b>#</b> DAYS}} LEFT",
        ),
        ("it", "{n, selectordinal, other {#th}}", "{n, selectordinal, other {#TH} many {#TH}}"),
        ("ar", "{g, select, a {a} other {b}}", "{g, select, a {A} other {B}}"),
    ],
)
def test_a_language_has_its_own_categories(language: str, source: str, rebuilt: str) -> None:
    cut = document("text", {"title": source})
    made = cut.rebuild({text: swapped(text) for text in cut.texts}, language)
    assert made == {"title": rebuilt}
    again = document("text", made, language)
    assert [one.text for one in again.placed] == [swapped(one.text) for one in cut.placed]
    assert structure_of(again, again.data) == structure_of(cut, made)


def test_an_answer_without_the_number_is_refused() -> None:
    segment = segment_text(DAYS).segments[1]
    assert not check(segment, "<x1/> jours", "en", "fr", names=["protected", "markup"])
    assert [one.name for one in check(segment, "jours", "en", "fr", names=["protected"])] == ["protected"]
    assert segment == Segment("<x1/> days", ("#",))


def arguments(text: str) -> list[object]:
    """The arguments of a message, as nested lists of what their branches are chosen by."""
    found: list[object] = []
    end = 0
    for head in ICU.finditer(text):
        argument = argument_at(text, head.start()) if head.start() >= end else None
        if argument:
            found.append(_nested(text, argument))
            end = argument.end
    return found


def _nested(text: str, argument: Argument) -> object:
    return argument.kind, [(one.selector, arguments(text[one.start : one.end])) for one in argument.branches]


def test_only_what_has_other_forms_in_a_language_is_made_anew_for_it() -> None:
    plain, counting = segment_text("Two days.\n\nA `b`.\n"), segment_text(f"Two days.\n\n{DAYS}\n")
    for text, is_same in ((plain, True), (counting, False)):
        said = [segment.text.replace("days", "nights") for segment in text.segments]
        assert (text.rebuild(said, "ru") == text.rebuild(said)) is is_same


@given(MESSAGES, st.booleans())
def test_any_message_comes_back_byte_for_byte(source: str, is_markdown: bool) -> None:
    assert identity(segment_text(source, markdown=is_markdown)) == source


@given(
    MESSAGES,
    st.lists(st.sampled_from(["l'", "'", "{", "}", "#", "'#", "été", "''", " "]), min_size=1),
    st.booleans(),
)
def test_no_translation_changes_what_a_message_chooses_by(
    source: str, words: list[str], is_markdown: bool
) -> None:
    segmented = segment_text(source, markdown=is_markdown)
    said = ["x" + "".join(words) + re.sub(r"[^<>/x\d]|(?<!<)x", "", one.text) for one in segmented.segments]
    rebuilt = segmented.rebuild(said)
    assert arguments(rebuilt) == arguments(source)
    assert identity(segment_text(rebuilt, markdown=is_markdown)) == rebuilt
