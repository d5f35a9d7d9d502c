"""Gemini, by google-generativeai over REST. Its maker has ended it: only this file knows it."""

import asyncio
import importlib.util
import re
import threading
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from langassets.errors import (
    ProviderError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    ProviderUnreachableError,
    QuotaError,
    RateLimitedError,
    SettingsError,
)
from langassets.translation.cost.tokens import answer_bound
from langassets.translation.providers.answers import read_answer
from langassets.translation.providers.headers import seconds
from langassets.translation.providers.prompts import instructions, payload
from langassets.translation.types import Answer, Batch, Finish, TokenUsage

# The numbers of `Candidate.FinishReason` that are neither a stop (1) nor the token limit (2) are refusals
# of one kind or another: safety, recitation, language, blocklist, ….
_STOP, _MAX_TOKENS = 1, 2
# The library knows no way to tell a model how much to think.
_REASONING = 8_000
_MOST_THREADS = 256  # as many as TRANSLATION_CONCURRENCY may name; they are made as they are needed
_MOST_REJECTED = 5  # requests in a row
_A_DAY = re.compile(r"PerDay", re.IGNORECASE)

# The client library keeps its configuration for the whole process.
_configuring = threading.Lock()
_configured: list[object] = []


class GeminiProvider:
    """A model of Gemini's. `endpoint` is another address for its REST interface; `timeout` is in seconds.

    Raises `SettingsError` where the extra is not installed.
    """

    name = "gemini"

    def __init__(self, api_key: str, model: str, endpoint: str | None, timeout: float) -> None:
        self.model = model
        self._key = api_key
        self._endpoint = endpoint
        self._timeout = timeout
        self._rejected = 0
        self._threads = ThreadPoolExecutor(_MOST_THREADS, "gemini")
        if not _installed():
            raise SettingsError(
                "GEMINI_API_KEY is set and the package for Gemini is not installed: "
                "pip install 'langassets[gemini]', or unset GEMINI_API_KEY."
            )

    async def translate(self, batch: Batch) -> Answer:
        """Send one request, without retrying; the library's asynchronous call does not work over REST."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._translate, batch)

    async def close(self) -> None:
        """Let the threads go; what is under way in one ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _library(self) -> Any:
        """The client library, set to this provider's key and address."""
        with _configuring:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it says at import that its maker has ended it
                import google.generativeai

            library: Any = google.generativeai
            if _configured != [self]:
                options = {"api_endpoint": self._endpoint} if self._endpoint else {}
                library.configure(api_key=self._key, transport="rest", client_options=options)
                _widen()
                _configured[:] = [self]
        return library

    def _translate(self, batch: Batch) -> Answer:
        model = self._library().GenerativeModel(
            self.model,
            system_instruction=instructions(batch),
            generation_config={
                "response_mime_type": "application/json",
                "response_schema": _SCHEMA,
                "max_output_tokens": answer_bound(batch.texts, batch.target_language, self.model, _REASONING),
            },
        )
        try:
            response = model.generate_content(
                payload(batch), request_options={"timeout": self._timeout, "retry": None}
            )
        except Exception as error:  # noqa: BLE001 - the library lets those of three others through
            return self._failed(error)
        self._rejected = 0
        return _read(response, len(batch.texts))

    def _failed(self, error: Exception) -> Answer:
        """Raise what the library raised as an error of ours, or return what it amounts to."""
        mapped = _mapped(error, self.model, self._endpoint or "Gemini")
        if _status(error) == 400 and "GEMINI_API_KEY" not in str(mapped):
            # Some requests may be refused for their texts; all of them are for a setting.
            self._rejected += 1
            if self._rejected < _MOST_REJECTED:
                return Answer({}, TokenUsage(), Finish.REFUSED, None, str(mapped))
        raise mapped from None


def _widen() -> None:
    """Let as many connections stay open as there may be threads; by itself the library keeps ten."""
    from google.generativeai.client import get_default_generative_client
    from requests.adapters import HTTPAdapter

    session = getattr(get_default_generative_client().transport, "_session", None)
    if session is not None:
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=_MOST_THREADS))


def _installed() -> bool:
    try:
        return importlib.util.find_spec("google.generativeai") is not None
    except ModuleNotFoundError:  # there is not even the package around it
        return False


_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "translations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "integer"}, "text": {"type": "string"}},
                "required": ["id", "text"],
            },
        }
    },
    "required": ["translations"],
}


def _read(response: Any, count: int) -> Answer:
    counted = response.usage_metadata
    # What a model thought is billed as output, and stands in the total alone.
    output = max(counted.total_token_count - counted.prompt_token_count, counted.candidates_token_count)
    usage = TokenUsage(counted.prompt_token_count, output)
    if not response.candidates:
        return read_answer("", count, usage, Finish.REFUSED)
    candidate = response.candidates[0]
    reason = int(candidate.finish_reason)
    finish = {_STOP: Finish.COMPLETE, _MAX_TOKENS: Finish.TRUNCATED}.get(reason, Finish.REFUSED)
    text = "".join(part.text for part in candidate.content.parts)
    return read_answer(text, count, usage, finish)


def _status(error: Exception) -> int | None:
    code = getattr(error, "code", None)
    return int(code) if code is not None else None


def _mapped(error: Exception, model: str, where: str) -> Exception:
    """An error of google-api-core, requests or the parser, as one of ours; none of their texts goes in
    that could hold the key."""
    name = type(error).__name__
    status = _status(error)
    said = str(getattr(error, "message", "") or "")
    if _is_unreachable(error):
        return ProviderUnreachableError(
            f"{where} cannot be reached ({name}): see whether the network and GEMINI_API_ENDPOINT are right."
        )
    if status == 504 or name in {"ReadTimeout", "Timeout"}:
        return ProviderTimeoutError(
            f"{where} did not answer in time: where it is slow, raise TRANSLATION_TIMEOUT."
        )
    if status is None or status in {408, 409} or status >= 500:
        return ProviderUnavailableError(f"{where} cannot answer now ({status or name}): try again later.")
    if status in {401, 403} or "api key" in said.lower():
        return ProviderError(f"{where} refused the key ({status}): correct GEMINI_API_KEY.")
    if status == 429:
        return _limited(error, where)
    if status == 404:
        return ProviderError(f"{where} knows no model {model!r}: correct GEMINI_MODEL.")
    return ProviderError(f"{where} refused the request ({status}): {' '.join(said.split())[:300]}")


def _is_unreachable(error: Exception) -> bool:
    """Whether no connection came about; requests calls one that broke off later by the same name."""
    from requests.exceptions import ConnectionError as NoConnectionError
    from urllib3.exceptions import NewConnectionError

    cause = error.args[0] if isinstance(error, NoConnectionError) and error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError) or (
        type(error).__name__ == "ConnectTimeout"
    )


def _limited(error: Exception, where: str) -> Exception:
    """A 429: a pause, or the end of today's quota. Over REST its details are JSON as it came."""
    details = [detail for detail in getattr(error, "details", None) or () if isinstance(detail, dict)]
    quotas = [str(each.get("quotaId")) for detail in details for each in detail.get("violations", ())]
    if any(_A_DAY.search(quota) for quota in quotas):
        return QuotaError(f"{where}: the quota for today is used up; raise it, or wait for tomorrow.")
    waits = [seconds(detail.get("retryDelay")) for detail in details]
    return RateLimitedError(f"{where} asks to slow down.", next((wait for wait in waits if wait), None))
