"""Runs on several machines by Celery, each run as a whole on one worker: `deploy/celery/dagster.yaml`.

Dagster's own launcher believes what the worker said last: when a worker's machine is lost, its run stands as
started for ever. This one asks whether any worker still has the run in its hands.
"""

from collections import Counter
from typing import Any

from dagster import DagsterRun
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG

# Seconds that workers have to answer, and how often in a row (every `poll_interval_seconds` of Dagster's
# run monitoring) a run may be in nobody's hands before it counts as lost.
_ANSWER_TIME = 5.0
_PATIENCE = 2


class CeleryLauncher(CeleryRunLauncher):
    """Dagster's launcher for Celery, which notices that a worker is gone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._missed = Counter[str]()

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the run is carried out; asked by Dagster's run monitoring of each run that has started."""
        task = run.tags.get(DAGSTER_CELERY_TASK_ID_TAG)
        if task is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "It has not been handed to Celery yet.")
        said = super().check_run_worker_health(run)
        if said.status not in {WorkerStatus.RUNNING, WorkerStatus.UNKNOWN}:
            return said
        if self._has_a_worker(task):
            self._missed.pop(task, None)
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        self._missed[task] += 1
        if self._missed[task] < _PATIENCE:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "No worker names it; they are asked again.")
        return CheckRunHealthResult(WorkerStatus.FAILED, "The worker that carried it out is gone.")

    def terminate(self, run_id: str) -> bool:
        """Stop a run. Dagster is told first, or it would take the end of the process for a fault, and start
        the run again."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or DAGSTER_CELERY_TASK_ID_TAG not in run.tags:
            return False
        self._instance.report_run_canceling(run)
        return super().terminate(run_id)

    def get_run_worker_debug_info(self, run: DagsterRun, include_container_logs: bool | None = True) -> None:
        """Nothing: Dagster's own asks for a task that may not exist."""
        return

    def _has_a_worker(self, task: str) -> bool:
        under_way = self.celery.control.inspect(timeout=_ANSWER_TIME).active() or {}
        return any(task == one["id"] for tasks in under_way.values() for one in tasks)
