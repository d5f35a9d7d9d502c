"""Answers are checked in several threads at once."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest


def test_all_threads_share_one_identifier_of_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its own would take 130 MB while it loads."""
    from py3langid import langid

    language = importlib.import_module("langassets.translation.checks.languages.language")
    made = []
    load = langid.LanguageIdentifier.from_model_file

    def counted(*given: Any, **named: Any) -> Any:
        made.append(load(*given, **named))
        return made[-1]

    monkeypatch.setattr(langid.LanguageIdentifier, "from_model_file", counted)
    language._loaded.cache_clear()
    with ThreadPoolExecutor(4) as threads:
        identifiers = [*threads.map(lambda _: language._identifier(), range(4))]
    assert len(made) == 1
    assert all(identifier is made[0] for identifier in identifiers)
