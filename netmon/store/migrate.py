"""Bring a database to this version's tables, or say why it cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, column, inspect, select, table

from netmon.locale import tr
from netmon.model.errors import StoreError
from netmon.store.engine import WRITES, pragma
from netmon.store.failures import place_of
from netmon.store.tables import REVISION_TABLE, metadata

#: The newest revision in ``migrations/versions``; a test compares.
HEAD: Final = "0012"


def bring_up_to_date(engine: Engine) -> None:
    """Create or upgrade the tables, in one transaction; what is current is not touched.

    Raises:
        StoreError: it is someone else's database, or a newer netmon's.
    """
    with engine.connect() as conn:
        revision = revision_of(conn)
    if revision != HEAD:
        if revision is not None:
            _refuse_newer(engine, revision)
        migrate(engine, HEAD)


def revision_of(conn: Connection) -> str | None:
    """Return the revision of a netmon database, None of an empty one.

    Raises:
        StoreError: there are tables, but not netmon's.
    """
    there = set(inspect(conn).get_table_names())
    if REVISION_TABLE in there:
        revisions = table(REVISION_TABLE, column("version_num"))
        return conn.execute(select(revisions.c.version_num)).scalar()
    # A PostgreSQL schema may be shared; a file may not, and neither may a table.
    if there & set(metadata.tables) or (there and conn.dialect.name == "sqlite"):
        raise StoreError(tr("{path} is not a netmon database", path=place_of(conn.engine.url)))
    return None


def migrate(engine: Engine, target: str) -> None:
    """Walk the migrations up or down to a revision (or ``head``, ``base``), whole or not at all."""
    config = _config()
    writing = engine.execution_options(**{WRITES: True})
    with writing.connect() as conn, _unbound(conn), conn.begin():
        config.attributes["connection"] = conn
        is_down = target == "base" or target < (revision_of(conn) or "")
        (command.downgrade if is_down else command.upgrade)(config, target)
        _check_bonds(conn)


def scripts() -> ScriptDirectory:
    """Return the migrations."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "netmon.store:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _refuse_newer(engine: Engine, revision: str) -> None:
    try:
        scripts().get_revision(revision)
    except CommandError as error:
        newer = tr(
            "{path} was written by a newer netmon (revision {revision}); run that version,"
            " or restore a back-up from before the upgrade",
            path=place_of(engine.url),
            revision=revision,
        )
        raise StoreError(newer) from error


@contextmanager
def _unbound(conn: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off: batch mode drops and makes tables again."""
    if conn.dialect.name != "sqlite":
        yield
        return
    pragma(conn, "foreign_keys = OFF")
    try:
        yield
    finally:
        pragma(conn, "foreign_keys = ON")


def _check_bonds(conn: Connection) -> None:
    """Do what SQLite did not while its foreign keys were off."""
    is_sqlite = conn.dialect.name == "sqlite"
    if is_sqlite and conn.exec_driver_sql("PRAGMA foreign_key_check").first():
        path = place_of(conn.engine.url)
        raise StoreError(tr("{path}: rows refer to rows that are not there", path=path))
