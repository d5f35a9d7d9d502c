"""What a provider's response headers say of its limits, and of how long to wait."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from langassets.translation.types import RateLimits

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|ns|d|h|m|s)")
_SECONDS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def rate_limits(headers: Mapping[str, str]) -> RateLimits | None:
    """The `x-ratelimit-*` headers, as OpenAI and its followers send them; None where there are none."""
    values = {
        f"{what}_{unit}": headers.get(f"x-ratelimit-{what}-{unit}")
        for what in ("limit", "remaining", "reset")
        for unit in ("requests", "tokens")
    }
    if not any(values.values()):
        return None
    return RateLimits(
        limit_requests=_count(values["limit_requests"]),
        remaining_requests=_count(values["remaining_requests"]),
        reset_requests=seconds(values["reset_requests"]),
        limit_tokens=_count(values["limit_tokens"]),
        remaining_tokens=_count(values["remaining_tokens"]),
        reset_tokens=seconds(values["reset_tokens"]),
    )


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait, by `retry-after-ms` or `Retry-After` (seconds, or a date); None where neither says."""
    milliseconds, text = _number(headers.get("retry-after-ms")), headers.get("retry-after")
    if milliseconds is not None:
        return milliseconds / 1000
    number = _number(text)
    if number is not None or text is None:
        return number
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - (now or datetime.now(UTC))).total_seconds())


def seconds(text: str | None) -> float | None:
    """A duration as OpenAI writes it (`6m0s`, `1.5s`, `120ms`), or a plain number of seconds."""
    if text is None:
        return None
    text = text.strip()
    parts = _PART.findall(text)
    if parts and "".join(number + unit for number, unit in parts) == text:
        return sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return _number(text)


def _count(text: str | None) -> int | None:
    number = _number(text)
    return None if number is None else int(number)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < 1e12 else None
