"""Every lesson: what it is called, how it stands in each frequent language, how often it was requested."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from langassets.database.application import topics
from langassets.database.connection import reading
from langassets.database.content.lessons import lesson_paths
from langassets.database.usage.lesson_usage import lesson_requests
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.lessons import load_desired
from langassets.jobs.preload.plan import LanguagePlan, plan_languages
from langassets.services import Services

FRESH, STALE, MISSING = "fresh", "stale", "missing"


@dataclass(frozen=True, slots=True)
class ListedLesson:
    """One lesson. `path` is that of the file that it was imported from, '' where it was not; `status` is the
    application's: active, archived or deleted. `states` has for each frequent language `fresh`, `stale` or
    `missing`, by the worst of its contents; it is empty where nothing of the lesson is to be stored."""

    number: str
    path: str
    title: str
    status: str
    requests: int
    states: Mapping[str, str]

    def is_called(self, text: str) -> bool:
        """Whether a text occurs in its number, path or title, in capitals or not."""
        return any(text.casefold() in name.casefold() for name in (self.number, self.path, self.title))


async def list_lessons(services: Services) -> list[ListedLesson]:
    """All lessons, the most requested first. It costs one listing for each frequent language."""
    desired, _ = load_desired(services.data)
    codes = frequent_languages(services.data, services.settings.predefined_languages).codes
    async with services.store() as store:
        plans = await plan_languages(services, store, codes, desired)
    states = _states({content.lesson for content in desired}, plans)
    with reading(services.data) as connection:
        requests = lesson_requests(connection)
        paths = lesson_paths(connection)
        status = sa.cast(topics.c.status, sa.Text)
        rows = connection.execute(sa.select(topics.c.topic_id, topics.c.topic_name, status)).all()
    listed = [
        ListedLesson(
            str(number),
            paths.get(str(number), ""),
            title or "",
            status or "",
            requests[str(number)].requests if str(number) in requests else 0,
            states.get(str(number), {}),
        )
        for number, title, status in rows
    ]
    return sorted(listed, key=lambda lesson: (-lesson.requests, int(lesson.number)))


def _states(lessons: Iterable[str], plans: Mapping[str, LanguagePlan]) -> dict[str, dict[str, str]]:
    """The state of each lesson by language: the worst of its contents."""
    states = {lesson: dict.fromkeys(plans, FRESH) for lesson in lessons}
    for language, plan in plans.items():
        for item in plan.to_make:
            of_lesson = states[item.desired.lesson]
            if item.existing is None:
                of_lesson[language] = MISSING
            elif of_lesson[language] == FRESH:
                of_lesson[language] = STALE
    return states
