"""What can go wrong between a client and a storage server, for the test server to do on demand."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """One way in which a request fails; those of the last group change only the requests they name."""

    TOO_MANY = "429"
    FAILURE = "500 in the server's own JSON"
    GATEWAY = "502 with a page of HTML"
    PROXY_PAGE = "a page of HTML behind a 200"
    RESET = "connection reset"
    TIMEOUT = "no answer"
    HALF = "a connection that ends in the middle of the answer"
    CUT = "a whole answer that holds half a JSON text"
    ECHO = "403 with a message that quotes the key"

    EMPTY_PAGE = "list: an empty page, and more behind it"
    SAME_PAGE = "list: a page whose cursor leads to itself"
    DELETE_NONE = "delete: nothing removed, an empty answer"
    DELETE_SOME = "delete: every other key removed and named"
    DELETE_UNNAMED = "delete: all removed, every other named"
    UNDONE = "upload, move, delete: a yes, and nothing done"
    FORMER_LIST = "list: as the bucket was some changes ago"
    OTHER_BODY = "download: another object's body"


@dataclass(frozen=True, slots=True)
class Injected:
    """A fault for one request; with `after`, the request takes effect first and only its answer is lost.

    `retry_after` is the header of that name, of a 429, 500 or 502.
    """

    fault: Fault
    after: bool = False
    retry_after: str | None = None
