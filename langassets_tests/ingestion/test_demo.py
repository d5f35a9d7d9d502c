"""The demonstration shows what langassets does, and loads once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from langassets.database.application import content, content_types, language_stats, topics
from langassets.database.connection import reading, writing
from langassets.database.content.lessons import content_data, contents, lessons
from langassets.database.schema import lesson_usage
from langassets.database.usage.lesson_usage import daily_requests, lesson_requests, total_requests
from langassets.database.usage.statistics import language_rows
from langassets.ingestion.demo import history, load_demo
from langassets.tiering.policy import LanguageRecord, TierDecision, TierPolicy, decide
from langassets.tiering.weights import CounterReading, dated_requests, on_day, weigh
from langassets_tests.tiering.counting import count

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
SHAPES = {
    "text": {
        "text",
        "audioUrl",
        "audioFormat",
        "audioDuration",
        "audioVoice",
        "sha256Hash",
        "digitalSignature",
    },
    "code": {"code", "language", "explanation"},
    "presentation": {"format", "presentationUrl", "storagePath", "metadata"},
    "audio": {"audioUrl", "audioFormat", "audioDuration", "audioVoice", "transcript"},
    "mind_map": {"nodes", "edges", "metadata"},
    "avatar_video": {"script", "videoUrl", "videoId", "metadata"},
}


def rows(engine: sa.Engine) -> dict[str, list[Any]]:
    tables = (topics, content, content_types, language_stats, lesson_usage)
    with reading(engine) as connection:
        return {table.name: sorted(map(repr, connection.execute(sa.select(table)))) for table in tables}


def first_evaluation(engine: sa.Engine, half_life_days: float, policy: TierPolicy) -> dict[str, TierDecision]:
    with reading(engine) as connection:
        counters = language_rows(connection)
        days = [on_day(*row) for row in daily_requests(connection)]
    dated = dated_requests(
        [CounterReading(row.language, NOW, row.total_requests, row.last_used) for row in counters],
        days,
        {row.language: row.created_at for row in counters if row.created_at},
    )
    weights, totals = weigh(dated, NOW, half_life_days), count(dated)
    assert totals == {row.language: row.total_requests for row in counters}
    records = [
        LanguageRecord(
            r.language, r.is_frequent, r.is_predefined, weights[r.language], totals[r.language], 1e6
        )
        for r in counters
    ]
    return {decision.language: decision for decision in decide(records, policy)}


def test_all_six_content_types_in_the_applications_shapes(engine: sa.Engine) -> None:
    report = load_demo(engine, NOW)
    with reading(engine) as connection:
        assert len(list(lessons(connection))) == report.lessons == 8
        wanted = [(found.lesson, found.content_type) for found in contents(connection)]
        found = list(content_data(connection, wanted))
    assert len(found) == report.contents
    assert {content_type for _, content_type, _ in found} == set(SHAPES)
    assert all(set(data) == SHAPES[content_type] for _, content_type, data in found)
    texts = [data["text"] for _, content_type, data in found if content_type == "text"]
    assert len(texts) == 8
    assert all(text.startswith("# ") for text in texts)


def test_usage_of_the_last_90_days_agrees_with_the_counters(engine: sa.Engine) -> None:
    report = load_demo(engine, NOW)
    with reading(engine) as connection:
        recorded = total_requests(connection)
        days = {row.day for row in daily_requests(connection)}
        stats = {row.language: row for row in language_rows(connection)}
        by_lesson = lesson_requests(connection)
        used = dict(connection.execute(sa.select(topics.c.topic_id, topics.c.usage_count)).tuples().all())
    assert len(stats) == report.languages == 12
    assert (min(days), max(days)) == ((NOW - timedelta(days=90)).date(), (NOW - timedelta(days=1)).date())
    assert all(stats[code].total_requests > requests > 0 for code, requests in recorded.items())
    assert set(recorded) == set(stats)
    assert sum(recorded.values()) == report.requests
    assert {str(topic): count for topic, count in used.items()} == {
        lesson: found.requests for lesson, found in by_lesson.items()
    }


def test_the_first_evaluation_promotes_one_and_demotes_one(engine: sa.Engine) -> None:
    load_demo(engine, NOW)
    decided = first_evaluation(engine, 28, TierPolicy(0.05, 0.03, 100, ("en", "he", "ar")))
    changes = {code: decision.change for code, decision in decided.items() if decision.change != "kept"}
    assert changes == {"es": "promoted", "fr": "demoted"}
    assert decided["pt-BR"].reason.endswith("between 3 % and 5 %: stays")
    assert {code for code, d in decided.items() if d.frequent} == {"en", "he", "ar", "es", "pt-BR"}


def test_the_replaced_rule_would_have_kept_french_and_missed_spanish(engine: sa.Engine) -> None:
    load_demo(engine, NOW)
    decided = first_evaluation(engine, 0, TierPolicy(0.05, 0.05, 0))
    assert {code for code, decision in decided.items() if decision.frequent} == {"en", "he", "ar", "fr", "de"}


def test_french_leaves_lessons_to_clean(engine: sa.Engine) -> None:
    load_demo(engine, NOW)
    with reading(engine) as connection:
        assert len(lesson_requests(connection, "fr")) == 3
        assert len(lesson_requests(connection, "es")) == 8


def test_loading_again_changes_nothing_whenever_it_is(engine: sa.Engine) -> None:
    load_demo(engine, NOW)
    before = rows(engine)
    report = load_demo(engine, NOW + timedelta(days=3))
    assert str(report) == "Demo: it is loaded already, so nothing was changed."
    assert rows(engine) == before


def test_it_keeps_out_of_a_database_with_lessons_of_its_own(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        connection.execute(topics.insert().values(topic_name="Mine", trainer_id="me"))
    before = rows(engine)
    assert "of your own" in str(load_demo(engine, NOW))
    assert rows(engine) == before


def test_it_promotes_and_demotes_on_every_day_of_the_week() -> None:
    ids = [str(number) for number in range(1, 9)]
    for now in (NOW + timedelta(days=ahead) for ahead in range(7)):
        usage = history.lesson_usage(now, ids)
        stats = history.counters(now, usage)
        dated = dated_requests(
            [CounterReading(r["language_code"], now, r["total_requests"], r["last_used"]) for r in stats],
            [on_day(row.language, row.day, row.requests) for row in usage],
            {r["language_code"]: r["created_at"] for r in stats},
        )
        weights = weigh(dated, now, 28)
        records = [
            LanguageRecord(r["language_code"], r["is_frequent"], False, weights[r["language_code"]], 1, 1e6)
            for r in stats
        ]
        changes = {d.language: d.change for d in decide(records, TierPolicy()) if d.change != "kept"}
        assert changes == {"es": "promoted", "fr": "demoted"}
