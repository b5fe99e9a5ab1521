"""From a URL to an engine whose every connection is set up for one careful writer."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from netmon.locale import tr
from netmon.model.errors import StoreError, UsageError

#: An execution option: this transaction writes.
WRITES: Final = "netmon_writes"

#: How long another program, such as a back-up, may keep a file locked before a call fails.
BUSY_S: Final = 5.0

#: One per database, for the life of the writer's connection ("netmon" in ASCII).
_ADVISORY_KEY: Final = 0x6E65746D6F6E
_WAIT_FOR_LOCK_S: Final = 2.0

#: Notice a dead server or network in half a minute instead of hours (libpq: seconds, but the last
#: in milliseconds); the server notices a dead netmon as soon.
_LIBPQ: Final[Mapping[str, object]] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
}


def url_of(text: str | None, data_dir: Path) -> URL:
    """Return the database's URL; SQLite in the data directory where none is given.

    Raises:
        UsageError: the text is no URL of SQLite (a file) or PostgreSQL.
    """
    if text is None:
        return URL.create("sqlite+pysqlite", database=str(data_dir / "netmon.db"))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # The text is not repeated: it may hold a password.
        raise UsageError(
            "the database is no URL such as postgresql+psycopg://user@host/db"
        ) from None
    match url.get_backend_name():
        case "sqlite" if url.database and url.database != ":memory:":
            return url.set(drivername="sqlite+pysqlite")
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
        case _:
            raise UsageError(
                "the database is neither a file of sqlite:/// nor postgresql+psycopg://"
            )


def open_engine(url: URL) -> Engine:
    """Return an engine with one connection, opened anew when it was lost; nothing is opened yet."""
    if url.get_backend_name() == "sqlite":
        engine = _create(url, {"check_same_thread": False, "timeout": BUSY_S})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    given = url.query
    engine = _create(url, {k: v for k, v in _LIBPQ.items() if k not in given})
    event.listen(engine, "connect", _be_the_only_writer)
    return engine


def pragma(conn: Connection, setting: str) -> None:
    """Set a pragma of SQLite that does nothing inside a transaction.

    It goes past SQLAlchemy, which would begin one.
    """
    conn.connection.cursor().execute(f"PRAGMA {setting}")


def _create(url: URL, connect_args: Mapping[str, object]) -> Engine:
    return create_engine(
        url,
        connect_args=dict(connect_args),
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_pre_ping=True,
    )


def _set_up_sqlite(connection: sqlite3.Connection, record: object) -> None:
    del record
    # Transactions are begun by ``_begin_sqlite``, so that they hold the schema's changes too.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # With WAL, NORMAL would survive kill -9 but not power loss: the last steps would be undone
    # after the outside was told of them, and their numbers given again. FULL costs an fsync a step.
    connection.execute("PRAGMA synchronous = FULL")
    # A large step must not leave a large write-ahead log behind for ever.
    connection.execute("PRAGMA journal_size_limit = 67108864")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer fails at once when another program wrote; IMMEDIATE waits instead.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _be_the_only_writer(connection: Any, record: object) -> None:  # noqa: ANN401
    """Hold the database's advisory lock as long as this connection lives.

    A netmon that was just killed may hold it for a moment: until the server sees its end.
    """
    del record
    until = time.monotonic() + _WAIT_FOR_LOCK_S
    while not connection.execute("SELECT pg_try_advisory_lock(%s)", (_ADVISORY_KEY,)).fetchone()[0]:
        if time.monotonic() > until:
            connection.close()
            raise StoreError(tr("the database is in use by another netmon"))
        time.sleep(0.1)
    connection.commit()
