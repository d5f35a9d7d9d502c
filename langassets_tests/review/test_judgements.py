"""What a judge says, read; and what is asked of it together. Pure."""

from hypothesis import given
from hypothesis import strategies as st

from langassets.ingestion.review.judging import batches
from langassets.ingestion.review.units import ReviewUnit
from langassets.translation.judging import CATEGORIES, SEVERITIES, MqmError, read_errors, sureness
from langassets.translation.types import Segment

_errors = st.lists(
    st.tuples(
        st.sampled_from(sorted(SEVERITIES)),
        st.sampled_from(CATEGORIES),
        st.from_regex(r"[a-z]{0,9}", fullmatch=True),
    ),
    min_size=1,
)


@given(_errors)
def test_errors_are_read_as_they_are_asked_for(errors: list[tuple[str, str, str]]) -> None:
    said = "\n".join(f"{severity} {category}: {what}" for severity, category, what in errors)
    assert read_errors(said) == tuple(MqmError(*one) for one in errors)
    assert read_errors(f"{said}\nand so on") is None
    assert 0 < sureness([MqmError(*one) for one in errors]) <= 0.5


@given(st.text())
def test_anything_else_says_nothing(said: str) -> None:
    found = read_errors(said)
    assert found is None or said.strip()


def test_none_is_no_error_and_silence_is_no_judgement() -> None:
    assert (read_errors("None."), read_errors(""), read_errors("none\nmajor style")) == ((), None, None)


@given(st.lists(st.tuples(st.sampled_from(["en", "fr"]), st.integers(0, 5), st.booleans()), max_size=90))
def test_batches_are_of_one_language_and_hold_each_unit_once(kinds: list[tuple[str, int, bool]]) -> None:
    units = [
        ReviewUnit(language, "he", Segment(str(number)), "t", 1.0 if sure else 0.0, requests=asked)
        for number, (language, asked, sure) in enumerate(kinds)
    ]
    found = list(batches(units))
    assert sorted(unit.segment.text for one in found for unit in one) == sorted(
        unit.segment.text for unit in units if unit.confidence
    )
    for one in found:
        assert len({unit.source_language for unit in one}) == 1
        assert len(one) <= 20
        assert [unit.requests for unit in one] == sorted((unit.requests for unit in one), reverse=True)
