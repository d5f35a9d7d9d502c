"""The most that a request can be billed for, in tokens: what a limit on spending reserves for it."""

import json

from langassets.translation.providers.gemini_api.rest import content_request
from langassets.translation.providers.openai import request
from langassets.translation.types import Batch, TokenUsage


def usage_bound(provider: str, model: str, batch: Batch) -> TokenUsage:
    """What no answer to a request is billed beyond.

    Going in, the bytes of the whole request: a token of these models' tokenizers is never less than one, and
    the names of its fields weigh more than what a provider puts around messages. Coming out, the most tokens
    that the request itself lets the provider answer with, in which reasoning is included.
    """
    body = (request if provider == "openai" else content_request)(model, batch)
    most = body.get("max_completion_tokens") or body["generationConfig"]["maxOutputTokens"]
    return TokenUsage(len(json.dumps(body, ensure_ascii=False).encode()), most)
