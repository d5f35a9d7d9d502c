"""The metrics' values: which samples each family of `families.yaml` has, in tables by where they come from.

A table says for each name how its samples are read from one source: tuples of the labels and the value.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from langassets.api.cached import Reading
from langassets.api.metrics.figures import Figures
from langassets.data_files import read_data
from langassets.jobs.dagster.state import DagsterState, JobCounts, Run
from langassets.jobs.status import LanguageStatus
from langassets.translation.cost.usage import MEMORY
from langassets.translation.documents.stored import State

_Source = TypeVar("_Source")
Samples = Iterable[tuple[Any, ...]]
Table = Mapping[str, Callable[[_Source], Samples]]

_KINDS: Mapping[str, type[GaugeMetricFamily | CounterMetricFamily]] = {
    "gauge": GaugeMetricFamily,
    "counter": CounterMetricFamily,
}
_FAMILIES = read_data(__package__, "families")


def families(table: Table[_Source], source: _Source | None) -> Iterator[Metric]:
    """The families of a table, empty where the source could not be had; samples of None are left out."""
    for name, samples in table.items():
        described = _FAMILIES[name]
        kind = next(kind for kind in _KINDS if kind in described)
        family = _KINDS[kind](name, described["text"], labels=described[kind])
        for *labels, value in samples(source) if source is not None else ():
            if value is not None:
                family.add_metric(labels, value)
        yield family


class Jobs(NamedTuple):
    """What Dagster says, and `enabled`: whether jobs start by themselves (`ENABLE_BACKGROUND_JOBS`)."""

    state: DagsterState
    enabled: bool

    def ended(self) -> Iterator[tuple[str, str, Run]]:
        """The newest run of each job that succeeded, and that failed: job, outcome, run."""
        for job, last in self.state.jobs.items():
            for outcome, run in (("success", last.success), ("failure", last.failure)):
                if run:
                    yield job, outcome, run

    def ends(self, wanted: str) -> Samples:
        """When a run of each job last ended so."""
        return ((job, _seconds(run.ended_at)) for job, outcome, run in self.ended() if outcome == wanted)


def _languages(figures: Figures) -> Samples:
    yield "frequent", len(figures.frequent)
    yield "other", len(figures.shares) - len(figures.frequent)


def _segments(figures: Figures) -> Samples:
    sums = Counter[tuple[str, str]]()
    for (language, provider, _), asked in figures.models.items():
        sums[language, "memory" if provider == MEMORY else "model"] += int(asked["segments"])
    return ((*labels, segments) for labels, segments in sums.items())


def _asked(column: str) -> Callable[[Figures], Samples]:
    return lambda figures: (
        (language, provider, model, asked[column])
        for (language, provider, model), asked in figures.models.items()
        if provider != MEMORY
    )


def _hit_rate(figures: Figures) -> Samples:
    sent, cached = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for (_, provider, model), asked in figures.models.items():
        sent[provider, model] += int(asked["input_tokens"])
        cached[provider, model] += int(asked["cached_tokens"])
    return ((*labels, cached[labels] / tokens) for labels, tokens in sent.items() if tokens)


def _each(value: Callable[[LanguageStatus], Any]) -> Callable[[Reading[list[LanguageStatus]]], Samples]:
    return lambda listed: ((one.language, value(one)) for one in listed.value)


def _by_tier(value: Callable[[LanguageStatus], int]) -> Callable[[Reading[list[LanguageStatus]]], Samples]:
    return lambda listed: (
        (one.language, "frequent" if one.frequent else "other", value(one)) for one in listed.value
    )


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


BUILD: Table[str] = {"langassets_build_info": lambda version: [(version, 1)]}

PARTS: Table[Mapping[str, object]] = {
    "langassets_up": lambda parts: ((part, float(had is not None)) for part, had in parts.items()),
}

JOBS: Table[Jobs] = {
    "langassets_job_last_duration_seconds": lambda jobs: (
        (job, outcome, run.seconds) for job, outcome, run in jobs.ended()
    ),
    "langassets_job_last_success_timestamp_seconds": lambda jobs: jobs.ends("success"),
    "langassets_job_last_failure_timestamp_seconds": lambda jobs: jobs.ends("failure"),
    "langassets_schedule_active": lambda jobs: (
        (one.name, one.job, float(jobs.enabled and one.on)) for one in jobs.state.schedules
    ),
    "langassets_schedule_next_timestamp_seconds": lambda jobs: (
        (one.name, one.job, _seconds(one.next_at)) for one in jobs.state.schedules
    ),
    "langassets_daemon_healthy": lambda jobs: ((one.name, float(one.healthy)) for one in jobs.state.daemons),
}

COUNTS: Table[Mapping[str, JobCounts]] = {
    "langassets_job_runs": lambda counts: (
        (job, outcome, runs) for job, one in counts.items() for outcome, runs in one.ended.items()
    ),
    "langassets_job_queued": lambda counts: ((job, one.queued) for job, one in counts.items()),
    "langassets_job_running": lambda counts: ((job, one.running) for job, one in counts.items()),
}

FIGURES: Table[Figures] = {
    "langassets_languages": _languages,
    "langassets_tier_evaluated_timestamp_seconds": lambda figures: [(_seconds(figures.evaluated_at),)],
    "langassets_language_share": lambda figures: figures.shares.items(),
    "langassets_lesson_requests": lambda figures: figures.requests.items(),
    "langassets_lesson_requests_unmatched": lambda figures: [(figures.unmatched,)],
    "langassets_objects": lambda figures: (
        (*labels, count) for labels, (count, _) in figures.objects.items()
    ),
    "langassets_object_bytes": lambda figures: (
        (*labels, size) for labels, (_, size) in figures.objects.items()
    ),
    "langassets_cleanup_steps": lambda figures: ((*step, count) for step, count in figures.steps.items()),
    "langassets_segments": _segments,
    "langassets_model_requests": _asked("requests"),
    "langassets_model_input_tokens": _asked("input_tokens"),
    "langassets_model_cached_tokens": _asked("cached_tokens"),
    "langassets_model_cache_hit_ratio": _hit_rate,
    "langassets_model_output_tokens": _asked("output_tokens"),
    "langassets_model_cost_dollars": _asked("dollars"),
    "langassets_model_open_dollars": _asked("open_dollars"),
    "langassets_model_request_seconds": _asked("seconds"),
    "langassets_model_rejected_segments": _asked("rejected"),
    "langassets_model_refused_requests": _asked("refused"),
    "langassets_model_failed_requests": _asked("failed"),
    "langassets_model_retries": _asked("retries"),
}

LANGUAGES: Table[Reading[list[LanguageStatus]]] = {
    "langassets_storage_age_seconds": lambda listed: [(listed.age,)],
    "langassets_storage_objects": _by_tier(lambda one: one.objects + one.inactive_objects),
    "langassets_storage_bytes": _by_tier(lambda one: one.size + one.inactive_size),
    "langassets_storage_inactive_objects": _by_tier(lambda one: one.inactive_objects),
    "langassets_coverage_ratio": _each(lambda one: one.coverage),
    "langassets_freshness_ratio": _each(lambda one: one.freshness),
    "langassets_stored_segments": lambda listed: (
        (one.language, state, one.segments.get(state, 0)) for one in listed.value for state in State
    ),
    "langassets_doubted_segments": _each(lambda one: one.doubted),
    "langassets_refused_texts": _each(lambda one: one.refused),
    "langassets_stale_objects": _each(lambda one: one.stale if one.frequent else None),
}
