"""What goes wrong at an OpenAI endpoint, as errors of ours: which pass, and which want something mended."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from langassets import lazy
from langassets.errors import ProviderBrokeOffError, ProviderError, ProviderUnavailableError, QuotaError
from langassets.translation.providers.errors import (
    RejectedError,
    rate_limited,
    refused_key,
    timed_out,
    unavailable,
    unreachable,
)
from langassets.translation.providers.headers import retry_after
from langassets.translation.types import Finish

_NO_CREDIT = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "quota_exceeded"}
_TOO_LONG = {"context_length_exceeded", "string_above_max_length", "max_tokens_exceeded"}
_NO_STREAM = {400, 405, 415, 422, 501}  # by which servers refuse to stream, with a word of it
_NO_WAY = {"ConnectError", "ConnectTimeout"}  # what httpx and httpx2 raise where no connection comes about
_FILTERED = {"content_filter", "content_policy_violation", "invalid_prompt"}


@contextmanager
def translated_errors(address: str, model: str, key: str) -> Iterator[None]:
    """Raise the client library's errors as ours; whatever they hold, `key` is not in the message."""
    host = urlsplit(address).netloc
    try:
        yield
    except lazy.openai.APIConnectionError as error:
        if _cause(error) in _NO_WAY:
            raise unreachable(host, _cause(error), "OPENAI_BASE_URL") from None
        if isinstance(error, lazy.openai.APITimeoutError):
            raise timed_out(host) from None
        raise ProviderBrokeOffError(f"{host} broke off ({_cause(error)}): try again later.") from None
    except TimeoutError:
        raise timed_out(host) from None
    except lazy.openai.APIStatusError as error:
        raise _of_status(error, host, model, key) from None
    except (lazy.openai.APIError, ValueError, AttributeError) as error:
        if said := _said(error, key):  # it went wrong in the middle of a stream
            raise unavailable(host, said.removeprefix(": ")) from None
        # The library hands on whatever stood behind a 200, a page of HTML as a str.
        raise ProviderUnavailableError(
            f"{host} answered with something that makes no sense ({type(error).__name__}): "
            "check OPENAI_BASE_URL."
        ) from None


def _cause(error: Exception) -> str:
    """What kind of error lies below; its text may hold a header, and with it the key."""
    return type(error.__cause__ or error).__name__


def _of_status(error: Any, host: str, model: str, key: str) -> Exception:
    status = int(error.status_code)
    codes = {str(error.code), str(error.type)}
    said = _said(error, key)
    if status in _NO_STREAM and "stream" in str(error.body).lower():
        return RejectedError(f"{host} refused the request ({status}){said}.", about_streaming=True)
    if status in {401, 403}:
        return refused_key(host, status, "OPENAI_API_KEY")
    if status == 402 or codes & _NO_CREDIT:
        return QuotaError(
            f"The account at {host} has no credit left: top it up, or name another provider's key."
        )
    if status == 429:
        return rate_limited(host, retry_after(error.response.headers))
    if status in {408, 409, 425} or status >= 500:
        return unavailable(host, status)
    if status == 404:
        return ProviderError(
            f"{host} knows no model {model!r}{said}: correct OPENAI_MODEL or OPENAI_BASE_URL."
        )
    if status == 413 or codes & _TOO_LONG:
        return RejectedError(f"{host} finds the request too long", Finish.TRUNCATED)
    if codes & _FILTERED:
        return RejectedError(f"{host} refused to translate the text", Finish.REFUSED)
    return RejectedError(f"{host} refused the request ({status}){said}.")


def _said(error: Any, key: str) -> str:
    """What the server said, shortened; a server may repeat what it was sent."""
    body = getattr(error, "body", None)
    body = body if isinstance(body, dict) else {}
    text = " ".join(str(body.get("message") or "").split())[:300]
    if key:
        text = text.replace(key, "***")
    return f": {text}" if text else ""
