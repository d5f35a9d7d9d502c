"""Partitions are languages: what gets among them, what comes back, and runs that are left without any."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from langassets.database.application import language_stats
from langassets.database.connection import writing
from langassets.defs.assets.partitions import follow
from langassets.locales import is_language_code
from langassets.services import utc_now
from langassets_tests.defs.conftest import Place

EVALUATION, PRELOAD, ASSET = "language_evaluation", "preload_frequent_languages", "preloaded_translations"
NO_CODES = ["he...ar", "...", "", " he", "he\n", "he\nar", "../he", "he,ar", "e", "x" * 64]
RANGE = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")


@pytest.fixture
def place(home: Path, lasting_instance: dg.DagsterInstance) -> Iterator[Place]:
    made = Place(home, lasting_instance, TIER_MIN_REQUESTS="0")
    yield made
    made.services.data.dispose()


def _partitions(place: Place) -> list[str]:
    return list(place.instance.get_dynamic_partitions("language"))


def _why(result: dg.ExecuteInProcessResult) -> str:
    [failure] = [event for event in result.all_events if event.is_step_failure]
    said = failure.step_failure_data.user_failure_data
    return said.description or "" if said else ""


def test_nothing_but_language_codes_gets_among_them(place: Place) -> None:
    """However often a user's table counts it; what somebody has added by hand goes, and `HE` is `he`."""
    odd = [*NO_CODES, "HE"]
    place.instance.add_dynamic_partitions("language", odd)
    with writing(place.services.data) as connection:
        common = {"total_requests": 10_000_000, "last_used": utc_now()}
        for code in odd:
            connection.execute(sa.insert(language_stats).values(language_code=code, **common))
    assert place.run(EVALUATION).success
    found = _partitions(place)
    assert {"en", "ar"} <= set(found)
    assert len({"he", "HE"} & set(found)) == 1
    assert all(map(is_language_code, found)), found
    follow(place.instance, [*found, *NO_CODES])
    assert set(_partitions(place)) == set(found)


def test_a_partition_that_is_no_language_fails_in_words(place: Place) -> None:
    place.instance.add_dynamic_partitions("language", ["..."])
    result = place.run(PRELOAD, partition_key="...")
    assert not result.success
    assert "No language codes: '...'" in _why(result)


def test_a_range_the_wrong_way_round_is_no_success(place: Place) -> None:
    place.instance.add_dynamic_partitions("language", ["he", "ar", "en"])
    around = place.run(PRELOAD, tags=dict(zip(RANGE, ("en", "he"), strict=True)))
    assert not around.success
    assert "the order in which languages were added: he, ar, en" in _why(around)
    assert place.run(PRELOAD, tags=dict(zip(RANGE, ("he", "ar"), strict=True))).success


def test_a_run_for_languages_that_are_not_frequent_is_no_success(place: Place) -> None:
    config = {"ops": {ASSET: {"config": {"languages": ["fi"]}}}}
    result = place.run(PRELOAD, run_config=config)
    assert not result.success
    assert "frequent are ar, en, he, asked for were fi" in _why(result)
    # As a part of a preload that was asked for before the tier changed, it is over, and says so.
    part = place.run(PRELOAD, run_config=config, tags={"langassets/languages": "fi"})
    assert part.success
    assert any(
        "Nothing to preload" in (entry.message or "") for entry in place.instance.all_logs(part.run_id)
    )


@pytest.mark.filterwarnings("ignore::dagster.PreviewWarning")
def test_a_language_that_comes_back_is_asked_for_by_eager_too(place: Place) -> None:
    """Dagster takes it for made, for it was once: what tells is the tier that it came back with."""
    eager = place.definitions.map_resolved_asset_specs(
        func=lambda spec: spec.replace_attributes(automation_condition=dg.AutomationCondition.eager()),
        selection=[ASSET],
    )

    def asked_for(cursor: Any = None) -> tuple[set[str | None], Any]:
        only = dg.AssetSelection.assets(ASSET)
        result = dg.evaluate_automation_conditions(eager, place.instance, only, cursor=cursor)
        return set(result.get_requested_partitions(dg.AssetKey(ASSET))), result.cursor

    assert place.run(EVALUATION).success
    assert place.run(PRELOAD).success
    _, cursor = asked_for()
    follow(place.instance, ["en"])
    _, cursor = asked_for(cursor)
    follow(place.instance, ["en", "he", "ar"])
    asked, cursor = asked_for(cursor)
    assert not asked
    assert place.run(EVALUATION).success
    again, _ = asked_for(cursor)
    assert {"he", "ar"} <= again
