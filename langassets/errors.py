"""Every failure that langassets raises on purpose, as one tree: by whether trying again can help.

A message says what happened, why, and what to do, and never holds a secret.
"""

import errno
from pathlib import Path


class LangassetsError(Exception):
    """Anything that langassets raises on purpose."""


class PermanentError(LangassetsError):
    """Trying again cannot help; the message says what to fix."""


class PassingError(LangassetsError):
    """Trying again later can help."""


class SettingsError(PermanentError):
    """One or more environment variables are missing or wrong."""


class InputError(PermanentError):
    """A file, a row or an argument that was handed in is malformed."""


# What a user can do about a file, by what the operating system says.
_CURES = {
    errno.ENOENT: "there is no such file or folder; check the name, and the folder that you are in",
    errno.EISDIR: "it is a folder; name a file",
    errno.ENOTDIR: "part of its path is no folder; check the name",
    errno.EACCES: "it is not permitted; change the permissions, or take another place",
    errno.EPERM: "it is not permitted; change the permissions, or take another place",
    errno.EROFS: "the disk is read-only; take another place",
    errno.ENOSPC: "the disk is full; free some space",
}


def unusable(
    path: Path, error: OSError, what: str = "read", kind: type[PermanentError] = InputError
) -> PermanentError:
    """The error for a file that a user named and that cannot be `what` (read, written), with its cure."""
    return kind(f"{path} cannot be {what}: {_CURES.get(error.errno or 0, error.strerror or error)}.")


class StatisticsError(PermanentError):
    """Usage statistics are empty, unreadable or smaller than they were."""


class DatabaseError(PermanentError):
    """The database cannot be used as it is."""


class RefusedError(PermanentError):
    """A safety limit stands in the way until a person confirms."""


class StoreError(PermanentError):
    """Storage refused a request; the message names the variable to fix where there is one."""


class ObjectMissingError(StoreError):
    """There is no object under this key."""


class ObjectExistsError(StoreError):
    """There is an object under the key that something was to be moved to."""


class InvalidKeyError(StoreError):
    """A key that storage does not take."""


class ProviderError(PermanentError):
    """A model's provider refused: wrong key, unknown model, malformed request."""


class QuotaError(ProviderError):
    """The provider's account has no credit left: waiting does not bring it back."""


class DatabaseBusyError(PassingError):
    """The database is locked by another process."""


class DagsterUnavailableError(PassingError):
    """Dagster's web server, or langassets' code in it, did not answer."""


class StoreUnavailableError(PassingError):
    """Storage did not answer, or answered that it cannot now."""


class ProviderUnavailableError(PassingError):
    """The provider did not answer, or answered that it cannot now."""


class ProviderBrokeOffError(ProviderUnavailableError):
    """The connection ended after the request was sent: it may have been answered, and billed."""


class ProviderTimeoutError(ProviderUnavailableError):
    """The provider took longer than it was given: with less to do it may be in time."""


class ProviderUnreachableError(ProviderUnavailableError):
    """There is no way to the provider: an unknown host, a refused connection. Nothing was sent."""


class RateLimitedError(ProviderUnavailableError):
    """The provider asks to slow down.

    `retry_after` is in seconds, None where the provider did not say.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
