"""What went wrong with a request to Supabase, in our own words, and never with the key in them.

Nothing of an httpx error's text is passed on: the one about a malformed header quotes the whole key.
What the server says is passed on shortened and with the key blotted out. Callers raise what they get
from here outside of the `except` block, so that no chained exception carries the original either.
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from langassets import lazy
from langassets.errors import (
    InvalidKeyError,
    ObjectExistsError,
    ObjectMissingError,
    StoreError,
    StoreUnavailableError,
)

# 408 and 425 ask for it; 423 is the server's ResourceLocked: another request holds the object.
_PASSING = {408, 423, 425, 429}

_CURE = ": see whether it is up and SUPABASE_URL is right"
_OTHER_ADDRESS = ": check SUPABASE_URL, it is the project's own address, like https://abc.supabase.co"


class UnansweredError(StoreUnavailableError):
    """A request failed in a way that may pass, and may have done its work all the same.

    `retry_after` is what the server asked to wait, in seconds.
    """

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooLargeError(StoreError):
    """The server refuses a request as too large, or malformed for another reason that splitting may cure."""


@dataclass(frozen=True)
class Refusals:
    """Turns what a request raised into errors of ours; knows the key only to keep it out of them."""

    address: str
    bucket: str
    secret: str = field(repr=False)

    def of(self, error: Exception) -> StoreError | StoreUnavailableError:
        """The error to raise instead of what supabase-py, httpx or a parser raised."""
        if isinstance(error, lazy.storage3_exceptions.StorageApiError):
            return self._of_answer(error)
        kind = type(error).__name__
        if isinstance(error, ValueError | KeyError | TypeError):  # of JSON, or pydantic's ValidationError
            return self.garbled(f" ({kind})")
        return self.unreached(kind)

    def unreached(self, why: str) -> UnansweredError:
        """For a server that has not answered."""
        return UnansweredError(f"Supabase at {self.address} cannot be reached ({why}){_CURE}")

    def garbled(self, how: str = "") -> UnansweredError:
        """For an answer that is no error by its status and yet cannot be what was asked for."""
        return UnansweredError(f"Supabase at {self.address} sent an answer that makes no sense{how}{_CURE}")

    def _of_answer(self, error: Any) -> StoreError | StoreUnavailableError:
        status, code, said = _status_of(error), str(error.code), self._said(str(error.message))
        if status in _PASSING or status >= 500:
            return UnansweredError(
                f"Supabase at {self.address} cannot answer now ({status}: {said})",
                retry_after=_retry_after(error),
            )
        if status in (401, 403):
            return self.wrong_key(said)
        if status == 404:
            return self._of_missing(code, said)
        if status == 409:
            return ObjectExistsError(f"Supabase says that the object is there already: {said}")
        if code == "InvalidKey":
            return InvalidKeyError(f"Supabase refuses the key: {said}")
        if status in (400, 413):
            return TooLargeError(f"Supabase refused the request ({status}: {said})")
        return StoreError(f"Supabase at {self.address} answered {status} ({said}){_OTHER_ADDRESS}")

    def wrong_key(self, why: str) -> StoreError:
        """For a key that the server, or a look at it, finds wanting."""
        return StoreError(
            f"Supabase at {self.address} does not accept the key ({why}): set SUPABASE_SERVICE_ROLE_KEY"
            " to the service_role key, or an sb_secret_… key, from the project's API settings"
        )

    def missing_bucket(self) -> StoreError:
        """For a bucket that is not there, or that the key may not see."""
        return StoreError(
            f"Supabase at {self.address} shows no bucket {self.bucket!r}: create it, or correct"
            " SUPABASE_BUCKET_NAME; where it does exist, SUPABASE_SERVICE_ROLE_KEY is not this project's"
            " service_role key"
        )

    def _of_missing(self, code: str, said: str) -> StoreError:
        if code == "Bucket not found":
            return self.missing_bucket()
        if code == "not_found":
            return ObjectMissingError(f"Supabase says that there is no such object: {said}")
        return StoreError(f"What answers at {self.address} is not Supabase Storage ({said}){_OTHER_ADDRESS}")

    def _said(self, message: str) -> str:
        text = " ".join(_words_of(message).replace(self.secret, "***").split())
        return text if len(text) <= 160 else text[:159] + "…"


def role_of(key: str) -> str | None:
    """The role that a key was made for, where it says so; None for a key that only the server can judge."""
    if key.startswith("sb_publishable_"):
        return "anon"
    parts = key.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return None
    role = claims.get("role") if isinstance(claims, dict) else None
    return role if isinstance(role, str) else None


def _words_of(message: str) -> str:
    """What storage3 could not take apart comes with the whole body: a gateway's JSON, or a page of HTML."""
    _, unparsed, body = message.partition("Unable to parse error message: ")
    if not unparsed:
        return message
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return "no word that storage would send"


def _status_of(error: Any) -> int:
    # The server puts the status it means in the body and sends most failures as 400.
    try:
        return int(error.status)
    except (TypeError, ValueError):
        return 500


def _retry_after(error: BaseException) -> float:
    """Seconds to wait, from the answer that storage3 keeps at the end of the chain of exceptions."""
    link: BaseException | None = error
    while link is not None and not isinstance(link, lazy.httpx.HTTPStatusError):
        link = link.__cause__ or link.__context__
    value = link.response.headers.get("retry-after", "") if link is not None else ""
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0
