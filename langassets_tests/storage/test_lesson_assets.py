"""Keys of files beside lessons: every store takes them, none is a lesson's, and each reads back."""

import hashlib

from hypothesis import assume, given
from hypothesis import strategies as st

from langassets.storage.keys import is_key, parse, parse_archived
from langassets.storage.lesson_assets import FROM_LESSON, asset_key, asset_path
from langassets.translation.markdown.links import addresses_in

_CHARACTERS = st.characters(codec="utf-8", exclude_characters="/", exclude_categories=["Cc"])
_NAME = st.one_of(
    st.sampled_from(["lessons", "text.json", ".x", "a=b", "~"]), st.text(_CHARACTERS, min_size=1)
)
_PATH = st.lists(_NAME, min_size=1, max_size=5).map("/".join)


@given(_PATH, st.binary())
def test_a_key_is_no_lesson_s_and_reads_back_from_an_address(path: str, body: bytes) -> None:
    key = asset_key(path, hashlib.sha256(body).hexdigest())
    assume(max(map(len, key.split("/"))) <= 255)
    assume(len(key) <= 1024)
    assert is_key(key)
    assert parse(key) is None
    assert parse_archived(key) is None
    for address in (FROM_LESSON + key, f"https://a.example/{key}?v=1#x"):
        assert asset_path(address) == path
        assert [found.text for found in addresses_in(f"![x]({address})")] == [address]


def test_other_addresses_are_none_of_ours() -> None:
    others = ("images/leaf.png", "lesson-assets/leaf.png", "lesson-assets/0123456789ABCDEF/leaf.png", "")
    assert [asset_path(address) for address in others] == [None] * len(others)
