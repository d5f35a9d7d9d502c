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
from dagster._daemon.asset_daemon import AssetDaemon
from dagster._daemon.backfill import execute_backfill_iteration
from dagster._daemon.sensor import execute_sensor_iteration
from dagster._scheduler.scheduler import launch_scheduled_runs

from langassets_tests.defs import location
from langassets_tests.defs.conftest import Place

_log = logging.getLogger("langassets_tests.daemon")


class Daemon:
    """One process of it: what it knows is in the instance, as with any other."""

    def __init__(self, workspace: WorkspaceProcessContext) -> None:
        self.workspace = workspace
        self._assets = AssetDaemon({}, 0)

    def schedules(self, now: datetime) -> list[dg.DagsterRun]:
        """Let the scheduler look; the runs that it asked for, by when they were due."""
        return self._new_runs(lambda: launch_scheduled_runs(self.workspace, _log, now, {}))

    def sensors(self, now: datetime) -> list[dg.DagsterRun]:
        """Let every sensor look that is due; the runs that they asked for."""
        with freeze_time(now):
            return self._new_runs(lambda: execute_sensor_iteration(self.workspace, _log, None, None))

    def conditions(self, now: datetime) -> list[dg.DagsterRun]:
        """Let the conditions of the assets be looked at, and the backfills be divided into runs; these."""

        def loop() -> Iterator[Any]:
            self._assets._run_iteration_impl(self.workspace, None, {}, {})
            yield from execute_backfill_iteration(self.workspace, _log)

        with freeze_time(now), warnings.catch_warnings():
            # Dagster calls a function of its own that it has deprecated.
            warnings.filterwarnings("ignore", message=".*AssetSelection.keys.*", category=DeprecationWarning)
            return self._new_runs(loop)

    def _new_runs(self, loop: Callable[[], Any]) -> list[dg.DagsterRun]:
        instance = self.workspace.instance
        before = {run.run_id for run in instance.get_runs()}
        list(loop())
        return [run for run in reversed(instance.get_runs()) if run.run_id not in before]


@contextmanager
def daemon(place: Place, beside: dg.Definitions | None = None) -> Iterator[Daemon]:
    """A daemon that has just been started, over the definitions of a place, and `beside` in a location of
    that name."""
    location.current, location.beside = place.definitions, beside or dg.Definitions()
    origins = [
        InProcessCodeLocationOrigin(
            LoadableTargetOrigin(module_name=location.__name__, attribute=attribute), location_name=name
        )
        for name, attribute in (("langassets", "current"), ("beside", "beside"))
    ][: 2 if beside else 1]
    with ExitStack() as stack:
        with warnings.catch_warnings():
            # Dagster reads a property of its own that it has deprecated.
            warnings.filterwarnings("ignore", message=".*environment_vars.*", category=DeprecationWarning)
            target = InProcessWorkspaceLoadTarget(origins)
            workspace = stack.enter_context(WorkspaceProcessContext(place.instance, target))
        yield Daemon(workspace)
