"""`AUTOMATION=declarative`: what a new tier and other lessons start, and what starts nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from langassets.database.application import content
from langassets.database.connection import writing
from langassets.defs.assets.partitions import follow
from langassets_tests.defs.conftest import Place
from langassets_tests.defs.daemon import daemon

EVALUATION, PRELOAD = "language_evaluation", "preload_frequent_languages"
LANGUAGES = {"ar", "en", "es", "he", "pt-BR"}
AT = datetime(2026, 3, 3, 10, 20, tzinfo=UTC)
# Dagster's own ways of looking at conditions, which it has marked itself.
pytestmark = [
    pytest.mark.filterwarnings("ignore::dagster.PreviewWarning"),
    pytest.mark.filterwarnings("ignore:.*include_sources.*:dagster.BetaWarning"),
]


class Looks:
    """One look after the other at the conditions; each tells what it requests."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._cursor: Any = None
        assert not self.look()

    def look(self, at: datetime | None = None) -> dict[str, set[str | None]]:
        """By asset, the partitions that are requested."""
        result = dg.evaluate_automation_conditions(
            self.place.definitions, self.place.instance, evaluation_time=at, cursor=self._cursor
        )
        self._cursor = result.cursor
        found = {
            key.path[-1]: result.get_requested_partitions(key)
            for key in self.place.repository.asset_graph.get_all_asset_keys()
        }
        return {name: set(partitions) for name, partitions in found.items() if partitions}


@pytest.fixture
def place(home: Path, lasting_instance: dg.DagsterInstance) -> Iterator[Place]:
    made = Place(home, lasting_instance, AUTOMATION="declarative", TIER_MIN_REQUESTS="0")
    yield made
    made.services.data.dispose()


def _change_a_lesson(place: Place) -> None:
    with writing(place.services.data) as connection:
        [first, *_] = connection.execute(
            sa.select(content.c.content_id).order_by(content.c.content_id)
        ).scalars()
        changed = sa.update(content).where(content.c.content_id == first)
        connection.execute(changed.values(content_data={"text": "Another lesson, of other words."}))


def _observe(place: Place) -> None:
    _make(place, ["lessons"])


def _make(place: Place, assets: list[str], **tags: str) -> None:
    job = place.definitions.resolve_implicit_global_asset_job_def()
    selection = [dg.AssetKey(asset) for asset in assets]
    assert job.execute_in_process(instance=place.instance, asset_selection=selection, tags=tags).success


def test_what_it_replaces_is_not_there_and_schedules_are(place: Place) -> None:
    sensors = {sensor.name for sensor in place.repository.sensor_defs}
    assert "declarative_automation" in sensors
    assert not {"cleanup_after_evaluation", "preload_on_startup"} & sensors
    assert {one.name for one in place.repository.schedule_defs} == {
        f"{EVALUATION}_schedule",
        f"{PRELOAD}_schedule",
    }


@pytest.mark.parametrize(
    "environ", [{}, {"AUTOMATION": "declarative", "ENABLE_BACKGROUND_JOBS": "false"}], ids=["default", "off"]
)
def test_no_asset_has_a_condition_that_is_not_asked_for(
    home: Path, instance: dg.DagsterInstance, environ: dict[str, Any]
) -> None:
    """Nor a sensor that looks at it, which could be switched on in the web UI."""
    repository = Place(home, instance, **environ).repository
    assert not repository.asset_graph.get_all_asset_keys() - {
        key
        for key in repository.asset_graph.get_all_asset_keys()
        if repository.asset_graph.get(key).automation_condition is None
    }
    assert not [one for one in repository.sensor_defs if "automation" in one.name]


def test_each_tier_is_followed_by_one_cleanup_also_beside_one_that_runs(place: Place) -> None:
    looks = Looks(place)
    assert place.run(EVALUATION).success
    assert looks.look()["cleaned_storage_state"] == {None}
    assert not looks.look()
    assert place.run("language_cleanup").success
    assert not looks.look()
    assert place.run(EVALUATION).success  # the same languages: nothing to preload
    assert looks.look() == {"cleaned_storage_state": {None}}
    assert place.run(EVALUATION).success  # seen by the very next look
    assert looks.look() == {"cleaned_storage_state": {None}}
    assert place.run(EVALUATION).success
    assert place.run(EVALUATION).success  # two between two looks share one
    assert looks.look() == {"cleaned_storage_state": {None}}
    assert not looks.look()


def test_a_tier_and_a_cleanup_of_one_run_need_no_second(place: Place) -> None:
    looks = Looks(place)
    _make(place, ["language_usage_stats", "frequent_language_tier", "cleaned_storage_state"])
    assert "cleaned_storage_state" not in looks.look()


def test_other_lessons_start_a_preload_and_the_same_ones_none(place: Place) -> None:
    assert place.run(EVALUATION).success
    looks = Looks(place)
    _observe(place)  # seen for the first time
    assert looks.look() == {"preloaded_translations": LANGUAGES}
    for _ in range(2):  # a preload observes them itself
        assert place.run(PRELOAD).success
        assert not looks.look()
    _observe(place)
    assert not looks.look()
    _change_a_lesson(place)
    assert not looks.look()  # nobody has looked at them
    _observe(place)
    assert looks.look() == {"preloaded_translations": LANGUAGES}
    assert place.run(PRELOAD).success
    assert not looks.look()


def test_lessons_that_a_preload_saw_first_are_preloaded_for_the_others_too(place: Place) -> None:
    """A run for one language would else be the only one to know of the change."""
    assert place.run(EVALUATION).success
    assert place.run(PRELOAD).success
    looks = Looks(place)
    _change_a_lesson(place)
    assert place.run(PRELOAD, partition_key="he").success
    assert looks.look() == {"preloaded_translations": LANGUAGES}
    assert not looks.look()


def test_languages_that_come_go_and_come_back_are_preloaded(place: Place) -> None:
    assert place.run(EVALUATION).success
    assert place.run(PRELOAD).success
    looks = Looks(place)
    seen = []
    for further in ("", ",fr", "", ",fr"):
        environ: dict[str, Any] = {"AUTOMATION": "declarative", "PREDEFINED_LANGUAGES": f"en,he,ar{further}"}
        other = Place(place.home, place.instance, TIER_MIN_REQUESTS="0", **environ)
        assert other.run(EVALUATION).success
        seen.append(looks.look().get("preloaded_translations", set()))
        assert not looks.look()
        other.services.data.dispose()
    assert seen == [set(), LANGUAGES | {"fr"}, LANGUAGES, LANGUAGES | {"fr"}]
    follow(place.instance, ["en"])  # what is gone is not asked for
    _change_a_lesson(place)
    _observe(place)
    assert looks.look() == {"preloaded_translations": {"en"}}


def test_lessons_are_looked_at_each_hour(place: Place) -> None:
    looks = Looks(place)
    looks.look(AT)
    assert not looks.look(AT + timedelta(minutes=30))
    assert looks.look(AT + timedelta(minutes=41)) == {"lessons": {None}}
    assert not looks.look(AT + timedelta(minutes=50))


def test_the_daemon_starts_one_run_for_all_languages_and_does_not_loop(place: Place) -> None:
    assert place.run(EVALUATION).success
    now = datetime.now(UTC).replace(minute=30)
    with daemon(place) as made:
        assert not made.conditions(now)
        _observe(place)
        [preload] = made.conditions(now + timedelta(seconds=40))
        assert preload.asset_selection == {dg.AssetKey("preloaded_translations")}
        _carry_out(place, preload)
        assert not made.conditions(now + timedelta(seconds=80))
        assert place.run(EVALUATION).success
        [cleanup] = made.conditions(now + timedelta(seconds=120))
        assert cleanup.asset_selection == {dg.AssetKey("cleaned_storage_state")}
        _carry_out(place, cleanup)
        assert not made.conditions(now + timedelta(seconds=160))


def _carry_out(place: Place, run: dg.DagsterRun) -> None:
    """Do what a run in the queue was asked for."""
    tags = {name: value for name, value in run.tags.items() if not name.startswith(".dagster")}
    _make(place, [key.to_user_string() for key in run.asset_selection or ()], **tags)
    place.instance.report_run_canceled(run)
