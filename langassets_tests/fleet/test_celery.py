"""One preload on two workers, one of which is lost in the middle."""

from collections import Counter

import dagster as dg
import psutil
import pytest
import sqlalchemy as sa

from langassets.defs.runs.recovery import PROCESS_TAG
from langassets.jobs.preload.parts import LANGUAGES_TAG
from langassets_tests.fleet.conftest import Site, elsewhere
from langassets_tests.project import BIN, ROOT
from langassets_tests.servers.programs import Programs, Started
from langassets_tests.servers.redis import running_redis

PRELOAD = "preload_frequent_languages"
CONTENTS = 27  # of the demonstration, in each language

pytestmark = [pytest.mark.fleet, pytest.mark.timeout(900)]


def start_machines(site: Site, running: Programs, redis: str) -> list[Started]:
    """Two workers, and a daemon; the workers."""
    text = (ROOT / "deploy/celery/dagster.yaml").read_text()
    looks = "poll_interval_seconds: 15", "poll_interval_seconds: 3"
    assert looks[0] in text
    (site.project.folder / "dagster.yaml").write_text(text.replace(*looks))
    broker = {"CELERY_BROKER_URL": f"{redis}/0", "CELERY_RESULT_BACKEND": f"{redis}/1"}
    running.env = {
        **running.env,
        **broker,
        "PREDEFINED_LANGUAGES": "en,he,ar,es",
        "PRELOAD_LANGUAGES_PER_RUN": "2",
    }
    workers = [
        running.start(name, BIN / "langassets", "worker", PYTHONPATH=elsewhere(running.folder, name))
        for name in ("machine-1", "machine-2")
    ]
    running.start("daemon", BIN / "langassets", "daemon")
    return workers


def holder(run: dg.DagsterRun, workers: list[Started]) -> Started:
    """The worker that has a run."""
    process = psutil.Process(int(run.tags[PROCESS_TAG].split()[3]))
    return next(worker for worker in workers if process in worker.tree())


def test_a_preload_on_two_workers_of_which_one_is_lost(
    site: Site, running: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.gate.close("es")
    with running_redis(site.project.folder) as redis:
        workers = start_machines(site, running, redis)
        for name in ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"):
            monkeypatch.setenv(name, running.env[name])
        with site.instance() as instance:
            held = the_run_with_spanish(instance, running, site)
            running.until("Arabic to be remembered", lambda: remembered(site, "ar"))
            other = running.until("the other run to be done beside it", lambda: succeeded(instance))
            assert other.tags[LANGUAGES_TAG] == "en,he"
            in_flight = Counter(site.gate.held)
            asked_before = {language: Counter(site.asked(language)) for language in ("ar", "he", "es")}

            holder(held, workers).cut()
            site.gate.open()
            done = running.until("everything to be done", lambda: all_done(instance))
            assert "The worker that carried it out is gone" in why_failed(instance, held)
        running.stop()

    by_status = {run.status.value: run for run in done if run.tags[LANGUAGES_TAG] == "ar,es"}
    assert set(by_status) == {"FAILURE", "SUCCESS"}
    assert by_status["SUCCESS"].tags["dagster/parent_run_id"] == held.run_id
    assert {language: site.stored(language) for language in ("en", "he", "ar", "es")} == dict.fromkeys(
        ("en", "he", "ar", "es"), CONTENTS
    )
    twice = [key for key, count in Counter(site.uploads()).items() if count > 1]
    assert twice == [], "stored more than once"
    assert Counter(site.asked("ar")) == asked_before["ar"], "Arabic was in memory, and was paid for again"
    assert Counter(site.asked("he")) == asked_before["he"]
    assert max(asked_before["ar"].values()) == max(asked_before["he"].values()) == 1
    paid_again = Counter(site.asked("es")) - asked_before["es"]
    assert paid_again <= in_flight, "more was paid again than was under way when the worker was lost"


def the_run_with_spanish(instance: dg.DagsterInstance, running: Programs, site: Site) -> dg.DagsterRun:
    running.until("Spanish to be asked for", site.gate.reached.is_set)
    runs = instance.get_runs(dg.RunsFilter(job_name=PRELOAD))
    assert sorted(run.tags[LANGUAGES_TAG] for run in runs) == ["ar,es", "en,he"]
    return next(run for run in runs if run.tags[LANGUAGES_TAG] == "ar,es")


def remembered(site: Site, language: str) -> bool:
    with site.data.connect() as connection:
        query = sa.text("SELECT count(*) FROM langassets.translation_memory WHERE target_language = :code")
        return bool(connection.scalar(query, {"code": language}))


def succeeded(instance: dg.DagsterInstance) -> dg.DagsterRun | None:
    runs = instance.get_runs(dg.RunsFilter(job_name=PRELOAD, statuses=[dg.DagsterRunStatus.SUCCESS]))
    return next(iter(runs), None)


def all_done(instance: dg.DagsterInstance) -> list[dg.DagsterRun] | None:
    runs = list(instance.get_runs(dg.RunsFilter(job_name=PRELOAD)))
    return runs if len(runs) == 3 and all(run.is_finished for run in runs) else None


def why_failed(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    return " ".join(entry.dagster_event.message or "" for entry in events if entry.dagster_event)
