"""The shapes of what the API answers: names as the replaced system wrote them, moments in UTC."""

from dataclasses import asdict
from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from langassets.jobs.dagster.state import Run

_T = TypeVar("_T")

TITLES = {
    "language_evaluation": "Language Evaluation",
    "language_cleanup": "Language Cleanup",
    "preload_frequent_languages": "Preload Frequent Languages",
}
"""The jobs' names for people: those of the replaced system."""


class Model(BaseModel):
    """The base of all answers: snake_case here, camelCase on the wire."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True)


class Success(Model, Generic[_T]):
    """Every answer that is a success."""

    success: Literal[True] = True
    data: _T


class RunOut(Model):
    """One run. `trigger` is what started it: api, hand, or a schedule or sensor by name."""

    id: str
    job: str
    name: str
    status: str
    trigger: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None
    error: str | None = None

    @classmethod
    def of(cls, run: Run, error: str | None = None) -> "RunOut":
        """A run as it is answered."""
        return cls(**asdict(run), seconds=run.seconds, name=TITLES.get(run.job, run.job), error=error)


class Expected(Model):
    """What is expected to be asked of the model, in dollars, from `lowestCost` to `highestCost`: null where
    its price is not known."""

    requests: int
    cost: float | None
    lowest_cost: float | None
    highest_cost: float | None


class LanguagePlanOut(Expected):
    """What a preload would make in a language: contents, segments, and tokens for those that are new."""

    language: str
    to_make: int
    fresh: int
    segments: int
    remembered: int
    input_tokens: int
    output_tokens: int


class PlanData(Expected):
    """What a preload would do at `asOf`, by language and in all."""

    model: str
    languages: list[LanguagePlanOut]
    as_of: datetime


class LastError(Model):
    """Why a job last failed. `runId` is null where it could not even be started."""

    message: str
    run_id: str | None
    at: datetime | None


class JobOut(Model):
    """A job with a schedule."""

    name: str
    schedule: str
    is_active: bool
    timezone: str
    next_run: datetime | None
    last_run: RunOut | None
    last_error: LastError | None


class FollowUp(Model):
    """A job that is started by the end of another."""

    name: str
    follows: str
    is_active: bool
    last_run: RunOut | None
    last_error: LastError | None


class StatusData(Model):
    """Whether jobs start by themselves, and how each stands. `asOf` is when Dagster was asked."""

    is_running: bool
    jobs: list[JobOut]
    follow_ups: list[FollowUp]
    as_of: datetime


class Started(Model):
    """A job that was started. `follow` is where to ask how it goes on, `ui` its page in the web UI. A preload
    in parts (`PRELOAD_LANGUAGES_PER_RUN`) takes several runs: `runIds` names all, `runId` the first."""

    job: str
    name: str
    run_id: str
    run_ids: list[str]
    follow: str
    ui: str


class HistoryData(Model):
    """Runs, the newest first. `next` is the `before` of the following page, null at the end."""

    runs: list[RunOut]
    next: str | None


class LanguageOut(Model):
    """Where one language stands.

    `share`, `coverage` and `freshness` are from 0 to 1. Coverage is the part of what a language is to have
    that stands fresh, adopted or edited, null for a language that is not frequent; freshness is the part of
    what stands that is fresh.
    `lessons`, `objects` and `bytes` are of active lessons; `inactiveObjects` and `inactiveBytes` are what
    stands of lessons that are archived, deleted, gone or not known.
    """

    language: str
    tag: str
    name: str
    own_name: str
    tier: Literal["frequent", "other"]
    reason: str
    share: float | None
    coverage: float | None
    freshness: float | None
    lessons: int
    objects: int
    bytes: int
    inactive_objects: int
    inactive_bytes: int


class LanguagesData(Model):
    """All languages, frequent ones first. `asOf` is when storage was listed: a minute ago, or longer where
    listing it takes long."""

    languages: list[LanguageOut]
    as_of: datetime


class Counted(Model):
    """Usage that is in the database now. `replayed` is whether it was there before, by the same
    `Idempotency-Key`."""

    events: int
    requests: int
    replayed: bool


class Waiting(Model):
    """A translation that waits for a person. `segments` are the first places where it stands, like
    `17/text/4`; `confidence` is from 0 to 1, and `findings` what speaks against it."""

    segments: list[str]
    lessons: list[str]
    confidence: float
    source: str
    translation: str
    findings: list[str]
    source_language: str
    target_language: str


class WaitingData(Model):
    """Translations that wait for a person, the least sure first, and how many there are in all."""

    waiting: list[Waiting]
    total: int


class ReviewedOut(Model):
    """What became of a person's word in one language; `already` is what somebody said before."""

    outcome: Literal["taken", "already", "nothing"]
    target_language: str
    translation: str | None
    message: str


class ReviewedText(Model):
    """What became of a person's word on a text. `glossaryLine` would say the same for every text with these
    words; null where none would."""

    text: str
    answers: list[ReviewedOut]
    glossary_line: str | None


class Health(Model):
    """The process is alive."""

    status: Literal["ok"] = "ok"


class Readiness(Model):
    """Whether everything that is needed answers."""

    ready: bool
    database: bool
    storage: bool
    dagster: bool
