"""One decision a language: the rule, its edges, and its reasons in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.tiering.policy import LanguageRecord, TierDecision, TierPolicy, decide

CODES = ["en", "he", "ar", "es", "fr", "de", "pt-BR", "zh-CN", "ja", "ru", "it", "pl", "ko", "vi", "nl"]
REPLACED = TierPolicy(promote_share=0.05, demote_share=0.05, min_requests=0)


def record(
    language: str,
    requests: float,
    *,
    was: bool = False,
    predefined: bool = False,
    evidence: float | None = None,
) -> LanguageRecord:
    return LanguageRecord(
        language, was, predefined, requests, requests, requests if evidence is None else evidence
    )


def by_language(decisions: tuple[TierDecision, ...]) -> dict[str, TierDecision]:
    return {decision.language: decision for decision in decisions}


# Counters near the edge of 5 %, and any that the application's 32-bit column can hold.
counters = st.one_of(st.integers(0, 3), st.integers(0, 40), st.integers(0, 2**31 - 1))
tables = st.lists(
    st.tuples(st.sampled_from(CODES), counters, st.booleans(), st.booleans()),
    unique_by=lambda row: row[0],
    max_size=len(CODES),
)


@given(tables)
def test_it_decides_exactly_as_the_replaced_system(table: list[tuple[str, int, bool, bool]]) -> None:
    decided = by_language(decide([record(c, n, was=w, predefined=p) for c, n, w, p in table], REPLACED))
    total = sum(requests for _, requests, _, _ in table)
    for code, requests, was, predefined in table:
        if predefined:
            expected = True
        elif requests == 0:
            expected = was
        else:
            expected = 20 * requests >= total  # 5 %, in whole numbers
        assert decided[code].frequent is expected
        assert decided[code].change == ("kept" if expected == was else "promoted" if expected else "demoted")


@given(st.integers(1, 2**31 - 1), st.floats(1e-9, 1), st.integers(2, 100))
def test_exactly_the_threshold_promotes_whatever_the_weights_are_rounded_to(
    requests: int, weight: float, others: int
) -> None:
    records = [record("es", requests * weight), *(record("en", requests * weight) for _ in range(19))]
    assert by_language(decide(records, REPLACED))["es"].frequent
    policy = TierPolicy(promote_share=1 / others, demote_share=0, min_requests=0)
    records = [record("es", requests * weight), *(record("en", requests * weight) for _ in range(others - 1))]
    assert by_language(decide(records, policy))["es"].frequent


def test_just_below_the_threshold_does_not() -> None:
    total = 15 * (2**31 - 1)  # as many as fifteen full counters hold
    records = [record("en", total - total // 20), record("es", total // 20)]
    assert 20 * (total // 20) < total
    assert not by_language(decide(records, REPLACED))["es"].frequent


@pytest.mark.parametrize(
    ("requests", "was", "frequent", "change", "reason"),
    [
        (52, False, True, "promoted", "5.2 % of requests, at or above the 5 % that promotes"),
        (50, True, True, "kept", "5.0 % of requests, at or above the 5 % that promotes"),
        (41, True, True, "kept", "4.1 % of requests, between 3 % and 5 %: stays"),
        (41, False, False, "kept", "4.1 % of requests, below the 5 % that promotes"),
        (30, True, True, "kept", "3.0 % of requests, between 3 % and 5 %: stays"),
        (29, True, False, "demoted", "2.9 % of requests, below the 3 % that demotes"),
        (49.9999, False, False, "kept", "4.99999 % of requests, below the 5 % that promotes"),
        (29.9999, True, False, "demoted", "2.99999 % of requests, below the 3 % that demotes"),
        (0, True, True, "kept", "never requested: keeps its flag"),
        (0, False, False, "kept", "never requested: keeps its flag"),
    ],
)
def test_reasons(requests: float, was: bool, frequent: bool, change: str, reason: str) -> None:
    decided = by_language(
        decide([record("es", requests, was=was), record("en", 1000 - requests)], TierPolicy())
    )
    assert (decided["es"].frequent, decided["es"].change, decided["es"].reason) == (frequent, change, reason)


def test_too_little_evidence_changes_nothing_and_says_so() -> None:
    records = [
        record("es", 0.1, was=True, evidence=5),
        record("de", 50, evidence=7.9),
        record("vi", 0, was=True),
    ]
    decided = by_language(decide(records, TierPolicy()))
    assert {code for code, decision in decided.items() if decision.frequent} == {"es", "vi"}
    assert decided["de"].reason == (
        "too little evidence: 12 requests since the last evaluation, 100 needed: nothing changes"
    )


def test_predefined_languages_stay_whatever_happens() -> None:
    policy = TierPolicy(predefined=("iw", "en", "ar"))
    decided = by_language(decide([record("he", 1, was=True), record("en", 10_000), record("ru", 0)], policy))
    assert set(decided) == {"he", "en", "ru", "ar"}  # iw is he; ar has no record
    assert {decided[code].reason for code in ("he", "en", "ar")} == {"predefined"}
    assert [decided[code].change for code in ("he", "en", "ar")] == ["kept", "promoted", "kept"]
    assert decided["he"].tag == "he"


def test_predefined_by_the_application_too() -> None:
    decided = decide([LanguageRecord("sw", False, True, 0, 0, 0), record("en", 500)], TierPolicy())
    assert by_language(decided)["sw"].frequent


def test_two_codes_of_one_language_share_a_decision() -> None:
    records = [record("iw", 30), record("he", 25, was=True), record("en", 945, was=True)]
    decided = by_language(decide(records, TierPolicy()))
    assert decided["iw"].share == decided["he"].share == 0.055
    assert decided["iw"].weighted_requests == 30
    assert (decided["iw"].change, decided["he"].change) == ("promoted", "kept")
    assert decided["iw"].reason.endswith("that promotes (he and iw together)")


def test_two_codes_without_a_request_keep_their_own_flags() -> None:
    decided = by_language(
        decide([record("iw", 0), record("he", 0, was=True), record("en", 900)], TierPolicy())
    )
    assert (decided["iw"].frequent, decided["he"].frequent) == (False, True)


def test_requests_that_no_longer_weigh_anything_change_nothing() -> None:
    ancient = LanguageRecord("es", True, False, 0.0, 500, 500)
    assert decide([ancient], TierPolicy())[0].frequent


@given(tables, st.floats(0, 1), st.floats(0, 1))
def test_every_language_is_decided_once_and_shares_add_up(
    table: list[tuple[str, int, bool, bool]], one: float, other: float
) -> None:
    policy = TierPolicy(max(one, other), min(one, other), 0, ("en", "tr"))
    decided = decide([record(c, n, was=w, predefined=p) for c, n, w, p in table], policy)
    codes = [decision.language for decision in decided]
    assert sorted(codes) == sorted({*(row[0] for row in table), "en", "tr"})
    assert [d.share for d in decided] == sorted((d.share for d in decided), reverse=True)
    if any(requests for _, requests, _, _ in table):
        assert sum(decision.share for decision in decided) == pytest.approx(1)


def test_a_code_that_is_no_language_is_refused() -> None:
    with pytest.raises(ValueError, match="not a language code"):
        decide([record("../../etc", 5)], TierPolicy())


def test_thresholds_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(ValueError, match="demote_share"):
        TierPolicy(promote_share=0.03, demote_share=0.05)
