"""Each asset check can fail: each is made to by what it is there to find, and passes otherwise."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from langassets.database.connection import writing
from langassets.database.schema import segments, translation_memory
from langassets.database.usage.lesson_usage import UsageRow, add_requests
from langassets.jobs.cleanup.job import plan_cleanup
from langassets.retention.plan import Action
from langassets_tests.defs.conftest import Place
from langassets_tests.servers.model_replies import Asked, Reply
from langassets_tests.servers.openai_server import OpenAIServer

EVALUATION, CLEANUP, PRELOAD = "language_evaluation", "language_cleanup", "preload_frequent_languages"


def evaluated(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {check.check_name: check for check in result.get_asset_check_evaluations()}


def button(place: Place, name: str) -> dg.AssetCheckEvaluation:
    """What a check says when a person starts it alone."""
    [key] = [key for key in place.repository.asset_checks_defs_by_key if key.name == name]
    definitions = [
        *place.repository.assets_defs_by_key.values(),
        *place.repository.asset_checks_defs_by_key.values(),
    ]
    result = dg.materialize(
        definitions, selection=dg.AssetSelection.checks(key), instance=place.instance, raise_on_error=False
    )
    return evaluated(result)[name]


@contextmanager
def later(place: Place, days: float, **environ: str) -> Iterator[Place]:
    """The same place some days later, with other settings."""
    moved = Place(place.home, place.instance, lambda: datetime.now(UTC) + timedelta(days=days), **environ)
    yield moved
    moved.services.data.dispose()


def test_counters_that_stand_still(place: Place) -> None:
    first = evaluated(place.run(EVALUATION))["usage_is_tracked"]
    assert first.passed
    with later(place, days=3) as place:
        found = evaluated(place.run(EVALUATION))["usage_is_tracked"]
    assert not found.passed
    assert "0 requests were counted since" in str(found.description)
    with place.services.data.begin() as connection:
        connection.execute(sa.text("UPDATE language_stats SET total_requests = total_requests + 7"))
    with later(place, days=6) as place:
        assert evaluated(place.run(EVALUATION))["usage_is_tracked"].passed


def test_usage_that_names_no_lesson(place: Place) -> None:
    assert evaluated(place.run(EVALUATION))["usage_names_lessons"].passed
    add_requests(place.services.data, [UsageRow("es", "nosuchlesson", date(2026, 11, 1), 40)])
    found = evaluated(place.run(EVALUATION))["usage_names_lessons"]
    assert not found.passed
    assert "40 requests name no lesson" in str(found.description)


def test_a_language_that_goes_in_and_out(place: Place) -> None:
    assert evaluated(place.run(EVALUATION))["no_language_flaps"].passed
    with later(place, days=10, PROMOTE_SHARE="0.4", DEMOTE_SHARE="0.4", TIER_MIN_REQUESTS="0") as place:
        found = evaluated(place.run(EVALUATION))["no_language_flaps"]
    assert not found.passed
    assert found.metadata["flapping"].value == ["es"]
    assert "PROMOTE_SHARE" in str(found.description)


def test_storage_that_still_holds_what_the_tier_has_no_use_for(place: Place) -> None:
    from langassets.jobs.demo import store_history

    store_history(place.services)
    place.run(EVALUATION)
    before = button(place, "storage_agrees_with_tier")
    assert not before.passed
    assert before.metadata["objects_left"].value == 15
    cleanup = evaluated(place.run(CLEANUP))
    assert cleanup["storage_agrees_with_tier"].passed
    assert cleanup["memory_makes_again"].passed
    assert cleanup["memory_makes_again"].metadata["deletions_tried"].value == 14


def test_memory_that_does_not_make_again_what_is_to_be_deleted(place: Place) -> None:
    from langassets.jobs.demo import store_history

    store_history(place.services)
    place.run(EVALUATION)
    step = asyncio.run(plan_cleanup(place.services)).plan.of(Action.DELETE)[0]
    table = translation_memory
    with writing(place.services.data) as connection:
        places = segments.c
        first = sa.select(places.source).where(places.key == step.key, places.place == 0)
        source = connection.scalar(first)
        spoilt = table.update().where(table.c.target_language == "fr", table.c.text_hash.startswith(source))
        assert connection.execute(spoilt.values(translation="Spoilt.")).rowcount == 1
    result = place.run(CLEANUP)
    assert result.success
    found = evaluated(result)["memory_makes_again"]
    assert not found.passed
    assert f"en>fr {source}" in str(found.description)
    assert "poilt" not in f"{found.description} {found.metadata}"
    refused = found.metadata["deletions_refused"].value
    assert evaluated(result)["storage_agrees_with_tier"].metadata["objects_left"].value == refused
    shown = result.get_asset_materialization_events()[0].materialization.metadata
    counts = {
        name: shown[name].value for name in ("deletions_refused", "objects_removed", "objects_archived")
    }
    assert counts == {"deletions_refused": 1, "objects_removed": 13, "objects_archived": 1}


def test_objects_that_vanish_and_objects_that_nobody_knows(place: Place) -> None:
    assert place.run(EVALUATION).success
    assert place.run(PRELOAD).success
    name = "manifest_agrees_with_storage"
    assert button(place, name).passed
    hebrew = place.home / "storage/he/lessons"
    kept = next(hebrew.glob("*/text.json"))
    body = kept.read_bytes()
    kept.unlink()
    found = button(place, name)
    assert not found.passed
    assert found.metadata["missing"].value == [str(kept.relative_to(place.home / "storage"))]
    kept.write_bytes(body)
    german = place.home / "storage/de/lessons/1/text.json"
    german.parent.mkdir(parents=True)
    german.write_text("{}", encoding="utf-8")
    found = button(place, name)
    assert not found.passed
    assert found.metadata["foreign"].value == ["de/lessons/1/text.json"]


def test_storage_that_cannot_be_looked_at(place: Place) -> None:
    """It fails, with the reason: what could not be checked does not count as sound."""
    (place.home / "storage").write_text("no folder", encoding="utf-8")
    for name in ("storage_agrees_with_tier", "manifest_agrees_with_storage"):
        found = button(place, name)
        assert not found.passed
        assert "It could not be checked" in str(found.description)


@pytest.fixture
def model() -> Iterator[OpenAIServer]:
    """Leaves Hebrew out of its answers."""

    def all_but_hebrew(asked: Asked, reply: Reply) -> Reply:
        return Reply([]) if asked.target_language == "he" else reply

    with OpenAIServer(behaviour=all_but_hebrew) as server:
        yield server


def test_segments_that_cannot_be_had_and_what_is_not_complete_for_it(
    home: Path, instance: dg.DagsterInstance, model: OpenAIServer
) -> None:
    place = Place(home, instance, OPENAI_API_KEY=model.key, OPENAI_BASE_URL=model.url)
    found = evaluated(place.run(PRELOAD))
    assert not found["few_segments_failed"].passed
    assert float(str(found["few_segments_failed"].metadata["share_failed"].value)) > 0.02
    assert not found["coverage_is_complete"].passed
    assert "he" in str(found["coverage_is_complete"].description)
    assert found["translations_are_fresh"].passed, "what is missing is not stale"
    place.services.data.dispose()


def test_lessons_that_changed_since(place: Place) -> None:
    found = evaluated(place.run(PRELOAD))
    assert {name: check.passed for name, check in found.items()} == {
        "coverage_is_complete": True,
        "translations_are_fresh": True,
        "few_segments_failed": True,
        "nothing_is_doubted": True,
    }
    with place.services.data.begin() as connection:
        changed = connection.execute(
            sa.text(
                "UPDATE content SET content_data = replace(content_data, 'a', 'e') WHERE content_id IN "
                "(SELECT content_id FROM content ORDER BY content_id LIMIT 1)"
            )
        )
        assert changed.rowcount == 1
    with later(place, days=0, MAX_REQUESTS_PER_RUN="0") as place:
        result = place.run(PRELOAD)
    assert not result.success
    found = evaluated(result)
    assert not found["translations_are_fresh"].passed
    assert int(str(found["translations_are_fresh"].metadata["objects_stale"].value)) > 0
