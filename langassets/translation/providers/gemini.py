"""Gemini, by google-generativeai over REST. Its maker has ended it: only this file knows it. What it has no
words for goes over REST without it."""

import asyncio
import importlib.util
import re
import threading
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from typing import Any

from langassets import lazy
from langassets.errors import SettingsError
from langassets.translation.providers.answers import cut_short
from langassets.translation.providers.errors import RejectedError, Rejections, unavailable
from langassets.translation.providers.flex import FlexTrials, patience
from langassets.translation.providers.gemini_api.errors import does_not_stream, gemini_error
from langassets.translation.providers.gemini_api.rest import (
    GeminiRest,
    content_request,
    generation_config,
    read_content,
)
from langassets.translation.providers.gemini_api.stream import StreamedContent
from langassets.translation.providers.prompts import instructions, payload
from langassets.translation.types import Answer, Batch, Finish, Heard, Mode, unheard

_MOST_THREADS = 256  # as many as TRANSLATION_CONCURRENCY may name; they are made as they are needed

_RESPONSE_ID = re.compile(rb'"responseId"\s*:\s*"([\w.-]+)"')

# The client library keeps its configuration for the whole process.
_configuring = threading.Lock()
_configured: list[object] = []
# `response`, the last one of requests, which the library does not close, and its name, `response_id`.
_of_this_thread = threading.local()


class _GivenUpError(Exception):
    """Nobody waits for the answer any more."""


class GeminiProvider:
    """A model of Gemini's. `endpoint` is another address for its REST interface; `timeout` is in seconds, for
    how long it may say nothing.

    Raises `SettingsError` where the extra is not installed.
    """

    name = "gemini"

    def __init__(self, api_key: str, model: str, endpoint: str | None, timeout: float) -> None:
        self.model = model
        self._key = api_key
        self._endpoint = endpoint
        self._timeout = timeout
        self.mode = Mode.DIRECT
        self._rejections = Rejections()
        self._flex = FlexTrials()
        self._rest: GeminiRest | None = None
        self._streams = True
        self._threads = ThreadPoolExecutor(_MOST_THREADS, "gemini")
        if not _installed():
            raise SettingsError(
                "GEMINI_API_KEY is set and the package for Gemini is not installed: "
                "pip install 'langassets[gemini]', or unset GEMINI_API_KEY."
            )

    async def translate(self, batch: Batch, heard: Heard = unheard) -> Answer:
        """Send one request, without retrying, in a thread: the library's asynchronous call does not work over
        REST. A second one goes out only where the endpoint does not stream, or does not answer as flex."""
        if self._flex.mode(self.mode) is Mode.FLEX:
            try:
                with self._flex.tried(Mode.FLEX):
                    return await self._by_flex(batch)
            except RejectedError as error:
                if not self._flex.refused(error):
                    return self._rejections.answer(error)
        loop = asyncio.get_running_loop()
        given_up = threading.Event()

        def deliver(texts: Mapping[int, str]) -> None:
            if not given_up.is_set():
                heard(texts)

        def pass_on(texts: Mapping[int, str]) -> None:
            if given_up.is_set():
                raise _GivenUpError
            loop.call_soon_threadsafe(deliver, texts)

        try:
            return await loop.run_in_executor(self._threads, self._translate, batch, pass_on)
        finally:
            given_up.set()

    def rest(self) -> GeminiRest:
        """The way to what the library has no words for."""
        if self._rest is None:
            timeout = patience(self._timeout, self.mode)
            self._rest = GeminiRest(self._key, self.model, self._endpoint, timeout)
        return self._rest

    async def _by_flex(self, batch: Batch) -> Answer:
        """The library knows no tiers."""
        path = f"models/{self.model.removeprefix('models/')}:generateContent"
        body = content_request(self.model, batch, Mode.FLEX)
        said, headers = await self.rest().call("POST", path, body)
        # Where there was no room, it may have been answered as any other.
        tier = str(headers.get("x-gemini-service-tier") or "flex").lower()
        try:
            answer = read_content(said, batch, Mode.FLEX if tier == "flex" else Mode.DIRECT)
        except (TypeError, ValueError, KeyError, AttributeError):
            raise unavailable(self._endpoint or "Gemini", "what it answered makes no sense") from None
        self._rejections.over()
        return answer

    async def close(self) -> None:
        """Let the threads go; what is under way in one ends by itself."""
        if self._rest is not None:
            await self._rest.close()
            self._rest = None
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

    def _translate(self, batch: Batch, heard: Heard) -> Answer:
        model = self._library().GenerativeModel(
            self.model,
            system_instruction=instructions(batch),
            generation_config=generation_config(self.model, batch),
        )
        streamed, streams = StreamedContent(len(batch.texts)), self._streams
        broken = ""
        vars(_of_this_thread).pop("response_id", None)
        try:
            response = model.generate_content(
                payload(batch), stream=streams, request_options={"timeout": self._timeout, "retry": None}
            )
            for chunk in response if streams else (response,):
                heard(streamed.take(chunk))
        except _GivenUpError:
            raise
        except Exception as error:  # noqa: BLE001 - the library lets those of three others through
            if streams and not streamed.reader.content and does_not_stream(error):
                self._streams = False
                return self._translate(batch, heard)
            ours = gemini_error(error, self.model, self._endpoint or "Gemini")
            if isinstance(ours, RejectedError):
                return self._rejections.answer(ours)
            if not streamed.finished and not streamed.reader.texts:
                raise ours from None
            broken = str(ours)
        finally:
            _close_response()
        self._rejections.over()
        response_id = vars(_of_this_thread).get("response_id")
        answer = replace(streamed.answer(batch), request_id=response_id)
        said = streamed.reader.texts
        ended = streamed.finished or answer.finish is Finish.REFUSED
        if answer.problem and not ended and (said or streams):
            return cut_short(answer, said, broken, self._endpoint or "Gemini")
        return answer


def _widen(client: Any) -> None:
    """Let as many connections stay open as there may be threads, where the library keeps ten, and read what
    is streamed as it comes, where the library reads one byte after the other."""
    session = getattr(client.transport, "_session", None)
    if session is not None:
        session.hooks["response"].append(_read_as_it_comes)
        for scheme in ("https://", "http://"):
            adapter = lazy.requests_adapters.HTTPAdapter(pool_connections=1, pool_maxsize=_MOST_THREADS)
            session.mount(scheme, adapter)


def _read_as_it_comes(response: Any, **_: object) -> None:
    iter_content = response.iter_content

    def as_it_comes(chunk_size: int | None = None, decode_unicode: bool = False) -> Any:
        for chunk in iter_content(chunk_size, decode_unicode):
            _note_response_id(chunk)
            yield chunk

    response.iter_content = as_it_comes
    _of_this_thread.response = response


def _note_response_id(chunk: bytes | str) -> None:
    """Keep by which name Gemini answered: each piece says so, and the library does not hand it on."""
    found = _RESPONSE_ID.search(chunk if isinstance(chunk, bytes) else chunk.encode())
    if found:
        _of_this_thread.response_id = found[1].decode()


def _close_response() -> None:
    """Close what was not read to its end."""
    response = vars(_of_this_thread).pop("response", None)
    if response is not None:
        response.close()


def _installed() -> bool:
    try:
        return importlib.util.find_spec("google.generativeai") is not None
    except ModuleNotFoundError:  # there is not even the package around it
        return False
