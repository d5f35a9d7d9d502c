"""The pool that cleanup and preload work in: who waits for it says for whom."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import dagster as dg

from langassets.defs.runs.background_thread import repeated
from langassets.defs.runs.recovery import note_process
from langassets.settings.dagster import Names

# Seconds between two looks, and between two lines that say the same.
_LOOK, _LOG_AGAIN = 2.0, 60.0


def waits_for(instance: dg.DagsterInstance, run_id: str, pool: str = Names().pool) -> str | None:
    """For whom a run waits that stands in line for the pool, in words; None where it does not."""
    storage = instance.event_log_storage
    if not storage.supports_global_concurrency_limits:
        return None
    line = storage.get_concurrency_info(pool)
    if run_id not in line.pending_run_ids:
        return None
    inside = sorted({*line.active_run_ids, *line.assigned_run_ids} - {run_id})
    named = " and ".join(_named(instance, other) for other in inside) or "its turn"
    return f"This run waits for {named}: the pool {pool!r} lets {line.slot_count} in at once."


def _named(instance: dg.DagsterInstance, run_id: str) -> str:
    run = instance.get_run_by_id(run_id)
    return f"run {run_id} ({run.job_name}, {run.status.value.lower()})" if run else f"run {run_id}"


@contextmanager
def waiting_logged(
    instance: dg.DagsterInstance,
    run_id: str,
    log: Callable[[str], None],
    look: float = _LOOK,
    pool: str = Names().pool,
) -> Iterator[None]:
    """While the block runs, tell `log` for whom the run waits, as soon as it does and every minute."""
    logged_at = -_LOG_AGAIN

    def log_reason() -> None:
        nonlocal logged_at
        with suppress(Exception):  # what is wrong with Dagster's database the run itself says
            if time.monotonic() - logged_at >= _LOG_AGAIN and (text := waits_for(instance, run_id, pool)):
                log(text)
                logged_at = time.monotonic()

    with repeated(log_reason, look, "pool"):
        yield


class _LoggingExecutor(dg.Executor):
    def __init__(self, executor: dg.Executor, pool: str) -> None:
        self._executor, self._pool = executor, pool

    @property
    def retries(self) -> Any:
        """As the executor within."""
        return self._executor.retries

    @property
    def step_dependency_config(self) -> Any:
        """As the executor within."""
        return self._executor.step_dependency_config

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[dg.DagsterEvent]:
        """Carry the plan out; the run notes its process, which is this one."""
        note_process(plan_context.instance, plan_context.run_id)
        for event in self._executor.execute(plan_context, execution_plan):
            yield event
            # Dagster tells of a step that is held up by an event, at once and every five minutes.
            instance, run_id = plan_context.instance, plan_context.run_id
            if event.is_engine_event and (text := waits_for(instance, run_id, self._pool)):
                plan_context.log.warning(text)


def in_process_executor(names: Names) -> dg.ExecutorDefinition:
    """Dagster's own executor for all steps in one process; the run's log says for whom a step waits."""
    ours = dg.in_process_executor
    create = ours.executor_creation_fn
    assert create is not None
    return dg.ExecutorDefinition(
        ours.name,
        config_schema=ours.config_schema.as_field(),
        description=ours.description,
        executor_creation_fn=lambda context: _LoggingExecutor(create(context), names.pool),
    )
