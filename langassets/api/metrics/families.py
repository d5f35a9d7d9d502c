"""The metrics by name. Names are an interface: dashboards and alerts of others use them, so they stay.

`docs/api.md` lists them, and a test holds the list against what is exported.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from langassets.api.metrics.figures import Figures
from langassets.jobs.dagster.state import DagsterState, JobCounts
from langassets.jobs.status import LanguageStatus
from langassets.translation.cost.usage import MEMORY

_Samples = Iterable[tuple[Sequence[str], float | None]]


def gauge(name: str, text: str, labels: Sequence[str], samples: _Samples) -> Metric:
    """A family of values that go up and down; samples without a value are left out."""
    return _filled(GaugeMetricFamily(name, text, labels=list(labels)), samples)


def counter(name: str, text: str, labels: Sequence[str], samples: _Samples) -> Metric:
    """A family of values that only grow; `_total` is added to the name."""
    return _filled(CounterMetricFamily(name, text, labels=list(labels)), samples)


def state_families(state: DagsterState | None, enabled: bool) -> list[Metric]:
    """Jobs, schedules and daemons, as Dagster has them."""
    jobs = state.jobs if state else {}
    schedules = state.schedules if state else ()
    daemons = state.daemons if state else ()
    ended = [
        (job, outcome, run)
        for job, last in jobs.items()
        for outcome, run in (("success", last.success), ("failure", last.failure))
        if run
    ]
    return [
        gauge(
            "langassets_job_last_duration_seconds",
            "How long the newest run took that ended so.",
            ["job", "outcome"],
            [([job, outcome], run.seconds) for job, outcome, run in ended],
        ),
        gauge(
            "langassets_job_last_success_timestamp_seconds",
            "When a run of the job last succeeded.",
            ["job"],
            [([job], _seconds(run.ended_at)) for job, outcome, run in ended if outcome == "success"],
        ),
        gauge(
            "langassets_job_last_failure_timestamp_seconds",
            "When a run of the job last failed.",
            ["job"],
            [([job], _seconds(run.ended_at)) for job, outcome, run in ended if outcome == "failure"],
        ),
        gauge(
            "langassets_schedule_active",
            "Whether a schedule starts its job: 1 or 0.",
            ["schedule", "job"],
            [([one.name, one.job], float(enabled and one.on)) for one in schedules],
        ),
        gauge(
            "langassets_schedule_next_timestamp_seconds",
            "When a schedule starts its job next.",
            ["schedule", "job"],
            [([one.name, one.job], _seconds(one.next_at)) for one in schedules],
        ),
        gauge(
            "langassets_daemon_healthy",
            "Whether a thread of Dagster's daemon was heard of lately: 1 or 0.",
            ["daemon"],
            [([one.name], float(one.healthy)) for one in daemons],
        ),
    ]


def count_families(counts: Mapping[str, JobCounts] | None) -> list[Metric]:
    """Runs by job: those that ended, and those that have not."""
    given = counts or {}
    return [
        counter(
            "langassets_job_runs",
            "Runs that Dagster keeps, by how they ended.",
            ["job", "outcome"],
            [([job, outcome], n) for job, one in given.items() for outcome, n in one.ended.items()],
        ),
        gauge(
            "langassets_job_queued",
            "Runs that wait for their start.",
            ["job"],
            [([job], one.queued) for job, one in given.items()],
        ),
        gauge(
            "langassets_job_running",
            "Runs under way.",
            ["job"],
            [([job], one.running) for job, one in given.items()],
        ),
    ]


def figure_families(figures: Figures | None) -> list[Metric]:
    """What the database knows: the tier, usage, objects and cleanups."""
    shares = figures.shares if figures else {}
    frequent = len(figures.frequent) if figures else 0
    objects = figures.objects if figures else ()
    return [
        gauge(
            "langassets_languages",
            "Languages by tier, at the newest evaluation.",
            ["tier"],
            [(["frequent"], frequent), (["other"], len(shares) - frequent)] if figures else [],
        ),
        gauge(
            "langassets_tier_evaluated_timestamp_seconds",
            "When languages were last evaluated.",
            [],
            [([], _seconds(figures.evaluated_at))] if figures else [],
        ),
        gauge(
            "langassets_language_share",
            "A language's share of requests at the newest evaluation, from 0 to 1.",
            ["language"],
            [([language], share) for language, share in shares.items()],
        ),
        counter(
            "langassets_lesson_requests",
            "Requests for lessons that were ever recorded.",
            ["language"],
            [([language], n) for language, n in (figures.requests if figures else {}).items()],
        ),
        gauge(
            "langassets_objects",
            "Objects that langassets knows of: translated, copied, adopted or archived.",
            ["language", "state"],
            [([one.language, one.state], one.objects) for one in objects],
        ),
        gauge(
            "langassets_object_bytes",
            "The size of those objects.",
            ["language", "state"],
            [([one.language, one.state], one.size) for one in objects],
        ),
        counter(
            "langassets_cleanup_steps",
            "Steps of cleanups by action (delete, archive, restore, purge) and what became of them.",
            ["action", "status"],
            [(key, n) for key, n in (figures.steps if figures else {}).items()],
        ),
    ]


def model_families(figures: Figures | None) -> list[Metric]:
    """What models were asked for, and what they cost."""
    rows = figures.models if figures else ()
    asked = [row for row in rows if row.provider != MEMORY]
    labels = ["language", "provider", "model"]
    measures = {
        "requests": "Requests to models.",
        "input_tokens": "Tokens sent to models.",
        "output_tokens": "Tokens that models answered.",
        "cost_dollars": "Dollars spent on models with a known price.",
        "request_seconds": "Time that models took to answer, summed.",
        "rejected_segments": "Translations that failed a check.",
        "refused_requests": "Requests that met a rate limit.",
        "failed_requests": "Requests that brought no answer.",
        "retries": "Requests that were sent again.",
    }
    return [
        counter(
            "langassets_segments",
            "Segments of lessons by where their translation came from: memory or model.",
            ["language", "source"],
            [
                ([language, source], n)
                for (language, source), n in _by_source(
                    (r.language, r.provider, r.segments) for r in rows
                ).items()
            ],
        ),
        *(
            counter(
                f"langassets_model_{name}",
                text,
                labels,
                [([row.language, row.provider, row.model], row.measures()[name]) for row in asked],
            )
            for name, text in measures.items()
        ),
    ]


def language_families(languages: Sequence[LanguageStatus] | None, age: float | None) -> list[Metric]:
    """What storage holds, as it was last listed."""
    rows = languages or ()
    return [
        gauge(
            "langassets_storage_age_seconds",
            "How long ago storage was listed for the values of langassets_storage_… and coverage.",
            [],
            [([], age)],
        ),
        gauge(
            "langassets_storage_objects",
            "Lesson objects in storage, whoever put them there.",
            ["language", "tier"],
            [([row.language, _tier(row)], row.objects) for row in rows],
        ),
        gauge(
            "langassets_storage_bytes",
            "The size of those objects.",
            ["language", "tier"],
            [([row.language, _tier(row)], row.size) for row in rows],
        ),
        gauge(
            "langassets_coverage_ratio",
            "The part of all lessons that a frequent language has fresh, from 0 to 1.",
            ["language"],
            [([row.language], row.coverage) for row in rows],
        ),
        gauge(
            "langassets_freshness_ratio",
            "The part of what a frequent language has that is fresh, from 0 to 1.",
            ["language"],
            [([row.language], row.freshness) for row in rows],
        ),
        gauge(
            "langassets_stale_objects",
            "Objects of frequent languages that wait to be made anew.",
            ["language"],
            [([row.language], row.stale) for row in rows if row.frequent],
        ),
    ]


def _by_source(rows: Iterable[tuple[str, str, int]]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for language, provider, segments in rows:
        key = (language, "memory" if provider == MEMORY else "model")
        sums[key] = sums.get(key, 0) + segments
    return sums


def _filled(family: GaugeMetricFamily | CounterMetricFamily, samples: _Samples) -> Metric:
    for labels, value in samples:
        if value is not None:
            family.add_metric(labels, value)
    return family


def _tier(row: LanguageStatus) -> str:
    return "frequent" if row.frequent else "other"


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
