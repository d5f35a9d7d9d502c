"""Who waits for the pool says for whom, in the run's log."""

import threading
from pathlib import Path

import dagster as dg

from langassets.defs.runs.pool import waiting_logged, waits_for
from langassets_tests.api.running import wait_until
from langassets_tests.defs import location
from langassets_tests.defs.conftest import Place

POOL = "storage"
PRELOAD, CLEANUP = "preload_frequent_languages", "language_cleanup"


def preload_job() -> dg.JobDefinition:
    return location.current.resolve_job_def(PRELOAD)


def test_a_run_that_waits_names_the_one_before(home: Path, lasting_instance: dg.DagsterInstance) -> None:
    place = Place(home, lasting_instance)
    location.current = place.definitions
    storage = lasting_instance.event_log_storage
    storage.set_concurrency_slots(POOL, 1)
    before = place.unfinished(CLEANUP, dg.DagsterRunStatus.STARTED)
    assert storage.claim_concurrency_slot(POOL, before.run_id, "cleaned_storage_state").is_claimed
    told = f"This run waits for run {before.run_id} (language_cleanup, started)"

    def logged() -> list[str]:
        [run] = lasting_instance.get_runs(dg.RunsFilter(job_name=PRELOAD))
        return [entry.user_message for entry in lasting_instance.all_logs(run.run_id)]

    run = threading.Thread(
        target=lambda: dg.execute_job(dg.reconstructable(preload_job), instance=lasting_instance)
    )
    run.start()
    try:
        wait_until(lambda: bool(lasting_instance.get_runs(dg.RunsFilter(job_name=PRELOAD))), 60)
        wait_until(lambda: any(told in line for line in logged()), 60)
        [waiting] = lasting_instance.get_runs(dg.RunsFilter(job_name=PRELOAD))
        said: list[str] = []
        with waiting_logged(lasting_instance, waiting.run_id, said.append, look=0.01):
            wait_until(lambda: bool(said), 60)
        assert said[0].startswith(told)
    finally:
        storage.free_concurrency_slots_for_run(before.run_id)
        run.join()
    [ended] = lasting_instance.get_runs(dg.RunsFilter(job_name=PRELOAD))
    assert ended.status is dg.DagsterRunStatus.SUCCESS
    assert waits_for(lasting_instance, ended.run_id) is None
    place.services.data.dispose()
