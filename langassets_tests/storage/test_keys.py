"""Keys: what parses, what is refused, and that nothing is lost on the way to the archive and back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langassets.errors import InvalidKeyError
from langassets.storage.keys import (
    ARCHIVE_PREFIX,
    LessonKey,
    archive_prefix,
    archived,
    check_key,
    check_prefix,
    is_key,
    lessons_prefix,
    parse,
    parse_archived,
)

unhurried = settings(deadline=None)  # a busy machine is slow now and then

languages = st.sampled_from(["en", "he", "iw", "zh_CN", "pt-BR", "sr-Latn-RS", "fil", "en_GB"])
names = st.text("abcXYZ019_-", min_size=1, max_size=100)
lessons = st.builds(LessonKey, languages, names, names)
zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-11))])
times = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=zones)  # noqa: DTZ001


@unhurried
@given(lessons)
def test_a_lesson_s_key_reads_back(lesson: LessonKey) -> None:
    assert parse(lesson.key) == lesson
    assert lesson.key == f"{lesson.language}/lessons/{lesson.lesson}/{lesson.content_type}.json"
    assert lesson.key.startswith(lessons_prefix(lesson.language))
    assert is_key(lesson.key)
    assert parse_archived(lesson.key) is None


@unhurried
@given(lessons, times)
def test_an_archived_key_reads_back_to_the_microsecond(lesson: LessonKey, at: datetime) -> None:
    key = archived(lesson, at)
    assert parse_archived(key) == (lesson, at)
    assert key.startswith(archive_prefix(lesson.language))
    assert is_key(key)
    assert parse(key) is None


@unhurried
@given(lessons, st.lists(times, min_size=2, max_size=5, unique_by=lambda at: at.astimezone(UTC)))
def test_archivings_never_collide_and_sort_by_time(lesson: LessonKey, at: list[datetime]) -> None:
    keys = [archived(lesson, each) for each in at]
    assert len(set(keys)) == len(at)
    assert sorted(keys) == [archived(lesson, each) for each in sorted(at)]


@unhurried
@given(st.text(max_size=60) | st.from_regex(r"[^/]{1,8}/lessons/[^/]{1,8}/[^/]{1,8}\.json", fullmatch=True))
def test_whatever_parses_is_that_very_key_and_safe(key: str) -> None:
    lesson = parse(key)
    if lesson is not None:
        assert lesson.key == key
        assert is_key(key)
        assert not key.startswith(ARCHIVE_PREFIX)


@unhurried
@given(st.text(max_size=60) | st.from_regex(r"archive/he/lessons/1/t\.[0-9TZ]{20,24}\.json", fullmatch=True))
def test_whatever_parses_as_archived_is_that_very_key(key: str) -> None:
    found = parse_archived(key)
    if found is not None:
        assert archived(*found) == key


@pytest.mark.parametrize(
    "key",
    [
        "he/lessons/1/.emptyFolderPlaceholder",
        "he/lessons/.emptyFolderPlaceholder",
        "he/lessons/1/text.json\n",
        "he/lessons/1/text.json/",
        "/he/lessons/1/text.json",
        "he//lessons/1/text.json",
        "he/lessons/1/2/text.json",
        "he/lessons/1/text",
        "he/lessons/1/text.JSON",
        "he/lessons/1/text.old.json",
        "he/lessons/../text.json",
        "../lessons/1/text.json",
        "h/lessons/1/text.json",
        "archive/lessons/1/text.json",
        "Archive/lessons/1/text.json",
        "archive/he/lessons/1/text.json",
        "archive/he/lessons/1/text.20261123T021500000000Z.json",
        "audio/lessons/1/speech.mp3",
        "he/lessons/שיעור/text.json",
        "he/lessons/1%2F2/text.json",
        "",
    ],
)
def test_media_and_odd_keys_are_no_lessons(key: str) -> None:
    assert parse(key) is None


@pytest.mark.parametrize(
    "key",
    [
        "archive/he/lessons/1/text.json",
        "archive/he/lessons/1/text.20261323T021500000000Z.json",
        "archive/he/lessons/1/text.20261123T246000000000Z.json",
        "archive/he/lessons/1/text.20261123T021500Z.json",
        "archive/archive/lessons/1/text.20261123T021500000000Z.json",
        "archive/../lessons/1/text.20261123T021500000000Z.json",
    ],
)
def test_what_somebody_else_archived_is_not_ours(key: str) -> None:
    assert parse_archived(key) is None


@pytest.mark.parametrize(
    ("language", "lesson", "content_type", "named"),
    [
        ("../../etc", "1", "text", "language"),
        ("", "1", "text", "language"),
        ("archive", "1", "text", "language"),
        ("he", "", "text", "lesson id"),
        ("he", "a/b", "text", "lesson id"),
        ("he", "..", "text", "lesson id"),
        ("he", "x" * 101, "text", "lesson id"),
        ("he", "1\n", "text", "lesson id"),
        ("he", "1", "mind/map", "content type"),
        ("he", "1", "text.old", "content type"),
        ("he", "1", "", "content type"),
    ],
)
def test_a_part_that_cannot_stand_in_a_key_is_refused_by_name(
    language: str, lesson: str, content_type: str, named: str
) -> None:
    with pytest.raises(InvalidKeyError, match=named):
        LessonKey(language, lesson, content_type)


def test_archiving_wants_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        archived(LessonKey("he", "1", "text"), datetime(2026, 11, 23))  # noqa: DTZ001


@pytest.mark.parametrize(
    "key",
    ["", "/a", "a/", "a//b", "./a", "a/../b", "a/.b", "a\n", "a#b", "a[b]", "a~b", "a\\b", "a%20b", "é",
     "a" * 256, "/".join(["a" * 200] * 6)],
)  # fmt: skip
def test_keys_that_a_store_would_refuse_or_rewrite(key: str) -> None:
    assert not is_key(key)
    with pytest.raises(InvalidKeyError):
        check_key(key)


def test_a_prefix_is_empty_or_ends_with_a_slash() -> None:
    assert check_prefix("") == ""
    assert check_prefix("he/lessons/") == "he/lessons/"
    for prefix in ("he", "/", "he//", "../", "he/../"):
        with pytest.raises(InvalidKeyError):
            check_prefix(prefix)
