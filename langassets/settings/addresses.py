"""Addresses that people write: what is wrong with one, before anything is sent there."""

import re
from urllib.parse import urlsplit


def checked_http(value: str) -> str:
    """The address without a slash at its end; raises ValueError, which says what is wrong but not where."""
    try:
        parts = urlsplit(value)
    except ValueError:
        raise ValueError("not an address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("not an address: it starts with http:// or https:// and names a host")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("an address that is shown to people holds no user, password, ? or #")
    return value.rstrip("/")


def checked_postgresql(value: str) -> str:
    """The address as it is; raises ValueError, which says what is wrong but not where.

    A password with an unwritten @ would be cut in two, and its second half stand in errors as the host.
    """
    found = re.match(r"(?:postgres|postgresql|postgresql\+psycopg2)://", value)
    if found is None:
        raise ValueError("not an address of a PostgreSQL database")
    user, at, place = value[found.end() :].rpartition("@")
    if at and any(sign in user for sign in "@/?#"):
        raise ValueError("in a password, @ is written %40, / %2F, ? %3F and # %23")
    if not re.match(r"(\[[^]]*\]|[^:/?]*)(:[0-9]*)?([/?]|$)", place):
        raise ValueError("its port is no number")
    return value
