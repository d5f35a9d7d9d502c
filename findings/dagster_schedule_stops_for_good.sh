#!/usr/bin/env bash
# Three cron patterns that Dagster 1.13.27 accepts, and whose schedules its daemon never fires again, or never at all.
# Its scheduler is asked here as the daemon asks it, at moments of the past and of the future.
#
# 30 23 * * * in Africa/Cairo: on 30 October 2026 at 00:00 clocks are set back to 23:00. Where the daemon notes its
# hourly checkpoint between the two 23:30 (a matter of when it was started), the next moment is worked out from there
# as one that has passed: "Invariant failed", at every look from then on, for the checkpoint does not move any more.
# A new daemon reads the same checkpoint. Dagster minds hours that occur twice from 1 to 3 alone; Beirut, Cairo,
# Santiago, Easter Island, Havana and the Azores have others. The pattern is the plain one: one minute, one hour.
#
# 0 2 29 * *: from 1 March of a leap year on the same. Going back from a day in March, the vendored croniter takes
# February for 28 days long, and lands on 29 January. Any days with 29 and neither 1, 28 nor L among them do it.
#
# 0 2 29 2 *: a short cut fires the moments of 28 February a day late, in leap years, and compares them before that:
# asked on the 28th, it names the day four years on. The daemon asks each hour. `0 2 29 2 ?` means the same, and fires.
#
# Seen: ticks up to the day named and errors after it; no tick and no error for the third. A schedule in UTC at 02:00
# every day, beside them, goes on. Fails if that changes. Needs Python 3.11 or newer and PyPI; nothing is left behind.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "dagster==1.13.27" "sqlalchemy<2.1"
cat > "$work/stops.py" <<'PY'
import logging
import sys
import tempfile
from datetime import datetime, timedelta, timezone

import dagster as dg
import dagster._daemon.daemon
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster._scheduler.scheduler import launch_scheduled_runs

logging.disable(logging.CRITICAL)
RUNNING = dg.DefaultScheduleStatus.RUNNING


@dg.op
def nothing() -> None: ...


@dg.job
def job() -> None:
    nothing()


def schedule(name, cron, zone):
    @dg.schedule(job=job, name=name, cron_schedule=cron, execution_timezone=zone, default_status=RUNNING)
    def ticks():
        return dg.SkipReason("fired")

    return dg.Definitions(jobs=[job], schedules=[ticks])


twice = schedule("twice", "30 23 * * *", "Africa/Cairo")
leap = schedule("leap", "0 2 29 * *", "UTC")
never = schedule("never", "0 2 29 2 *", "UTC")
other = schedule("other", "0 2 29 2 ?", "UTC")
daily = schedule("daily", "0 2 * * *", "UTC")


def fired(name, start, minutes):
    """The ticks, and how many looks failed; the daemon is started again before the last ten."""
    origin = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name="stops", attribute=name), location_name=name)
    with tempfile.TemporaryDirectory() as folder, dg.DagsterInstance.local_temp(folder) as instance:
        with WorkspaceProcessContext(instance, InProcessWorkspaceLoadTarget(origin)) as workspace:
            known, failed = {}, 0
            for number, minute in enumerate(minutes):
                if number == len(minutes) - 10:
                    known = {}
                now = datetime.fromisoformat(start) + timedelta(minutes=minute, seconds=9)
                said = launch_scheduled_runs(workspace, logging.getLogger("none"), now, known)
                failed += any("Invariant failed" in getattr(one, "message", "") for one in said if one)
            [state] = instance.all_instigator_state()
            ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id)
    return sorted(f"{datetime.fromtimestamp(tick.timestamp, timezone.utc):%Y-%m-%d %H:%M}" for tick in ticks), failed


if __name__ == "__main__":
    hour, month = 60, 60 * 24 * 30
    cases = {
        "twice": ("2026-10-29T20:05+00:00", [*range(90), *range(90, 90 + 5 * 24 * hour, 2 * hour)]),
        "leap": ("2028-02-29T01:05+00:00", [*range(0, 3 * 24 * hour, hour), *range(3 * 24 * hour, 2 * month, 12 * hour)]),
        "never": ("2028-02-27T12:05+00:00", range(0, 4 * 24 * hour, hour)),
        "other": ("2028-02-27T12:05+00:00", range(0, 4 * 24 * hour, hour)),
        "daily": ("2028-02-29T01:05+00:00", range(0, 3 * 24 * hour, hour)),
    }
    seen = {name: fired(name, start, list(minutes)) for name, (start, minutes) in cases.items()}
    print(f"Dagster {dg.__version__}, Python {sys.version.split()[0]}")
    for name, (ticks, failed) in seen.items():
        print(f"{name}: fired {', '.join(ticks) or 'never'}; {failed} looks failed")
    stopped = {"twice": ["2026-10-29 20:30"], "leap": ["2028-02-29 02:00"]}
    wrong = [name for name, ticks in stopped.items() if seen[name][0] != ticks or seen[name][1] < 20]
    wrong += [name for name, ticks in {"never": [], "other": ["2028-02-29 02:00"]}.items() if seen[name] != (ticks, 0)]
    wrong += ["daily"] if len(seen["daily"][0]) != 3 else []
    sys.exit(f"changed: {', '.join(wrong)}" if wrong else 0)
PY
cd "$work"
DAGSTER_DISABLE_TELEMETRY=1 PYTHONPATH="$work" "$work/venv/bin/python" stops.py 2>/dev/null
