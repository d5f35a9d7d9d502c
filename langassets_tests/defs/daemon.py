"""The loops of Dagster's daemon, in the test's own process and at moments of its choice."""

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

import dagster as dg
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.test_utils import freeze_time
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster._daemon.sensor import execute_sensor_iteration
from dagster._scheduler.scheduler import launch_scheduled_runs

from langassets_tests.defs import location
from langassets_tests.defs.conftest import Place

_log = logging.getLogger("langassets_tests.daemon")


class Daemon:
    """One process of it: what it knows is in the instance, as with any other."""

    def __init__(self, workspace: WorkspaceProcessContext) -> None:
        self._workspace = workspace

    def schedules(self, now: datetime) -> list[dg.DagsterRun]:
        """Let the scheduler look; the runs that it asked for, by when they were due."""
        return self._new_runs(lambda: launch_scheduled_runs(self._workspace, _log, now, {}))

    def sensors(self, now: datetime) -> list[dg.DagsterRun]:
        """Let every sensor look that is due; the runs that they asked for."""
        with freeze_time(now):
            return self._new_runs(lambda: execute_sensor_iteration(self._workspace, _log, None, None))

    def _new_runs(self, loop: Callable[[], Any]) -> list[dg.DagsterRun]:
        instance = self._workspace.instance
        before = {run.run_id for run in instance.get_runs()}
        list(loop())
        return [run for run in reversed(instance.get_runs()) if run.run_id not in before]


@contextmanager
def daemon(place: Place) -> Iterator[Daemon]:
    """A daemon that has just been started, over the definitions of a place."""
    location.current = place.definitions
    origin = InProcessCodeLocationOrigin(
        LoadableTargetOrigin(module_name=location.__name__, attribute="current"), location_name="langassets"
    )
    with ExitStack() as stack:
        with warnings.catch_warnings():
            # Dagster reads a property of its own that it has deprecated.
            warnings.filterwarnings("ignore", message=".*environment_vars.*", category=DeprecationWarning)
            target = InProcessWorkspaceLoadTarget(origin)
            workspace = stack.enter_context(WorkspaceProcessContext(place.instance, target))
        yield Daemon(workspace)
