"""OpenAI, and whatever speaks its chat completions (OPENAI_BASE_URL): a gateway, a model on this machine."""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from langassets import lazy
from langassets.errors import ProviderUnavailableError
from langassets.translation.cost.tokens import answer_bound
from langassets.translation.providers.answers import answer_to, cut_short
from langassets.translation.providers.errors import RejectedError, Rejections
from langassets.translation.providers.flex import FlexTrials, patience
from langassets.translation.providers.headers import rate_limits
from langassets.translation.providers.openai_errors import translated_errors
from langassets.translation.providers.openai_stream import WAYS, StreamedCompletion
from langassets.translation.providers.prompts import (
    answer_schema,
    instructions,
    lessons,
    of_language,
    payload,
)
from langassets.translation.providers.usage import openai_usage
from langassets.translation.types import Answer, Batch, Finish, Heard, Mode, RateLimits, unheard

if TYPE_CHECKING:
    from openai import AsyncOpenAI

# Passed on whatever the environment says: settings are read in one place.
_ADDRESS = "https://api.openai.com/v1"

# Tokens that an answer may take for reasoning, by effort; a model that knows no such thing may think all the
# same, as many do that run on one's own machine.
_REASONING: Mapping[str | None, int] = {"none": 0, "minimal": 2_000, "low": 8_000, None: 8_000}

# Seconds to get through to a server: one that is there is reached in far less, however long it then thinks.
_LONGEST_WAY = 15.0

_FAMILY = re.compile(r"gpt-(\d+)(?:\.(\d+))?(?![\w.])")

# Strict modes take an object only where nothing else may be in it.
_SCHEMA = answer_schema(additionalProperties=False)
_FINISHES = {"stop": Finish.COMPLETE, "length": Finish.TRUNCATED, "content_filter": Finish.REFUSED}


class OpenAIProvider:
    """A model at OpenAI, or at `base_url`. `timeout` is in seconds, for how long it may say nothing.

    One event loop for its whole life, as the client library wants it.
    """

    name = "openai"

    def __init__(self, api_key: str | None, model: str, base_url: str | None, timeout: float) -> None:
        self.model = model
        self._key = api_key or ""
        self._address = base_url or _ADDRESS
        self._timeout = timeout
        self.mode = Mode.DIRECT
        self._rejections = Rejections()
        self._flex = FlexTrials()
        self._way = 0  # the first of `WAYS` that has not been refused

    async def translate(self, batch: Batch, heard: Heard = unheard) -> Answer:
        """Send one request, without retrying; a second one only where the server refuses to stream, or to
        answer as flex."""
        while True:
            way, mode = self._way, self._flex.mode(self.mode)
            try:
                with self._flex.tried(mode):
                    return await self._asked(batch, heard, WAYS[way], mode)
            except RejectedError as error:
                if mode is Mode.FLEX and self._flex.refused(error):
                    continue
                if not error.about_streaming or not WAYS[way]:
                    return self._rejections.answer(error)
                self._way = max(self._way, way + 1)

    async def _asked(self, batch: Batch, heard: Heard, way: Mapping[str, Any], mode: Mode) -> Answer:
        streamed = StreamedCompletion(len(batch.texts))
        headers: Mapping[str, str] = {}
        broken = ""
        try:
            with self.errors():
                response = await self.client.chat.completions.with_raw_response.create(
                    **request(self.model, batch, mode), **way, timeout=self._patience(mode)
                )
                headers = response.headers
                if not way or _is_whole(headers):
                    return self._read(batch, json.loads(await response.http_response.aread()), headers)
                events = response.parse(to=lazy.openai.AsyncStream[object])
                await streamed.read(events, heard, patience(self._timeout, mode))
        except ProviderUnavailableError as error:
            if not streamed.finished and not streamed.reader.texts:
                raise
            broken = str(error)
        answer = self._read(batch, streamed.completion, headers)
        if way and not streamed.finished and answer.problem:
            return cut_short(answer, streamed.reader.texts, broken, urlsplit(self._address).netloc)
        return answer

    def _read(self, batch: Batch, completion: Any, headers: Mapping[str, str]) -> Answer:
        answer = read_completion(completion, batch, self._address, rate_limits(headers))
        self._rejections.over()
        return replace(answer, request_id=headers.get("x-request-id") or answer.request_id)

    def _patience(self, mode: Mode) -> Any:
        """How long the library is to wait."""
        seconds = patience(self._timeout, mode)
        return lazy.openai.Timeout(seconds, connect=min(seconds, _LONGEST_WAY))

    async def close(self) -> None:
        client = self.__dict__.pop("client", None)
        if client is not None:
            await client.close()

    @cached_property
    def client(self) -> "AsyncOpenAI":
        """The library's client, made when it is first used; its own retries are off."""
        return lazy.openai.AsyncOpenAI(
            # A server of one's own may want none; the client wants one.
            api_key=self._key or "none",
            base_url=self._address,
            timeout=self._patience(Mode.DIRECT),
            max_retries=0,
        )

    def errors(self) -> AbstractContextManager[None]:
        """Within it, the library's errors are raised as ours."""
        return translated_errors(self._address, self.model, self._key)


def _is_whole(headers: Mapping[str, str]) -> bool:
    """Whether a server has not streamed, though it was asked to."""
    kind = headers.get("content-type", "")
    return "json" in kind or "html" in kind


def request(model: str, batch: Batch, mode: Mode = Mode.DIRECT) -> dict[str, Any]:
    """The body of a request for chat completions."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": instructions(batch)},
            {"role": "user", "content": payload(batch)},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "translations", "strict": True, "schema": _SCHEMA},
        },
    }
    if mode is Mode.FLEX:
        body["service_tier"] = "flex"
    if _pays_for_caching(model):
        # What other languages will ask for as well is cached, and nothing else; the key has them come to the
        # same machine.
        body["prompt_cache_options"] = {"mode": "explicit"}
        if batch.shared:
            body["prompt_cache_key"] = hashlib.sha256(lessons(batch).encode()).hexdigest()[:32]
            body["messages"][1]["content"] = [
                {
                    "type": "text",
                    "text": lessons(batch) + "\n",
                    "prompt_cache_breakpoint": {"mode": "explicit"},
                },
                {"type": "text", "text": of_language(batch)},
            ]
    effort = _effort(model)
    if effort is not None:
        body["reasoning_effort"] = effort
    reasoning = _REASONING[effort]
    body["max_completion_tokens"] = answer_bound(batch.texts, batch.target_language, model, reasoning)
    return body


def _pays_for_caching(model: str) -> bool:
    """Whether a model's family takes a quarter more for what it puts into its cache, and puts whole prompts
    there where nothing else is said: from GPT-5.6 on."""
    found = _FAMILY.match(model.split("/")[-1])
    return found is not None and (int(found[1]), int(found[2] or 0)) >= (5, 6)


def read_completion(completion: Any, batch: Batch, address: str, limits: RateLimits | None = None) -> Answer:
    """The answer in a chat completion's JSON.

    Raises `ProviderUnavailableError` where it is none: something stands between us and the model.
    """
    try:
        choice = completion["choices"][0]
        message = choice["message"]
        finish = _FINISHES.get(choice.get("finish_reason"), Finish.COMPLETE)
        if message.get("refusal"):
            finish = Finish.REFUSED
        content, usage = str(message.get("content") or ""), openai_usage(completion.get("usage"))
    except (KeyError, IndexError, TypeError, AttributeError, ValueError):
        raise ProviderUnavailableError(
            f"{urlsplit(address).netloc} answered with something that is no chat completion: "
            "check OPENAI_BASE_URL."
        ) from None
    answer = answer_to(batch, content, usage, finish, limits)
    # A server that has no room may answer a request for flex as any other, and says so.
    mode = Mode.FLEX if completion.get("service_tier") == "flex" else Mode.DIRECT
    return replace(answer, mode=mode, request_id=completion.get("id"))


def _effort(model: str) -> str | None:
    """Translating wants no reasoning: the least that a model's family takes, None where it takes none."""
    plain = model.split("/")[-1]
    if plain.startswith(("gpt-5.", "gpt-6")):
        return "none"
    if plain.startswith("gpt-5") and "chat" not in plain:
        return "minimal"
    return "low" if plain.startswith(("o1", "o3", "o4")) else None
