"""Lessons are read as the application's tables hold them, content last."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.database.application import content, content_types, topics
from langassets.database.connection import engine_of, reading, writing
from langassets.database.content.lessons import Lesson, content_data, contents, lessons
from langassets.database.migrate import migrate
from langassets_tests.servers.postgres import new_database

START = datetime(2026, 1, 1, tzinfo=UTC)


def add_topic(engine: sa.Engine, title: str, **columns: Any) -> str:
    with writing(engine) as connection:
        values = {"topic_name": title, "trainer_id": "t", **columns}
        topic = connection.scalar(topics.insert().values(values).returning(topics.c.topic_id))
    return str(topic)


def add_content(engine: sa.Engine, lesson: str, type_name: str, data: Any, at: datetime = START) -> None:
    with writing(engine) as connection:
        found = sa.select(content_types.c.type_id).where(content_types.c.type_name == type_name)
        type_id = connection.scalar(found) or connection.scalar(
            content_types.insert().values(type_name=type_name).returning(content_types.c.type_id)
        )
        connection.execute(
            content.insert().values(
                topic_id=int(lesson),
                content_type_id=type_id,
                content_data=data,
                generation_method_id="manual",
                created_at=at,
                updated_at=at,
            )
        )


def test_active_lessons_in_order(engine: sa.Engine) -> None:
    first = add_topic(engine, "HTTP", usage_count=7)
    add_topic(engine, "Old", status="archived")
    add_topic(engine, "Gone", status="deleted")
    last = add_topic(engine, "שלום", language="he", usage_count=None)
    with reading(engine) as connection:
        assert list(lessons(connection)) == [Lesson(first, "HTTP", "en", 7), Lesson(last, "שלום", "he", 0)]


def test_the_newest_row_of_a_type_counts(engine: sa.Engine) -> None:
    lesson = add_topic(engine, "HTTP")
    add_content(engine, lesson, "text", {"text": "newest"}, START + timedelta(days=2))
    add_content(engine, lesson, "text", {"text": "older"}, START)
    with reading(engine) as connection:
        (only,) = contents(connection)
        assert only.updated_at == START + timedelta(days=2)
        assert list(content_data(connection, [(lesson, "text")])) == [(lesson, "text", {"text": "newest"})]


def test_the_hash_follows_the_data_alone(engine: sa.Engine) -> None:
    lesson = add_topic(engine, "HTTP")
    hashes = []
    for data, days in (({"text": "a"}, 0), ({"text": "a"}, 1), ({"text": "b"}, 2)):
        add_content(engine, lesson, "text", data, START + timedelta(days=days))
        with reading(engine) as connection:
            hashes += [found.source_hash for found in contents(connection)]
    assert hashes[0] == hashes[1] != hashes[2]
    assert all(len(found) == 32 for found in hashes)


@pytest.mark.parametrize("data", [["a", 1], "plain", 5, None, True, {"text": "é\u2028"}])
def test_data_of_any_shape_comes_as_it_is(engine: sa.Engine, data: Any) -> None:
    lesson = add_topic(engine, "HTTP")
    add_content(engine, lesson, "te/xt ~ü", sa.JSON.NULL if data is None else data)
    with reading(engine) as connection:
        assert [found.content_type for found in contents(connection)] == ["te/xt ~ü"]
        assert list(content_data(connection, [(lesson, "te/xt ~ü")])) == [(lesson, "te/xt ~ü", data)]


def test_content_of_inactive_or_unknown_lessons_is_left_out(engine: sa.Engine) -> None:
    lesson = add_topic(engine, "HTTP", status="archived")
    add_content(engine, lesson, "text", {"text": "a"})
    with reading(engine) as connection:
        assert list(contents(connection)) == []
        assert list(content_data(connection, [(lesson, "text"), ("999", "text")])) == []


def test_many_pairs_come_in_chunks_and_only_those(engine: sa.Engine) -> None:
    wanted = []
    for number in range(60):
        lesson = add_topic(engine, f"Lesson {number}")
        for type_name in ("text", "code"):
            add_content(engine, lesson, type_name, {"n": number, "type": type_name})
        wanted.append((lesson, "code"))
    with reading(engine) as connection:
        found = {(lesson, kind): data for lesson, kind, data in content_data(connection, iter(wanted))}
        assert set(found) == set(wanted)
        assert sorted(data["n"] for data in found.values()) == list(range(60))
        keys = [(int(each.lesson), each.content_type) for each in contents(connection)]
        assert keys == sorted(keys)
        assert len(keys) == 120


def test_text_that_is_no_json_is_handed_on(migrated_sqlite: Path, tmp_path: Path) -> None:
    # PostgreSQL lets nothing else into a jsonb column; SQLite takes anything.
    shutil.copyfile(migrated_sqlite, tmp_path / "langassets.db")
    engine = engine_of(None, tmp_path)
    lesson = add_topic(engine, "HTTP")
    add_content(engine, lesson, "text", {})
    with writing(engine) as connection:
        connection.execute(sa.text("update content set content_data = '{broken'"))
    with reading(engine) as connection:
        assert list(content_data(connection, [(lesson, "text")])) == [(lesson, "text", "{broken")]
    engine.dispose()


def test_the_existing_application_with_its_own_enums(postgres_server: str) -> None:
    with new_database(postgres_server) as url:
        engine = engine_of(url, Path())
        with writing(engine) as connection:
            for statement in _APPLICATION:
                connection.execute(sa.text(statement))
        migrate(engine)
        with reading(engine) as connection:
            assert [lesson.title for lesson in lessons(connection)] == ["Loops"]
            (only,) = contents(connection)
            assert (only.lesson, only.content_type) == ("1", "text_audio")
            assert only.updated_at == datetime(2026, 1, 2, tzinfo=UTC)
            found = list(content_data(connection, [("1", "text_audio")]))
            assert found == [("1", "text_audio", {"text": "new"})]
        engine.dispose()


_APPLICATION = [
    "create type lesson_state as enum ('active', 'archived', 'deleted', 'draft')",
    "create type kind as enum ('text_audio', 'code')",
    """create table topics (topic_id serial primary key, topic_name varchar(255) not null,
       language varchar(10) default 'en', status lesson_state default 'active', usage_count int default 0,
       trainer_id uuid not null, updated_at timestamptz)""",
    "create table content_types (type_id serial primary key, type_name kind)",
    """create table content (content_id serial primary key, topic_id int references topics,
       content_type_id int references content_types, content_data jsonb not null,
       created_at timestamp default now(), updated_at timestamptz)""",
    """insert into topics (topic_name, status, trainer_id) values
       ('Loops', 'active', gen_random_uuid()), ('Draft', 'draft', gen_random_uuid())""",
    "insert into content_types (type_name) values ('text_audio')",
    """insert into content (topic_id, content_type_id, content_data, created_at, updated_at) values
       (1, 1, '{"text": "old"}', '2026-01-01', '2026-06-01Z'),
       (1, 1, '{"text": "new"}', '2026-01-02', '2026-01-02Z'), (2, 1, '{}', '2026-01-02', null)""",
]
