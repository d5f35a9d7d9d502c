"""Two deployments over one Dagster instance: the second is told, by name, and neither touches what is the
other's."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from langassets.alerts.outbox import Outbox
from langassets.defs.runs.ownership import owner, take_over
from langassets.defs.runs.processes import this_process
from langassets.defs.runs.recovery import PROCESS_TAG
from langassets.errors import SettingsError
from langassets.jobs.dagster.queries import DEPLOYMENT_TAG
from langassets_tests.defs.conftest import Place

EVALUATION, CLEANUP, PRELOAD = "language_evaluation", "language_cleanup", "preload_frequent_languages"
SENSORS = (
    "cleanup_after_evaluation",
    "preload_on_startup",
    "recover_cut_runs",
    "forget_old_runs",
    "heartbeat",
)


@pytest.fixture
def other(demo: Path, tmp_path: Path, place: Place) -> Iterator[Place]:
    """A second home over the same instance, which is the first one's."""
    assert place.run(EVALUATION).success
    home = Path(shutil.copytree(demo, tmp_path / "other"))
    made = Place(home, place.instance, HEARTBEAT_URL="http://127.0.0.1:9/")
    yield made
    made.services.data.dispose()


def _both_named(error: BaseException, place: Place, other: Place) -> bool:
    text = "".join(str(one) for one in _chain(error))
    return all(
        part in text
        for deployment in (place.services.deployment, other.services.deployment)
        for part in (deployment.tag, deployment.database, deployment.bucket, "migrate --take-over")
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


@pytest.mark.parametrize("sensor", SENSORS)
def test_a_sensor_of_the_second_names_both(place: Place, other: Place, sensor: str) -> None:
    runs = len(place.instance.get_runs())
    with pytest.raises(SettingsError) as raised:
        other.tick(sensor)
    assert _both_named(raised.value, place, other)
    assert len(place.instance.get_runs()) == runs


@pytest.mark.parametrize("name", ["language_evaluation_schedule", "preload_frequent_languages_schedule"])
def test_so_does_a_schedule(
    demo: Path, home: Path, tmp_path: Path, lasting_instance: dg.DagsterInstance, name: str
) -> None:
    first = Place(home, lasting_instance)
    second = Place(Path(shutil.copytree(demo, tmp_path / "other")), lasting_instance)
    first.tick("recover_cut_runs")
    with pytest.raises(dg.DagsterError) as raised:
        second.schedule_tick(name, datetime(2100, 1, 1, 3, tzinfo=UTC))
    assert _both_named(raised.value, first, second)
    for place in (first, second):
        place.services.data.dispose()


@pytest.mark.parametrize("job", [EVALUATION, CLEANUP, PRELOAD])
def test_a_run_of_the_second_ends_before_it_has_read_anything(place: Place, other: Place, job: str) -> None:
    result = other.run(job)
    assert not result.success
    assert not [event for event in result.all_events if event.is_step_start]
    assert not place.tick("recover_cut_runs").run_requests
    # And it leads to nothing with the first one: neither a cleanup nor a second try.
    assert len(place.tick("cleanup_after_evaluation").run_requests) == 1


def test_the_alerts_of_the_second_tell_that_alone(place: Place, other: Place) -> None:
    alerting = Place(other.home, place.instance, ALERT_URLS="json://127.0.0.1:9/")
    waiting = Outbox.from_json(alerting.tick("send_alerts").cursor).waiting
    [alert] = waiting if isinstance(waiting, list) else waiting.values()
    assert "belongs to another deployment" in str(alert)


def test_an_evaluation_of_the_one_before_never_leads_to_a_cleanup(place: Place, other: Place) -> None:
    """An instance that was taken over still has its runs; the newest tier in it is another's."""
    assert take_over(place.instance, other.services) == place.services.deployment
    assert other.tick("cleanup_after_evaluation").said == "There has been no evaluation yet."
    assert other.run(EVALUATION).success
    [request] = other.tick("cleanup_after_evaluation").run_requests
    assert request.tags[DEPLOYMENT_TAG] == other.services.deployment.tag
    take_over(place.instance, place.services)
    # The newest tier is the other's: followed is the one of its own.
    [request] = place.tick("cleanup_after_evaluation").run_requests
    assert request.tags[DEPLOYMENT_TAG] == place.services.deployment.tag


def test_an_evaluation_from_before_there_were_tags_leads_to_none_either(place: Place) -> None:
    result = place.run(EVALUATION)
    assert place.tick("cleanup_after_evaluation").run_requests
    storage = place.instance.run_storage
    run = place.instance.get_run_by_id(result.run_id)
    assert run
    place.instance.delete_run(run.run_id)
    tags = {name: value for name, value in run.tags.items() if name != DEPLOYMENT_TAG}
    storage.add_run(run.with_tags(tags))
    event = dg.AssetMaterialization("frequent_language_tier")
    place.instance.report_dagster_event(_materialized(event), run.run_id)
    assert place.instance.get_latest_materialization_event(dg.AssetKey("frequent_language_tier"))
    assert not place.tick("cleanup_after_evaluation").run_requests


def _materialized(event: dg.AssetMaterialization) -> dg.DagsterEvent:
    from dagster._core.events import StepMaterializationData

    return dg.DagsterEvent(
        event_type_value=dg.DagsterEventType.ASSET_MATERIALIZATION.value,
        job_name=EVALUATION,
        event_specific_data=StepMaterializationData(event),
    )


def test_recovery_and_what_is_under_way_heed_only_their_own(place: Place) -> None:
    dead = this_process() + "0"
    theirs = place.unfinished(PRELOAD, dg.DagsterRunStatus.STARTED, **{DEPLOYMENT_TAG: "theirs00"})
    place.instance.add_run_tags(theirs.run_id, {PROCESS_TAG: f"{theirs.run_id} {dead}"})
    place.tick("recover_cut_runs")
    assert place.instance.get_run_by_id(theirs.run_id).status is dg.DagsterRunStatus.STARTED  # type: ignore[union-attr]
    assert place.tick("preload_on_startup").run_requests, "another's preload is no reason to wait"


def test_the_first_to_use_an_instance_owns_it_and_every_run_says_whose_it_is(place: Place) -> None:
    assert owner(place.instance) is None
    result = place.run(EVALUATION)
    assert owner(place.instance) == place.services.deployment
    run = place.instance.get_run_by_id(result.run_id)
    assert run
    assert run.tags[DEPLOYMENT_TAG] == place.services.deployment.tag
    assert len(place.services.deployment.tag) == 8


def test_a_refused_run_says_so_to_whoever_asks(place: Place, other: Place) -> None:
    with pytest.raises(dg.DagsterError) as raised:
        other.definitions.resolve_job_def(EVALUATION).execute_in_process(instance=place.instance)
    assert _both_named(raised.value, place, other)
