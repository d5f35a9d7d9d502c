"""The seven things that are measured: the world each wants, the work, the plain loop, and the floor."""

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks import floors, worlds
from benchmarks.course import LANGUAGES, TYPES, lesson_of
from benchmarks.serving import fill, fill_as_made
from benchmarks.stage import ANSWER_TIME, Stage, Work
from langassets.services import Services
from langassets_tests.servers.model_replies import tokens
from langassets_tests.servers.translator import translate


@dataclass(frozen=True, slots=True)
class Floor:
    """The least that is possible: `work` is timed, `seconds` of waiting for models come on top."""

    work: Work | None
    requests: int
    tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table. Functions are given the size, from 1 on."""

    name: str
    one: str
    """What it is at the size at which it is compared."""

    unit: str
    build: Callable[[Services, int, Path], None]
    ours: Callable[[int, Path], Work]
    loop: Callable[[int], Work]
    """All of it, or as much as can be waited for: it is compared by unit."""

    floor: Callable[[int, Path], Floor]
    ready: Callable[[Stage, int], None] = lambda stage, size: None
    note: str = ""
    sizes: tuple[int, ...] = (1, 10, 100)
    compared: int = 1
    """The size at which the loop runs beside langassets."""

    loops: int = 5
    """How often the loop is repeated."""


def _tokens(languages: Sequence[str], lessons: Sequence[int], fields: slice = slice(None)) -> int:
    """Tokens of each text once in the source and once in the translation, without a word of instruction."""
    labels = [node["label"] for n in lessons for node in lesson_of(n)["nodes"][fields]]
    return sum(
        tokens(label) + tokens(translate(label, language)) for language in languages for label in labels
    )


def _listings(languages: Sequence[str], objects: int) -> list[tuple[str, int]]:
    """Of so many objects of each language: the prefix, and how many pages there are."""
    return [(f"{code}/lessons/", floors.pages(objects)) for code in languages]


def _lessons(services: Services, lessons: int, languages: tuple[str, ...], *types: str) -> None:
    worlds.add_lessons(services.data, lessons, types or ("mind_map",))
    if languages:
        worlds.record_stored(services, languages)


DEMOTED = LANGUAGES[1:6]
COURSE = LANGUAGES[:4]  # English, and three to translate to
MAP = ("mind_map",)


def _cleanup() -> Case:
    def build(services: Services, size: int, _: Path) -> None:
        _lessons(services, 50 * size, (), *TYPES)
        worlds.record_as_made(services, DEMOTED, 50 * size, TYPES)
        worlds.remember(services, DEMOTED, 50 * size, TYPES)
        worlds.decide(services.data, ["en"], DEMOTED)

    def floor(size: int, _: Path) -> Floor:
        listings = _listings(DEMOTED, 100 * size)
        work = Work("floors.storage", {"listings": listings, "removed": [DEMOTED, 50 * size, TYPES]})
        return Floor(work, sum(count for _, count in listings) + floors.pages(500 * size))

    return Case(
        "cleanup",
        "500 objects of 5 languages removed",
        "object",
        build,
        lambda size, _: Work("works.cleanup"),
        lambda size: Work("loops.cleanup", {"languages": DEMOTED, "lessons": 50}),
        floor,
        lambda stage, size: stage.storage.ask(fill_as_made, DEMOTED, 50 * size, TYPES),
    )


def _cold() -> Case:
    def floor(size: int, _: Path) -> Floor:
        lessons = 20 * size
        tokens = _tokens(COURSE[1:], range(lessons))
        calls = len(COURSE[1:]) * -(-(tokens // 2 // len(COURSE[1:])) // floors.ANSWER_TOKENS)
        listings = _listings(COURSE, 0)
        uploads = lessons * len(COURSE)
        return Floor(
            Work("floors.storage", {"listings": listings, "uploads": uploads}),
            len(COURSE) + uploads + calls,
            tokens,
            floors.model_seconds(calls, ANSWER_TIME),
        )

    return Case(
        "preload, cold",
        "20 lessons of 7 strings to 3 languages, 80 objects",
        "object",
        lambda services, size, _: _lessons(services, 20 * size, ()),
        lambda size, _: Work("works.preload", {"languages": COURSE}),
        lambda size: Work("loops.preload", {"languages": COURSE, "lessons": 2}),
        floor,
        lambda stage, size: stage.storage.ask(fill, (), 0, MAP),
        note="the loop does 2 of the 20 lessons",
        sizes=(1, 10, 50),
        loops=3,
    )


def _warm() -> Case:
    def floor(size: int, _: Path) -> Floor:
        listings = _listings(LANGUAGES, 50 * size)
        return Floor(Work("floors.storage", {"listings": listings}), sum(count for _, count in listings))

    return Case(
        "preload, warm",
        "1,000 objects in 20 languages, nothing to do",
        "object",
        lambda services, size, _: _lessons(services, 50 * size, LANGUAGES),
        lambda size, _: Work("works.preload", {"languages": LANGUAGES}),
        lambda size: Work("loops.preload", {"languages": LANGUAGES, "lessons": 50}),
        floor,
        lambda stage, size: stage.storage.ask(fill, LANGUAGES, 50 * size, MAP),
    )


CHANGED = 7


def _paragraph() -> Case:
    def build(services: Services, size: int, _: Path) -> None:
        _lessons(services, 20 * size, COURSE)
        worlds.remember(services, COURSE[1:], 20 * size, MAP)
        worlds.change_paragraph(services.data, CHANGED)

    def floor(size: int, _: Path) -> Floor:
        listings = _listings(COURSE, 20 * size)
        tokens = _tokens(COURSE[1:], [CHANGED], slice(3, 4))
        work = Work("floors.storage", {"listings": listings, "uploads": len(COURSE)})
        requests = sum(count for _, count in listings) + len(COURSE) + len(COURSE[1:])
        return Floor(work, requests, tokens, ANSWER_TIME)

    return Case(
        "one paragraph changed",
        "the same 80 objects, one of 140 strings new",
        "object",
        build,
        lambda size, _: Work("works.preload", {"languages": COURSE}),
        lambda size: Work("loops.preload", {"languages": COURSE, "lessons": 20, "by_hand": [CHANGED]}),
        floor,
        lambda stage, size: stage.storage.ask(fill, COURSE, 20 * size, MAP),
        note="the replaced system never looks at a changed lesson again: for the loop, its objects were "
        "removed by hand before",
        loops=3,
    )


COUNTED = LANGUAGES[:12]


def _evaluation() -> Case:
    def build(services: Services, size: int, _: Path) -> None:
        worlds.add_counters(services.data, COUNTED, 500_000 * size)
        shares = worlds.shares(len(COUNTED), 500_000 * size)
        each = [max(1, share // (2 * size * worlds.YEAR)) for share in shares]
        worlds.add_usage(services.data, dict(zip(COUNTED, each, strict=True)), 2 * size)

    at = (worlds.FIRST_DAY + timedelta(days=worlds.YEAR)).isoformat()
    return Case(
        "evaluation over a year",
        "50 million requests of 12 languages, rolled up to 876,000 rows",
        "row",
        build,
        lambda size, _: Work("works.evaluation", {"at": at}),
        lambda size: Work("loops.evaluation"),
        lambda size, _: Floor(Work("floors.evaluation"), 1),
        note="the loop fetches every row; the replaced system itself reads only its 12 counters, "
        "which know no time",
        compared=100,
    )


def _import() -> Case:
    def file(folder: Path, size: int) -> Path:
        return folder / f"usage-{size}.csv"

    def build(services: Services, size: int, folder: Path) -> None:
        worlds.add_counters(services.data, COUNTED, 1000)
        pick = random.Random(size)
        with file(folder, size).open("w", newline="", encoding="utf-8") as opened:
            rows = csv.writer(opened)
            rows.writerow(["language", "lesson", "day"])
            for _ in range(10_000 * size):
                day = worlds.FIRST_DAY + timedelta(days=pick.randrange(worlds.YEAR))
                rows.writerow([pick.choice(COUNTED), pick.randrange(200), day])

    return Case(
        "usage import",
        "10,000 requests from a CSV file",
        "request",
        build,
        lambda size, folder: Work("works.usage_import", {"path": str(file(folder, size))}),
        lambda size: Work("loops.usage", {"requests": 1000, "languages": COUNTED}),
        lambda size, folder: Floor(Work("floors.usage_import", {"path": str(file(folder, size))}), 1),
        note="the loop does 1,000 of the 10,000",
    )


def _definitions() -> Case:
    return Case(
        "definitions load",
        "what each run's process begins with",
        "process",
        lambda services, size, _: None,
        lambda size, _: Work("works.definitions"),
        lambda size: Work("loops.definitions"),
        lambda size, _: Floor(Work("floors.definitions"), 0),
        note="the loop imports every library where a module begins; the floor is Dagster alone",
        sizes=(1,),
    )


CASES = (_cleanup(), _cold(), _warm(), _paragraph(), _evaluation(), _import(), _definitions())
