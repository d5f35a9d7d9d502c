"""Gemini, by google-generativeai over REST. Its maker has ended it: only this file knows it."""

import asyncio
import importlib.util
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

from langassets import lazy
from langassets.errors import SettingsError
from langassets.translation.cost.tokens import answer_bound
from langassets.translation.providers.answers import read_answer
from langassets.translation.providers.errors import RejectedError, Rejections
from langassets.translation.providers.gemini_errors import gemini_error
from langassets.translation.providers.prompts import answer_schema, instructions, payload
from langassets.translation.types import Answer, Batch, Finish, TokenUsage

# The numbers of `Candidate.FinishReason` that are neither a stop (1) nor the token limit (2) are refusals
# of one kind or another: safety, recitation, language, blocklist, ….
_STOP, _MAX_TOKENS = 1, 2
# The library knows no way to tell a model how much to think.
_REASONING = 8_000
_MOST_THREADS = 256  # as many as TRANSLATION_CONCURRENCY may name; they are made as they are needed

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
        self._rejections = Rejections()
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
                library: Any = import_module("google.generativeai")
            if _configured != [self]:
                options = {"api_endpoint": self._endpoint} if self._endpoint else {}
                library.configure(api_key=self._key, transport="rest", client_options=options)
                _widen(import_module("google.generativeai.client").get_default_generative_client())
                _configured[:] = [self]
        return library

    def _translate(self, batch: Batch) -> Answer:
        model = self._library().GenerativeModel(
            self.model,
            system_instruction=instructions(batch),
            generation_config={
                "response_mime_type": "application/json",
                "response_schema": answer_schema(),
                "max_output_tokens": answer_bound(batch.texts, batch.target_language, self.model, _REASONING),
            },
        )
        try:
            response = model.generate_content(
                payload(batch), request_options={"timeout": self._timeout, "retry": None}
            )
        except Exception as error:  # noqa: BLE001 - the library lets those of three others through
            ours = gemini_error(error, self.model, self._endpoint or "Gemini")
            if isinstance(ours, RejectedError):
                return self._rejections.answer(ours)
            raise ours from None
        self._rejections.over()
        return _read(response, len(batch.texts))


def _widen(client: Any) -> None:
    """Let as many connections stay open as there may be threads; by itself the library keeps ten."""
    session = getattr(client.transport, "_session", None)
    if session is not None:
        for scheme in ("https://", "http://"):
            adapter = lazy.requests_adapters.HTTPAdapter(pool_connections=1, pool_maxsize=_MOST_THREADS)
            session.mount(scheme, adapter)


def _installed() -> bool:
    try:
        return importlib.util.find_spec("google.generativeai") is not None
    except ModuleNotFoundError:  # there is not even the package around it
        return False


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
