"""What goes wrong at Gemini, as errors of ours: which pass, and which want something mended."""

import re
from collections.abc import Iterable
from typing import Any

from langassets import lazy
from langassets.errors import LangassetsError, ProviderError, QuotaError
from langassets.translation.providers.errors import (
    RejectedError,
    broke_off,
    rate_limited,
    refused_key,
    timed_out,
    unavailable,
    unreachable,
)
from langassets.translation.providers.headers import seconds

_NO_METHOD = {405, 501}
_A_DAY = re.compile(r"PerDay", re.IGNORECASE)


def gemini_error(error: Exception, model: str, where: str) -> LangassetsError:
    """An error of google-api-core, requests or the parser, as one of ours; none of their texts goes in
    that could hold the key."""
    name = type(error).__name__
    code = getattr(error, "code", None)
    if _is_unreachable(error):
        return unreachable(where, name, "GEMINI_API_ENDPOINT")
    if name in {"ReadTimeout", "Timeout"} or _fell_silent(error):
        return timed_out(where)
    if isinstance(error, ValueError) and "Unfinished stream" in str(error):
        return broke_off(where, "the stream ended before the answer did")
    if code is not None:
        said, details = getattr(error, "message", ""), getattr(error, "details", ())
        return refused(int(code), str(said or ""), details or (), model, where)
    if isinstance(error, ValueError):  # an answer which makes no sense
        return unavailable(where, name)
    return broke_off(where, name)


def refused(status: int, said: str, details: Iterable[Any], model: str, where: str) -> LangassetsError:
    """A refusal with an HTTP status, as an error of ours; over REST its details are JSON as it came."""
    if status == 504:
        return timed_out(where)
    if status in {408, 409} or status >= 500:
        return unavailable(where, status)
    if status in {401, 403} or "api key" in said.lower():
        return refused_key(where, status, "GEMINI_API_KEY")
    if status == 429:
        return _limited(details, where)
    if status == 404:
        return ProviderError(f"{where} knows no model {model!r}: correct GEMINI_MODEL.")
    kind = RejectedError if status == 400 else ProviderError
    return kind(f"{where} refused the request ({status}): {' '.join(said.split())[:300]}")


def does_not_stream(error: Exception) -> bool:
    """Whether an endpoint answers a request for a stream with something that is none: one object where a
    list is expected, or that there is no such method."""
    if int(getattr(error, "code", None) or 0) in _NO_METHOD:
        return True
    return isinstance(error, ValueError) and "instead got {" in str(error)


def _is_unreachable(error: Any) -> bool:
    """Whether no connection came about; requests calls one that broke off later by the same name."""
    broke_off = isinstance(error, lazy.requests.ConnectionError)
    cause = error.args[0] if broke_off and error.args else None
    no_way = lazy.urllib3_exceptions.NewConnectionError
    return isinstance(getattr(cause, "reason", None), no_way) or type(error).__name__ == "ConnectTimeout"


def _fell_silent(error: Exception) -> bool:
    """Whether nothing more came of an answer that had begun; requests gives it another name then."""
    return any(isinstance(cause, lazy.urllib3_exceptions.ReadTimeoutError) for cause in error.args)


def _limited(details: Iterable[Any], where: str) -> LangassetsError:
    """A 429: a pause, or the end of today's quota."""
    details = [detail for detail in details if isinstance(detail, dict)]
    quotas = [str(each.get("quotaId")) for detail in details for each in detail.get("violations", ())]
    if any(_A_DAY.search(quota) for quota in quotas):
        return QuotaError(f"{where}: the quota for today is used up; raise it, or wait for tomorrow.")
    waits = [seconds(detail.get("retryDelay")) for detail in details]
    return rate_limited(where, next((wait for wait in waits if wait), None))
