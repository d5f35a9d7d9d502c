"""Addresses of PostgreSQL, as people paste them."""

from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from langassets.database.connection import engine_of, reading
from langassets.errors import DatabaseBusyError, DatabaseError
from langassets.settings.values import checked_postgresql

POOLER = "aws-0-eu-west-1.pooler.supabase.com"


@given(st.text(min_size=1))
def test_a_written_password_arrives_as_it_was(password: str) -> None:
    written = quote(password, safe="", errors="surrogatepass")
    address = f"postgresql://postgres.abc:{written}@{POOLER}:6543/postgres?sslmode=require"
    url = engine_of(checked_postgresql(address), Path()).url
    assert (url.username, url.host, url.port, url.database) == ("postgres.abc", POOLER, 6543, "postgres")
    assert url.query == {"sslmode": "require"}
    try:
        password.encode()
    except UnicodeEncodeError:
        return  # half a character has no writing of its own
    assert url.password == password


@pytest.mark.parametrize("sign", ["@", "/", "?", "#"])
def test_a_password_that_would_be_cut_is_refused_and_not_repeated(sign: str) -> None:
    with pytest.raises(ValueError, match="%40") as raised:
        checked_postgresql(f"postgresql://u:sec{sign}ret@h/d")
    assert "ret" not in str(raised.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql:///name",
        "postgresql:///name?host=/var/run/postgresql",
        "postgres://[::1]:5432/name",
        "postgresql+psycopg2://u@h",
        "postgresql://u:p%40@h:5432/d?application_name=a",
    ],
)
def test_other_ways_of_writing_are_taken(address: str) -> None:
    assert checked_postgresql(address) == address
    engine_of(address, Path())


@pytest.mark.parametrize(
    "address", ["mysql://h/d", "h:5432/d", "postgresql://h:port/d", "postgresql://h:1x/d"]
)
def test_what_is_no_such_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no"):
        checked_postgresql(address)


def test_parameters_of_other_programs_are_left_out(postgres_url: str) -> None:
    sign = "&" if "?" in postgres_url else "?"
    engine = engine_of(f"{postgres_url}{sign}pgbouncer=true&connection_limit=1", Path())
    with reading(engine) as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1
    engine.dispose()


def said(text: str, address: str) -> Exception:
    """What becomes of the driver's error `text`."""
    import psycopg2

    engine = engine_of(address, Path())

    @sa.event.listens_for(engine, "do_connect")
    def refuse(*_: object) -> None:
        raise psycopg2.OperationalError(text)

    with pytest.raises((DatabaseError, DatabaseBusyError)) as raised, reading(engine):
        pass
    return raised.value


DIRECT = "postgresql://postgres:secret@db.abcdef.supabase.co:5432/postgres"


def test_a_direct_host_without_ipv6_is_explained() -> None:
    unreachable = said(
        'connection to server at "db.abcdef.supabase.co" (2a05::1), port 5432 failed: Network is unreachable',
        DIRECT,
    )
    unknown = said(
        'could not translate host name "db.abcdef.supabase.co" to address: Name or service not known', DIRECT
    )
    for error in (unreachable, unknown):
        assert "IPv6" in str(error)
        assert "postgresql://postgres.abcdef:PASSWORD@aws-0-REGION.pooler.supabase.com:6543" in str(error)
        assert "secret" not in str(error)
    # A network may come back, a name that nobody knows will not.
    assert isinstance(unreachable, DatabaseBusyError)
    assert isinstance(unknown, DatabaseError)


def test_a_resolver_that_is_tired_is_tried_again() -> None:
    text = 'could not translate host name "h" to address: Temporary failure in name resolution'
    assert isinstance(said(text, "postgresql://u:p@h/d"), DatabaseBusyError)


def test_a_user_whom_the_pooler_does_not_know_is_explained() -> None:
    error = said("FATAL:  Tenant or user not found", f"postgresql://postgres:p@{POOLER}:6543/postgres")
    assert isinstance(error, DatabaseError)
    assert "postgres.PROJECT" in str(error)
