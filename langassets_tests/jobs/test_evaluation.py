"""Evaluation over a real database: what is read, what is decided, and what the application sees of it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from langassets.database.application import language_stats
from langassets.database.connection import reading, writing
from langassets.database.decisions import Tier, current_tier
from langassets.errors import StatisticsError
from langassets.jobs.evaluation.evaluate import evaluate, read_usage
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.settings import load_settings
from langassets_tests.jobs.lessons import NOW, request

PARITY = {
    "PROMOTE_SHARE": "0.05",
    "DEMOTE_SHARE": "0.05",
    "TIER_HALF_LIFE_DAYS": "0",
    "TIER_MIN_REQUESTS": "0",
}


def counters(data: sa.Engine, **requests: int) -> None:
    """Counters as the application keeps them; a language that is there already is set."""
    with writing(data) as connection:
        for code, total in requests.items():
            values = {"total_requests": total, "last_used": NOW, "created_at": NOW - timedelta(days=700)}
            found = connection.execute(
                language_stats.update().where(language_stats.c.language_code == code).values(**values)
            )
            if not found.rowcount:
                connection.execute(language_stats.insert().values(language_code=code, **values))


def evaluation(data: sa.Engine, environ: dict[str, str], days: float = 0) -> Tier:
    settings = load_settings(environ)
    now = NOW + timedelta(days=days)
    read_usage(data, settings.tier_half_life_days, now)
    return evaluate(data, settings, now, "run")


def changes(tier: Tier) -> dict[str, str]:
    return {d.language: d.change for d in tier.decisions if d.change != "kept"}


def test_it_decides_and_tells_the_application(engine: sa.Engine) -> None:
    counters(engine, en=900, es=60, fr=40)
    tier = evaluation(engine, PARITY)
    assert tier.frequent == ("ar", "en", "es", "he")
    assert changes(tier) == {"en": "promoted", "es": "promoted"}
    with reading(engine) as connection:
        flags = dict(
            row._tuple()
            for row in connection.execute(
                sa.select(language_stats.c.language_code, language_stats.c.is_frequent)
            )
        )
        assert current_tier(connection) == tier
    assert flags == {"en": True, "es": True, "fr": False}


def test_growth_counts_and_old_glory_does_not(engine: sa.Engine) -> None:
    environ = {"PREDEFINED_LANGUAGES": ""}
    counters(engine, en=10_000, fr=5_000, es=0)
    assert evaluation(engine, environ).frequent == ("en", "fr")
    for fortnight in range(1, 13):
        counters(engine, en=10_000 + 1_000 * fortnight, es=100 * fortnight)
        tier = evaluation(engine, environ, 14 * fortnight)
    assert tier.frequent == ("en", "es")
    french = next(d for d in tier.decisions if d.language == "fr")
    assert french.share < 0.03


def test_too_little_evidence_changes_nothing(engine: sa.Engine) -> None:
    environ = {"PREDEFINED_LANGUAGES": ""}
    counters(engine, en=1_000)
    assert evaluation(engine, environ).frequent == ("en",)
    counters(engine, es=99)
    tier = evaluation(engine, environ, 14)
    assert changes(tier) == {}
    assert "too little evidence: 99 requests" in tier.decisions[0].reason
    counters(engine, es=1_100)
    assert "es" in evaluation(engine, environ, 28).frequent


@pytest.mark.parametrize("left", [None, {"en": 999}, {"en": 1_000}])
def test_statistics_that_shrank_or_went_fail_and_demote_nobody(
    engine: sa.Engine, left: dict[str, int] | None
) -> None:
    counters(engine, en=1_000, fr=500)
    before = evaluation(engine, {})
    with writing(engine) as connection:
        connection.execute(language_stats.delete())
    if left:
        counters(engine, **left)
    with pytest.raises(StatisticsError, match="--accept-reset"):
        evaluation(engine, {}, 14)
    with reading(engine) as connection:
        assert current_tier(connection) == before


def test_a_reset_that_is_meant_is_accepted(engine: sa.Engine) -> None:
    counters(engine, en=1_000)
    evaluation(engine, {})
    counters(engine, en=10)
    read_usage(engine, 28, NOW + timedelta(days=14), accept_reset=True)
    evaluate(engine, load_settings({}), NOW + timedelta(days=14), "run")


def test_no_statistics_at_all_fail(engine: sa.Engine) -> None:
    with pytest.raises(StatisticsError, match="no usage statistics yet"):
        evaluation(engine, {})
    with pytest.raises(StatisticsError, match="language_usage_stats"):
        evaluate(engine, load_settings({}), NOW, "run")


def test_codes_that_are_no_languages_are_left_out_and_named(engine: sa.Engine) -> None:
    counters(engine, en=500, **{"../../etc": 500})
    usage = read_usage(engine, 28, NOW)
    assert usage.ignored == ("../../etc",)
    assert [s.language for s in usage.snapshots] == ["en"]


def test_spellings_of_a_language_are_one_decision_and_each_row_is_told(engine: sa.Engine) -> None:
    counters(engine, en=900, iw=30, he=25, EN=40)
    request(engine, "pt_BR", "1", 45)
    request(engine, "pt-br", "1", 45)
    tier = evaluation(engine, PARITY | {"PREDEFINED_LANGUAGES": ""})
    assert tier.frequent == ("en", "iw", "pt-BR")
    shares = {one.language: one.share for one in tier.decisions}
    assert shares == pytest.approx({"en": 940 / 1085, "iw": 55 / 1085, "pt-BR": 90 / 1085})
    assert "(he and iw together)" in {one.language: one.reason for one in tier.decisions}["iw"]
    with reading(engine) as connection:
        flags = {row.language_code: row.is_frequent for row in connection.execute(sa.select(language_stats))}
    assert flags == {"en": True, "EN": True, "he": True, "iw": True}


def test_requests_counted_under_one_spelling_and_recorded_under_another_are_the_same(
    engine: sa.Engine,
) -> None:
    counters(engine, en=940, iw=60)
    request(engine, "he", "1", 60)
    usage = {s.language: s for s in read_usage(engine, 0, NOW).snapshots}
    assert usage["iw"].requests == 60
    assert usage["iw"].weighted_requests == pytest.approx(60)


def test_a_row_that_is_spelled_otherwise_is_no_counter_that_was_set_back(engine: sa.Engine) -> None:
    counters(engine, en=900, pt_BR=60)
    read_usage(engine, 0, NOW)
    with writing(engine) as connection:
        connection.execute(
            language_stats.update()
            .where(language_stats.c.language_code == "pt_BR")
            .values(language_code="pt-br", total_requests=70)
        )
    usage = {s.language: s for s in read_usage(engine, 0, NOW + timedelta(days=1)).snapshots}
    assert usage["pt_BR" if "pt_BR" in usage else "pt-br"].total_requests == 70


def test_lesson_usage_and_counters_are_the_same_requests(engine: sa.Engine) -> None:
    counters(engine, en=940, es=60)
    request(engine, "es", "1", 60)
    usage = {s.language: s for s in read_usage(engine, 0, NOW).snapshots}
    assert usage["es"].weighted_requests == pytest.approx(60)


def test_before_the_first_evaluation_the_predefined_languages_are_frequent(engine: sa.Engine) -> None:
    assert frequent_languages(engine, ("en", "he")).codes == ("en", "he")
    counters(engine, en=500, iw=500)
    evaluation(engine, {})
    frequent = frequent_languages(engine, ("en", "he", "de"))
    assert frequent.codes == ("ar", "de", "en", "iw")  # he is there already, as iw
    assert frequent.includes("he")


def test_a_clock_that_was_ahead_does_not_keep_later_decisions_from_being_made(engine: sa.Engine) -> None:
    counters(engine, en=900, es=60, fr=40)
    evaluation(engine, PARITY, days=365)  # by mistake: the clock was a year ahead
    counters(engine, en=900, es=60, fr=400)
    tier = evaluation(engine, PARITY)
    assert changes(tier) == {"fr": "promoted", "es": "demoted"}
    assert "fr" in frequent_languages(engine, ()).codes
    evaluation(engine, PARITY)  # at the very same moment


def test_usage_is_read_once(engine: sa.Engine) -> None:
    """The table is by far the largest: what is needed of it comes of one sum over it."""
    counters(engine, en=900)
    request(engine, "es", "1", 60)
    statements: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *of: statements.append(of[2]))
    evaluation(engine, {})
    assert len([one for one in statements if "lesson_usage" in one and "min(" not in one]) == 1
