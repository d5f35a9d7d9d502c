"""Each evaluation is followed by one cleanup that begins after it."""

import dagster as dg

from langassets_tests.defs.conftest import Place

SENSOR, EVALUATION, CLEANUP = "cleanup_after_evaluation", "language_evaluation", "language_cleanup"


def test_before_the_first_evaluation_nothing_is_asked_for(place: Place) -> None:
    assert not place.tick(SENSOR).run_requests


def test_one_cleanup_for_each_evaluation_and_one_for_several_in_a_tick(place: Place) -> None:
    place.run(EVALUATION)
    place.run(EVALUATION)
    first = place.tick(SENSOR)
    assert len(first.run_requests) == 1
    assert not place.tick(SENSOR, first.cursor).run_requests
    place.run(EVALUATION)
    second = place.tick(SENSOR, first.cursor)
    assert len(second.run_requests) == 1
    keys = {request.run_key for tick in (first, second) for request in tick.run_requests}
    assert len(keys) == 2


def test_a_daemon_that_died_before_it_kept_the_cursor_asks_for_the_same_run(place: Place) -> None:
    place.run(EVALUATION)
    [one], [other] = place.tick(SENSOR).run_requests, place.tick(SENSOR).run_requests
    assert one.run_key == other.run_key


def test_a_cleanup_by_hand_that_began_later_counts(place: Place) -> None:
    place.run(EVALUATION)
    place.run(CLEANUP)
    tick = place.tick(SENSOR)
    assert not tick.run_requests
    assert "Cleaned up since" in tick.said
    assert not place.tick(SENSOR, tick.cursor).run_requests


def test_a_cleanup_that_began_before_does_not(place: Place) -> None:
    place.run(EVALUATION)
    place.run(CLEANUP)
    place.run(EVALUATION)
    assert len(place.tick(SENSOR).run_requests) == 1


def test_a_cleanup_from_the_assets_own_button_counts(place: Place) -> None:
    result = dg.materialize(
        list(place.repository.assets_defs_by_key.values()),
        selection=["language_usage_stats", "frequent_language_tier", "cleaned_storage_state"],
        instance=place.instance,
    )
    assert result.success
    assert not place.tick(SENSOR).run_requests


def test_a_cleanup_that_waits_in_the_queue_is_waited_for(place: Place) -> None:
    place.run(EVALUATION)
    queued = place.unfinished(CLEANUP, dg.DagsterRunStatus.NOT_STARTED)
    tick = place.tick(SENSOR, "earlier")
    assert not tick.run_requests
    assert tick.cursor == "earlier"
    place.instance.report_run_canceled(queued)
    assert len(place.tick(SENSOR, tick.cursor).run_requests) == 1


def test_a_cleanup_that_failed_is_no_reason_to_leave_it_out(place: Place) -> None:
    place.run(EVALUATION)
    place.instance.report_run_failed(place.unfinished(CLEANUP, dg.DagsterRunStatus.STARTED))
    assert len(place.tick(SENSOR).run_requests) == 1
