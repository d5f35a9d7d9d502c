"""What counts as a row of usage, wherever it comes from: each check returns what it was given, or raises
ValueError with the reason. `today` is in UTC."""

from datetime import date, timedelta

from langassets.database.usage.lesson_usage import UsageRow
from langassets.locales import is_language_code

# Counts beyond a trillion are a mistake, and a million rows of as many each still add up in 64 bits.
MOST_REQUESTS = 10**12
_LONGEST_LESSON = 500  # as long as the path of a file may be
_EARLIEST = date(2000, 1, 1)


def check_language(code: str) -> str:
    if not is_language_code(code):
        raise ValueError(f"{code[:40]!r} is not a language code like 'es' or 'pt-BR'")
    return code


def check_lesson(lesson: str) -> str:
    if not lesson:
        raise ValueError("the lesson is empty")
    if len(lesson) > _LONGEST_LESSON:
        raise ValueError(f"the lesson is longer than {_LONGEST_LESSON} characters")
    if not lesson.isprintable():
        raise ValueError("the lesson holds characters that cannot be printed")
    return lesson


def check_day(day: date, today: date) -> date:
    if day > today + timedelta(days=1):  # a day ahead: it is tomorrow already in the Far East
        raise ValueError(f"{day} lies in the future")
    if day < _EARLIEST:
        raise ValueError(f"{day} lies before {_EARLIEST.year}")
    return day


def check_requests(requests: int) -> int:
    if requests < 0:
        raise ValueError(f"the count is negative: {requests}")
    if requests > MOST_REQUESTS:
        raise ValueError("the count is larger than a trillion")
    return requests


def check_row(row: UsageRow, today: date) -> None:
    """The same for a whole row."""
    check_language(row.language)
    check_lesson(row.lesson)
    check_day(row.day, today)
    check_requests(row.requests)
