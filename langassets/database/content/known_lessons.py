"""Every lesson that there is or was: by the application's table, and by what langassets remembers."""

from datetime import datetime

import sqlalchemy as sa

from langassets.database.application import topics
from langassets.database.content.lessons import LESSONS, RETIRED, has_status, status
from langassets.database.rows import change_among, upsert
from langassets.database.schema import missed_lessons, stored_objects
from langassets.retention.lessons import Ending, KnownLessons, Retired


def active_lessons(connection: sa.Connection) -> frozenset[str]:
    """The ids of every active lesson."""
    return frozenset(map(str, connection.scalars(sa.select(topics.c.topic_id).where(has_status(LESSONS)))))


def known_lessons(connection: sa.Connection, now: datetime) -> KnownLessons:
    """The lessons as they stand. A retired one's end is dated by `topics.updated_at`; where nothing dates it,
    by when `note_missed` was first told of it, and by `now` before that.

    A lesson is gone where the manifest or `note_missed` knows it and `topics` has no row of it. Rows of any
    other status than active, archived and deleted are left out.
    """
    missed = {row.lesson: row.since for row in connection.execute(sa.select(missed_lessons))}
    active = active_lessons(connection)
    retired = {}
    ended = sa.select(topics.c.topic_id, status(), topics.c.updated_at).where(has_status(RETIRED))
    dated = set()
    for topic, ending, updated_at in connection.execute(ended):
        lesson = str(topic)
        retired[lesson] = Retired(Ending(ending), updated_at or missed.get(lesson, now))
        if updated_at:
            dated.add(lesson)
    # Known once, and without a row in `topics`.
    there = sa.select(sa.cast(topics.c.topic_id, sa.String))
    for table in (stored_objects, missed_lessons):
        gone = sa.select(table.c.lesson).distinct().where(table.c.lesson.not_in(there))
        for lesson in connection.scalars(gone):
            retired[lesson] = Retired(Ending.GONE, missed.get(lesson, now))
    return KnownLessons(
        active,
        retired,
        first_missed=frozenset(retired.keys() - dated - missed.keys()),
        returned=frozenset(missed.keys() & (active | dated)),
    )


def note_missed(connection: sa.Connection, lessons: KnownLessons, at: datetime) -> None:
    """Remember which lessons are missed since now, and forget that of those that returned."""
    upsert(connection, missed_lessons, ({"lesson": lesson, "since": at} for lesson in lessons.first_missed))
    change_among(connection, missed_lessons.delete(), missed_lessons.c.lesson, lessons.returned)
