"""Standbys of PostgreSQL: what is done outside the database waits until they have what is recorded of it.

A standby that takes over knows nothing of what it had not received. Lost translations are paid for again; but
of an object whose note is lost nobody could tell that it is langassets' own.
"""

import logging
import time
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.errors import DatabaseError

PATIENCE = 60.0
"""Seconds that a standby which is connected and behind is waited for; a dead one is soon not connected."""

_RESPITE = 600.0  # for so long after that nobody waits
_PAUSE = 0.02

_log = logging.getLogger("langassets.database")
_respites: WeakKeyDictionary[sa.Engine, float] = WeakKeyDictionary()

# What subscribers to changes (logical replication) have is no matter: none of them takes over.
_STANDBYS = (
    "FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid "
    "WHERE r.state IN ('streaming', 'catchup') AND s.slot_type IS DISTINCT FROM 'logical'"
)
_NOW = sa.text(f"SELECT CAST(pg_current_wal_flush_lsn() AS text) WHERE EXISTS (SELECT 1 {_STANDBYS})")
_BEHIND = sa.text(f"SELECT count(*) {_STANDBYS} AND r.flush_lsn < CAST(:lsn AS pg_lsn)")


def on_standbys(data: sa.Engine) -> None:
    """Return once every standby that this user may see has what was committed before this call.

    One query where there is none, nothing on SQLite. After `PATIENCE` seconds it says that they are behind,
    and is done. Raises `DatabaseBusyError` where the database went away.
    """
    if data.dialect.name != "postgresql" or time.monotonic() < _respites.get(data, 0.0):
        return
    end = time.monotonic() + PATIENCE
    try:
        with reading(data) as connection:
            committed = connection.scalar(_NOW)
        while committed and _behind(data, committed):
            if time.monotonic() > end:
                _respites[data] = time.monotonic() + _RESPITE
                _log.warning(
                    "A standby of the database is more than %.0f s behind (see pg_stat_replication): should "
                    "it take over now, what is stored meanwhile would be taken for somebody else's.",
                    PATIENCE,
                )
                return
            time.sleep(_PAUSE)
    except DatabaseError:
        return  # a service that speaks PostgreSQL's language, and has no such views


def _behind(data: sa.Engine, committed: str) -> bool:
    with reading(data) as connection:
        return bool(connection.scalar(_BEHIND, {"lsn": committed}))
