"""What one provider does and another does not, and how settings choose between them."""

import asyncio

import pytest

from langassets.errors import (
    QuotaError,
    SettingsError,
)
from langassets.settings import load_settings
from langassets.translation.providers.gemini import GeminiProvider
from langassets.translation.providers.openai import OpenAIProvider
from langassets.translation.providers.opening import open_providers
from langassets.translation.types import Finish
from langassets_tests.servers.gemini_server import GeminiServer
from langassets_tests.servers.limiters import FixedWindow
from langassets_tests.servers.model_replies import Fault
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.translation.sides import BATCH, ask


def test_openai_reports_its_limits() -> None:
    with OpenAIServer(limiter=FixedWindow(10, 60.0)) as server:
        first, second = ask(OpenAIProvider(server.key, "gpt-6-luna", server.url, 5.0), BATCH, BATCH)
    assert first.limits is not None
    assert second.limits is not None
    assert (first.limits.limit_requests, first.limits.remaining_requests) == (10, 9)
    assert second.limits.remaining_requests == 8
    assert second.limits.reset_requests == pytest.approx(60, abs=2)


@pytest.mark.parametrize("fault", [Fault.TOO_LONG, Fault.FILTERED])
def test_openai_tells_what_is_too_long_and_what_is_filtered(fault: Fault) -> None:
    with OpenAIServer(behaviour=lambda _asked, _reply: fault) as server:
        (answer,) = ask(OpenAIProvider(server.key, "gpt-6-luna", server.url, 5.0))
    assert answer.finish is (Finish.TRUNCATED if fault is Fault.TOO_LONG else Finish.REFUSED)


@pytest.mark.parametrize(
    ("model", "effort"),
    [("gpt-6-luna", "none"), ("gpt-5.4-nano", "none"), ("gpt-5-mini", "minimal"), ("llama3.3", None)],
)
def test_openai_is_asked_for_as_little_reasoning_as_the_model_takes(model: str, effort: str | None) -> None:
    with OpenAIServer() as server:
        ask(OpenAIProvider(server.key, model, server.url, 5.0))
    assert server.requests[0].body.get("reasoning_effort") == effort


def test_a_server_of_ones_own_may_want_no_key() -> None:
    with OpenAIServer(key="none") as server:
        (answer,) = ask(OpenAIProvider(None, "llama3.3", server.url, 5.0))
    assert len(answer.texts) == 3


def test_a_quota_for_the_day_is_no_pause() -> None:
    with (
        GeminiServer(behaviour=lambda _asked, _reply: Fault.LIMIT_FOR_TODAY) as server,
        pytest.raises(QuotaError, match="today"),
    ):
        ask(GeminiProvider(server.key, "gemini-3.5-flash-lite", server.url, 5.0))


def test_two_gemini_providers_do_not_mix_up_their_addresses() -> None:
    with GeminiServer(key="one") as first, GeminiServer(key="two") as second:
        one = GeminiProvider("one", "gemini-3.5-flash-lite", first.url, 5.0)
        two = GeminiProvider("two", "gemini-3.5-flash-lite", second.url, 5.0)
        for provider in (one, two, one):
            asyncio.run(provider.translate(BATCH))
        asyncio.run(one.close())
        asyncio.run(two.close())
    assert (len(first.requests), len(second.requests)) == (2, 1)


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({}, ["pseudo"]),
        ({"OPENAI_API_KEY": "k"}, ["openai"]),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"}, ["openai"]),
        ({"GEMINI_API_KEY": "k"}, ["gemini"]),
        ({"GOOGLE_API_KEY": "k", "OPENAI_API_KEY": "k"}, ["gemini", "openai"]),
    ],
)
def test_keys_choose_the_providers(environ: dict[str, str], names: list[str]) -> None:
    assert [provider.name for provider in open_providers(load_settings(environ))] == names


def test_a_missing_package_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match=r"langassets\[gemini\]"):
        open_providers(load_settings({"GEMINI_API_KEY": "k"}))
