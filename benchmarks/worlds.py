"""Worlds to measure in: lessons, manifest, memory, tier and usage, as months of work leave them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.course import lesson_of, translated
from langassets.database.application import content, content_types, language_stats, topics
from langassets.database.connection import engine_of, writing
from langassets.database.decisions import Tier, record_tier
from langassets.database.migrate import migrate
from langassets.database.schema import stored_objects
from langassets.services import Services
from langassets.storage.etags import etag_of
from langassets.tiering.policy import TierDecision
from langassets.translation.documents.document import document
from langassets.translation.types import Remembered

STORED_AT = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = 365
FIRST_DAY = date(2025, 3, 1)


def migrated(database_url: str | None, home: Path) -> sa.Engine:
    """An engine on a database that holds no more than our tables."""
    engine = engine_of(database_url, home)
    migrate(engine)
    return engine


def add_lessons(data: sa.Engine, lessons: int, types: Sequence[str] = ("mind_map",)) -> None:
    """Active English lessons numbered from 0, with a content of each type; all say something different."""
    kinds: list[dict[str, Any]] = [
        {"type_id": number, "type_name": name} for number, name in enumerate(types)
    ]
    rows = [
        {"topic_id": n, "topic_name": f"Lesson {n}", "language": "en", "status": "active", "trainer_id": "t"}
        for n in range(lessons)
    ]
    contents = [
        {
            "topic_id": n,
            "content_type_id": kind["type_id"],
            "content_data": lesson_of(n, kind["type_name"]),
            "generation_method_id": "m",
        }
        for n in range(lessons)
        for kind in kinds
    ]
    with writing(data) as connection:
        connection.execute(content_types.insert(), kinds)
        connection.execute(topics.insert(), rows)
        connection.execute(content.insert(), contents)


def change_paragraph(data: sa.Engine, lesson: int) -> None:
    """One of a lesson's seven strings says something else."""
    changed = lesson_of(lesson)
    changed["nodes"][3]["label"] = f"Lesson {lesson}, station 3: what nobody had thought of until today."
    with writing(data) as connection:
        connection.execute(content.update().where(content.c.topic_id == lesson).values(content_data=changed))


def record_stored(services: Services, languages: Sequence[str]) -> None:
    """The manifest as a preload leaves it, where each object's body is its own key."""
    text = sa.cast(content.c.content_data, sa.Text)
    with writing(services.data) as connection:
        for language in languages:
            name = sa.cast(content.c.topic_id, sa.Text)
            key = sa.literal(f"{language}/lessons/") + name + "/" + content_types.c.type_name + ".json"
            recipe = "copy" if language == "en" else str(services.recipe(language))
            rows = sa.select(
                key,
                sa.literal(language),
                name,
                content_types.c.type_name,
                sa.func.md5(text),
                sa.literal(recipe),
                sa.func.md5(key),
                sa.func.length(key),
                sa.literal("copied" if language == "en" else "translated"),
                sa.literal(STORED_AT, stored_objects.c.stored_at.type),
                sa.literal(""),
                sa.func.md5(key),
            ).join(content_types, content_types.c.type_id == content.c.content_type_id)
            names = [column.name for column in stored_objects.columns if column.name != "replaced"]
            connection.execute(stored_objects.insert().from_select(names, rows))


def record_as_made(services: Services, languages: Sequence[str], lessons: int, types: Sequence[str]) -> None:
    """The manifest of objects that stand as memory makes them."""
    record_stored(services, languages)
    etags = {(n, kind): etag_of(translated(n, kind)) for n in range(lessons) for kind in types}
    rows = [
        {"of": f"{language}/lessons/{n}/{kind}.json", "made": etag}
        for language in languages
        for (n, kind), etag in etags.items()
    ]
    made = stored_objects.update().where(stored_objects.c.key == sa.bindparam("of"))
    with writing(services.data) as connection:
        connection.execute(made.values(etag=sa.bindparam("made"), segments_etag=sa.bindparam("made")), rows)


def remember(services: Services, languages: Sequence[str], lessons: int, types: Sequence[str]) -> None:
    """A translation of every string of every lesson, by today's recipe."""
    contents = (document(name, lesson_of(n, name), "en") for n in range(lessons) for name in types)
    labels = {text for content in contents for text in content.texts}
    [(provider, model), *_] = services.recipes.models
    for language in languages:
        keys = (services.recipes.keys(label, "en", language)[0] for label in labels)
        services.memory.remember(Remembered(key, f"⟦{key.text}⟧", provider, model) for key in keys)


def decide(data: sa.Engine, frequent: Sequence[str], others: Sequence[str]) -> None:
    """The tier in force."""
    decisions = tuple(
        TierDecision(code, code, 0.0, 0.0, code in frequent, "kept", "") for code in [*frequent, *others]
    )
    with writing(data) as connection:
        record_tier(connection, Tier(STORED_AT, STORED_AT, decisions), "run")


def add_counters(data: sa.Engine, languages: Sequence[str], requests: int) -> None:
    """The application's own counters."""
    rows = [
        {
            "language_code": code,
            "language_name": code,
            "total_requests": share,
            "is_predefined": code == "en",
            "created_at": STORED_AT - timedelta(days=YEAR),
            "last_used": STORED_AT,
        }
        for code, share in zip(languages, shares(len(languages), requests), strict=True)
    ]
    with writing(data) as connection:
        connection.execute(language_stats.insert(), rows)


def add_usage(data: sa.Engine, languages: Mapping[str, int], lessons: int) -> None:
    """A year of lesson usage: a row for each language, lesson and day, of about so many requests."""
    is_sqlite = data.dialect.name == "sqlite"
    day = "date(:first, '+' || d.n || ' days')" if is_sqlite else "CAST(:first AS date) + d.n"
    insert = sa.text(
        f"WITH RECURSIVE d(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM d WHERE n < {YEAR - 1}), "
        "l(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM l WHERE n < :lessons - 1) "
        f"INSERT INTO {'' if is_sqlite else 'langassets.'}lesson_usage (language, day, lesson, requests) "
        f"SELECT :language, {day}, CAST(l.n AS varchar), :each + (d.n + l.n) % 3 FROM d, l"
    )
    for language, each in languages.items():
        given = {"language": language, "first": str(FIRST_DAY), "lessons": lessons, "each": each}
        with writing(data) as connection:
            connection.execute(insert, given)


def shares(parts: int, total: int) -> list[int]:
    """`total` divided as usage is: each language half as much again as the next."""
    weights = [1.5**-n for n in range(parts)]
    return [max(1, round(total * weight / sum(weights))) for weight in weights]
