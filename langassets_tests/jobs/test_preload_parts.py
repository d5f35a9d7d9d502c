"""A preload in parts: nothing left out, nothing in two of them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.database.connection import engine_of
from langassets.database.locks import alone_in_languages, alone_in_storage
from langassets.errors import DatabaseBusyError, PassingError, SettingsError
from langassets.jobs.preload import parts
from langassets.jobs.preload.parts import WHOLE, PreloadPart, in_parts
from langassets.locales import tag_of
from langassets.services import Services
from langassets.settings import load_settings

CODES = ["ar", "de", "en", "es", "fr", "he", "iw", "pt-BR", "pt_BR", "zh-CN", "zh_CN", "zh"]


@given(st.lists(st.sampled_from(CODES), unique=True), st.integers(1, 15))
def test_every_language_is_in_one_part_and_with_its_other_codes(codes: list[str], size: int) -> None:
    parts = in_parts(codes, size)
    assert sorted(code for part in parts for code in part) == sorted(codes)
    tags = [{tag_of(code) for code in part} for part in parts]
    assert all(len(part) <= size for part in tags)
    assert sum(map(len, tags)) == len(set().union(*tags)), "a language is in two parts"
    assert len(parts) == -(-len(set().union(*tags)) // size)
    assert not tags or max(map(len, tags)) - min(map(len, tags)) <= 1


def test_what_a_run_of_a_part_is_told() -> None:
    part = PreloadPart(("ar", "es"))
    assert part.tags == {"langassets/languages": "ar,es"}
    assert part.config(translation_mode="direct") == {
        "ops": {
            "preloaded_translations": {"config": {"languages": ["ar", "es"], "translation_mode": "direct"}}
        }
    }
    assert (WHOLE.tags, WHOLE.config()) == ({}, {})


def test_it_takes_a_database_that_several_machines_share() -> None:
    with pytest.raises(SettingsError, match="PRELOAD_LANGUAGES_PER_RUN.*set DATABASE_URL"):
        load_settings({"PRELOAD_LANGUAGES_PER_RUN": "1"})


def test_by_settings(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings({"DATABASE_URL": postgres_url, "PRELOAD_LANGUAGES_PER_RUN": "1"})
    services = Services(settings)
    assert [part.languages for part in parts.preload_parts(services)] == [("ar",), ("en",), ("he",)]
    wide = Services(settings.model_copy(update={"preload_languages_per_run": 3}))
    assert parts.preload_parts(wide) == (WHOLE,)

    def busy(*_: object) -> None:
        raise DatabaseBusyError("The database does not answer.")

    monkeypatch.setattr("langassets.jobs.evaluation.frequent_languages.frequent_languages", busy)
    assert parts.preload_parts(services) == (WHOLE,), "the run waits for the database"
    services.data.dispose()
    wide.data.dispose()


def test_preloads_of_other_languages_run_beside_each_other_and_none_beside_a_cleanup(
    postgres_url: str, tmp_path: Path
) -> None:
    one, two = engine_of(postgres_url, tmp_path), engine_of(postgres_url, tmp_path)
    with alone_in_languages(one, ["he", "ar"]):
        with alone_in_languages(two, ["es"], patience=0.1):
            pass
        with pytest.raises(PassingError), alone_in_languages(two, ["es", "iw"], patience=0.1):
            raise AssertionError("iw is Hebrew, which another preload has")
        with pytest.raises(PassingError), alone_in_storage(two, patience=0.1):
            raise AssertionError("a cleanup beside a preload")
    with alone_in_storage(one), pytest.raises(PassingError), alone_in_languages(two, ["es"], patience=0.1):
        raise AssertionError("a preload beside a cleanup")
    with alone_in_storage(two):
        pass
    one.dispose()
    two.dispose()
