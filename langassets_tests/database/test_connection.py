"""Connections: what holds for them whatever the address says."""

import sqlalchemy as sa

from langassets.database.connection import keepalives


def test_a_connection_whose_other_end_is_gone_is_given_up() -> None:
    ours = keepalives(sa.make_url("postgresql://user@host/name"))
    idle, interval, count = (ours[f"keepalives_{name}"] for name in ("idle", "interval", "count"))
    assert idle + interval * count <= 120
    assert ours["tcp_user_timeout"] <= 120_000
    assert 0 < ours["connect_timeout"] <= 60


def test_what_the_address_says_itself_goes_before() -> None:
    url = sa.make_url("postgresql://user@host/name?connect_timeout=3&tcp_user_timeout=5000")
    assert keepalives(url).keys() & url.query.keys() == set()
