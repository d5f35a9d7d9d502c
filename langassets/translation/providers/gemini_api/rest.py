"""Gemini's REST interface as JSON, for what google-generativeai has no words for: batches, and flex."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from langassets import lazy
from langassets.errors import LangassetsError, ProviderUnavailableError
from langassets.translation.cost.tokens import answer_bound
from langassets.translation.providers.answers import answer_to, read_answer
from langassets.translation.providers.errors import timed_out, unavailable, unreachable
from langassets.translation.providers.gemini_api.errors import refused
from langassets.translation.providers.prompts import answer_schema, instructions, payload
from langassets.translation.providers.usage import gemini_usage
from langassets.translation.types import Answer, Batch, Finish, Mode

ADDRESS = "https://generativelanguage.googleapis.com"
VERSION = "v1beta"

REASONING = 8_000
"""Tokens that an answer may take for thinking: the library knows no way to tell a model how much to think."""

_FINISHES = {None: Finish.COMPLETE, "STOP": Finish.COMPLETE, "MAX_TOKENS": Finish.TRUNCATED}


def generation_config(model: str, batch: Batch) -> dict[str, Any]:
    """How an answer is to be, in the names of google-generativeai."""
    return {
        "response_mime_type": "application/json",
        "response_schema": answer_schema(),
        "max_output_tokens": answer_bound(batch.texts, batch.target_language, model, REASONING),
    }


def content_request(model: str, batch: Batch, mode: Mode = Mode.BATCH) -> dict[str, Any]:
    config = generation_config(model, batch)
    body: dict[str, Any] = {
        "systemInstruction": {"parts": [{"text": instructions(batch)}]},
        "contents": [{"role": "user", "parts": [{"text": payload(batch)}]}],
        "generationConfig": {
            "responseMimeType": config["response_mime_type"],
            "responseSchema": config["response_schema"],
            "maxOutputTokens": config["max_output_tokens"],
        },
    }
    return body | ({"serviceTier": "flex"} if mode is Mode.FLEX else {})


def read_content(said: Mapping[str, Any], batch: Batch, mode: Mode) -> Answer:
    """The answer in a response's JSON, billed by `mode`; raises TypeError, ValueError, KeyError or
    AttributeError where it is something else."""
    usage = gemini_usage(said.get("usageMetadata"))
    candidates = said.get("candidates") or ()
    if candidates:
        parts = (candidates[0].get("content") or {}).get("parts") or ()
        content = "".join(part.get("text", "") for part in parts if not part.get("thought"))
        finish = _FINISHES.get(candidates[0].get("finishReason"), Finish.REFUSED)
        answer = answer_to(batch, content, usage, finish)
    else:
        answer = read_answer("", len(batch.texts), usage, Finish.REFUSED)
    return replace(answer, mode=mode, request_id=said.get("responseId"))


class GeminiRest:
    """Gemini's REST interface at `endpoint`, for one model; `timeout` is in seconds."""

    def __init__(self, api_key: str, model: str, endpoint: str | None, timeout: float) -> None:
        self._key = api_key
        self._model = model
        self._where = endpoint or "Gemini"
        self._client = lazy.httpx.AsyncClient(
            base_url=f"{(endpoint or ADDRESS).rstrip('/')}/{VERSION}/",
            timeout=lazy.httpx.Timeout(timeout, connect=min(timeout, 15.0)),
            headers={"x-goog-api-key": api_key},
        )

    async def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, **query: Any
    ) -> tuple[dict[str, Any], Mapping[str, str]]:
        """What a call answers, and its headers; raises the errors of ours that `gemini_error` names."""
        httpx = lazy.httpx
        try:
            response = await self._client.request(method, path, json=body, params=query or None)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise unreachable(self._where, type(error).__name__, "GEMINI_API_ENDPOINT") from None
        except httpx.TimeoutException:
            raise timed_out(self._where) from None
        except httpx.HTTPError as error:
            raise unavailable(self._where, type(error).__name__) from None
        try:
            said = response.json()
        except ValueError:
            said = None
        if response.status_code != 200 or not isinstance(said, dict):
            raise self._error(response.status_code, said)
        return said, response.headers

    async def close(self) -> None:
        await self._client.aclose()

    def _error(self, status: int, said: Any) -> LangassetsError:
        if status == 200:
            return ProviderUnavailableError(
                f"{self._where} answered with something that makes no sense: check GEMINI_API_ENDPOINT."
            )
        error = said.get("error") if isinstance(said, dict) else None
        found = error if isinstance(error, dict) else {}
        message = str(found.get("message") or "").replace(self._key, "***")
        return refused(status, message, found.get("details") or (), self._model, self._where)
