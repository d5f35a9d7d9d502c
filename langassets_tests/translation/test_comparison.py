"""Where two objects of one lesson differ: just the places that say otherwise."""

import json

from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.documents.comparison import Difference, difference
from langassets.translation.documents.document import Document, document
from langassets.translation.documents.places import shown

LESSON = {
    "language": "en",
    "title": "Bridges",
    "text": "# A bridge\n\nIt is built over `the river`.\n\n- One arch\n- Two arches\n\nIt is **long**.",
    "nodes": [{"label": "One arch"}, {"label": "Nothing"}],
}
SOURCE = document("lesson", LESSON)
TEXTS = SOURCE.texts


def made(said: dict[str, str], code: str = "he") -> Document:
    data = SOURCE.rebuild({text: f"⟦{said.get(text, text)}⟧" for text in TEXTS}, code)
    return document("lesson", json.loads(json.dumps(data)), "he")


def compared(stored: Document, again: Document, said: dict[str, str]) -> Difference:
    places = [shown(f"⟦{said.get(one.text, one.text)}⟧", one.protected) for one in SOURCE.placed]
    return difference(SOURCE, stored, again, places, "he")


@given(
    before=st.dictionaries(st.sampled_from(TEXTS), st.sampled_from(("a", "b", "a  b"))),
    after=st.dictionaries(st.sampled_from(TEXTS), st.sampled_from(("a", "b", "a  b"))),
)
def test_the_places_are_those_whose_text_is_said_otherwise(
    before: dict[str, str], after: dict[str, str]
) -> None:
    code = {text for text in TEXTS if "<x1/>" in text}
    before, after = ({k: v for k, v in one.items() if k not in code} for one in (before, after))
    differing = {text for text in TEXTS if before.get(text, text) != after.get(text, text)}
    found = compared(made(before), made(after), after)
    assert not found.around
    assert list(found.places) == [n for n, one in enumerate(SOURCE.placed) if one.text in differing]


def test_what_stands_around_counts_and_by_which_code_a_language_is_named_does_not() -> None:
    assert compared(made({}), made({}, "iw"), {}) == Difference((), False)
    other = document("lesson", dict(made({}).data) | {"title": "⟦Bridges⟧", "audio": "x.mp3"}, "he")
    assert compared(other, made({}), {}) == Difference((), True)


def test_where_it_cannot_be_told_which_place_it_is_all_of_the_text_are_meant() -> None:
    data = dict(made({}).data)
    data["text"] = "⟦Something else.⟧"
    found = compared(document("lesson", data, "he"), made({}), {})
    assert set(found.places) == {n for n in range(len(SOURCE.placed)) if _path(n) == ("text",)} != set()
    gone = {key: value for key, value in made({}).data.items() if key != "title"}
    assert compared(document("lesson", gone, "he"), made({}), {}).around


def test_what_is_only_written_down_otherwise_has_no_place() -> None:
    data = dict(made({}).data)
    data["text"] = str(data["text"]).replace("\n- ", "\n* ")
    assert compared(document("lesson", data, "he"), made({}), {}) == Difference((), False)
    spoilt = [
        shown("⟦Bridges⟧ " if one.text == "Bridges" else f"⟦{one.text}⟧", one.protected)
        for one in SOURCE.placed
    ]
    title = dict(made({}).data) | {"title": "⟦Bridges⟧"}
    again = document("lesson", title | {"title": "⟦Bridges⟧ "}, "he")
    assert difference(SOURCE, document("lesson", title, "he"), again, spoilt, "he").places == (0,)


def _path(place: int) -> object:
    paths = [path for path, part in SOURCE.parts for _ in part.slots]
    return paths[place]
