"""What goes wrong at any provider, in the words of one: what passes, and what wants something mended.

No message holds a key. `where` names the provider to a person.
"""

from langassets.errors import (
    LangassetsError,
    ProviderBrokeOffError,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    ProviderUnreachableError,
    RateLimitedError,
)
from langassets.translation.types import Answer, Finish, TokenUsage

_MOST_REJECTED = 5


class RejectedError(ProviderError):
    """A request was refused as it is. `finish` says what that amounts to, None where it is not plain why;
    `about_streaming` where it was not for its texts, but for how the answer was to come."""

    def __init__(self, message: str, finish: Finish | None = None, *, about_streaming: bool = False) -> None:
        super().__init__(message)
        self.finish = finish
        self.about_streaming = about_streaming


class Rejections:
    """Counts requests in a row that a provider rejected: some may be for their texts, all of them are for a
    setting."""

    def __init__(self) -> None:
        self._in_a_row = 0

    def answer(self, error: RejectedError) -> Answer:
        """What a rejection amounts to; raises it where so many in a row are a matter of settings."""
        self._in_a_row += 1
        if error.finish is None and self._in_a_row >= _MOST_REJECTED:
            raise error
        return Answer({}, TokenUsage(), error.finish or Finish.REFUSED, None, str(error))

    def over(self) -> None:
        self._in_a_row = 0


def unreachable(where: str, cause: str, address: str) -> ProviderUnreachableError:
    """No connection came about; `address` is the variable that names another one."""
    return ProviderUnreachableError(
        f"{where} cannot be reached ({cause}): see whether the network and {address} are right."
    )


def timed_out(where: str) -> ProviderTimeoutError:
    """No answer came within TRANSLATION_TIMEOUT."""
    return ProviderTimeoutError(
        f"{where} did not answer in time: where it is slow, raise TRANSLATION_TIMEOUT."
    )


def unavailable(where: str, why: object) -> ProviderUnavailableError:
    """The provider is there, and of no use now."""
    return ProviderUnavailableError(f"{where} cannot answer now ({why}): try again later.")


def broke_off(where: str, why: object) -> ProviderBrokeOffError:
    """A connection ended before the answer did."""
    return ProviderBrokeOffError(f"{where} cannot answer now ({why}): try again later.")


def refused_key(where: str, status: object, key: str) -> ProviderError:
    """The provider does not take the key; `key` is the variable that holds it."""
    return ProviderError(f"{where} refused the key ({status}): correct {key}.")


def rate_limited(where: str, retry_after: float | None) -> LangassetsError:
    """The provider asks to slow down, for so many seconds where it says so."""
    return RateLimitedError(f"{where} asks to slow down.", retry_after)
