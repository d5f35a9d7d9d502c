"""One code for each language: settled once, after what the application uses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.locales import tag_of
from langassets.tiering.language_keys import Candidate, key_of, language_keys

SPELLINGS = ["pt-BR", "pt_BR", "pt-br", "PT-BR", "he", "iw", "HE", "en", "EN", "zh-Hans", "Zh_hans"]
candidates = st.lists(
    st.builds(
        Candidate,
        st.sampled_from(SPELLINGS),
        st.none() | st.integers(0, 3),
        st.integers(0, 2),
        st.booleans(),
    ),
    unique_by=lambda one: one.code,
)


@pytest.mark.parametrize(
    ("tag", "found", "key"),
    [
        ("pt-BR", [], "pt-BR"),
        ("pt-BR", [Candidate("pt_BR")], "pt-BR"),  # spelled so by somebody, who stores nothing under it
        ("he", [Candidate("iw", 5)], "iw"),
        ("he", [Candidate("iw", 0), Candidate("he", objects=900)], "iw"),  # the application looks there
        ("he", [Candidate("iw", 5), Candidate("he", 500)], "he"),
        ("he", [Candidate("iw", 5, objects=2), Candidate("he", 500)], "iw"),
        ("en", [Candidate("EN", objects=3), Candidate("en", objects=2)], "EN"),
        ("en", [Candidate("EN", objects=3), Candidate("en", objects=3)], "en"),
        ("pt-BR", [Candidate("pt_BR", decided=True)], "pt_BR"),
    ],
)
def test_it_is_what_the_application_uses_then_what_is_stored_then_the_tag(
    tag: str, found: list[Candidate], key: str
) -> None:
    assert key_of(tag, found) == key


@given(candidates)
def test_every_spelling_leads_to_one_code_which_means_the_same(found: list[Candidate]) -> None:
    keys = language_keys({}, found)
    for code in SPELLINGS:
        assert tag_of(keys.of(code)) == tag_of(code)
        assert keys.of(code) == keys.of(tag_of(code)) == keys.kept_as(keys.of(code))
    used = {one.code for one in found if one.used}
    for tag, key in keys.settled.items():
        assert key in used or not any(tag_of(code) == tag for code in used)


@given(candidates, candidates)
def test_what_was_settled_stands_while_something_is_stored_or_nothing_else_is_used(
    before: list[Candidate], now: list[Candidate]
) -> None:
    recorded = language_keys({}, before).settled
    keys = language_keys(recorded, now)
    assert language_keys(keys.settled, now) == keys, "settling twice settles something else"
    for tag, key in recorded.items():
        own = [one for one in now if tag_of(one.code) == tag]
        if not any(one.used for one in own) or any(one.used and one.code == key for one in own):
            assert keys.settled[tag] == key


@given(candidates)
def test_what_the_application_uses_is_never_brought_elsewhere(found: list[Candidate]) -> None:
    keys = language_keys({}, found)
    used = {one.code for one in found if one.used}
    stored = {one.code for one in found if one.objects}
    assert not used & set(keys.merges)
    for code in stored:
        kept = code in keys.all_of(code)
        assert kept != (code in keys.merges), "each is either kept or brought to where it belongs"
        assert kept or tag_of(keys.merges[code]) == tag_of(code)
