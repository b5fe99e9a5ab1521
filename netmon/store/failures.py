"""Turn what a database driver says into one clear line that holds no password."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from netmon.locale import N_, say, tr
from netmon.model.errors import StepRefused, StoreError
from netmon.store.tables import ONE_OPEN_FAULT

_NO_WRITING: Final = N_("the file or its directory cannot be written")
_LOCKED: Final = N_("another program keeps it locked")

#: By SQLite's primary result code (https://www.sqlite.org/rescode.html).
_SQLITE: Final = {
    sqlite3.SQLITE_FULL: N_("the disk is full"),
    sqlite3.SQLITE_IOERR: N_("the disk cannot be read or written, or is full"),
    sqlite3.SQLITE_READONLY: _NO_WRITING,
    sqlite3.SQLITE_PERM: _NO_WRITING,
    sqlite3.SQLITE_CANTOPEN: N_("the file cannot be opened or created"),
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_CORRUPT: N_("the file is damaged; restore a backup"),
    sqlite3.SQLITE_NOTADB: N_("the file is not a database, or is damaged; restore a backup"),
}

#: By SQLSTATE, the longest prefix first (PostgreSQL documentation, appendix A).
_POSTGRESQL: Final = {
    "53100": N_("the server's disk is full"),
    "53300": N_("the server has too many connections"),
    "42501": N_("the user may not do that"),
    "25006": N_("the server is read-only"),
    "57": N_("the server is shutting down or starting up"),
    "08": N_("the connection was lost"),
}


@contextmanager
def told_as_store_errors(url: URL) -> Iterator[None]:
    """Raise a StoreError for whatever the database or a row of it makes fail inside."""
    try:
        yield
    except (SQLAlchemyError, ValueError, TypeError, OverflowError) as error:
        reason = _reason(error)
        for secret in filter(None, (url.password, *url.normalized_query.get("password", ()))):
            reason = reason.replace(str(secret), "********")
        kind = StepRefused if _is_of_the_step(error) else StoreError
        raise kind(f"{place_of(url)}: {reason}") from error


def was_cut(error: StoreError) -> bool:
    """Say whether the connection was lost in the middle of the call."""
    cause = error.__cause__
    return isinstance(cause, DBAPIError) and cause.connection_invalidated


def place_of(url: URL) -> str:
    """Return what to call a database in a message: never its password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    host = url.host or url.normalized_query.get("host", ("local",))[0]
    return f"postgresql {host}{f':{url.port}' if url.port else ''}/{url.database or ''}"


def _is_of_the_step(error: Exception) -> bool:
    """Say whether the same step would fail again on a database in good health."""
    if isinstance(error, DBAPIError):
        return isinstance(error, IntegrityError | DataError)
    return isinstance(error, StatementError | TypeError | OverflowError)


def _reason(error: Exception) -> str:
    if isinstance(error, DBAPIError):
        return _driver_reason(error)
    if isinstance(error, StatementError | OverflowError):
        what = _first_line(getattr(error, "orig", error))
        return tr("a value cannot be stored: {reason}", reason=what)
    if isinstance(error, ValueError):
        what = _first_line(error)
        return tr("it holds what this version does not know: {reason}", reason=what)
    return _first_line(error)


def _driver_reason(error: DBAPIError) -> str:
    original = error.orig
    text = _first_line(original)
    if _is_second_fault(text):
        return tr("a second open fault of one subject and condition")
    if isinstance(original, sqlite3.Error):
        # The low byte is the primary code; the rest says more than an operator can use.
        known = _SQLITE.get(getattr(original, "sqlite_errorcode", 0) & 0xFF)
        return say(known) if known else text
    return _server_reason(getattr(original, "sqlstate", None), text)


def _server_reason(state: str | None, text: str) -> str:
    if state is not None:
        known = (reason for prefix, reason in _POSTGRESQL.items() if state.startswith(prefix))
        reason = next(known, None)
        return say(reason) if reason else text
    # There is no session: libpq tells all it knows as text.
    _, refused, reason = text.rpartition("FATAL:")
    if refused:
        return tr("the server refuses: {reason}", reason=reason.strip())
    return tr("the server does not answer: {reason}", reason=text)


def _is_second_fault(text: str) -> bool:
    return ONE_OPEN_FAULT in text or "UNIQUE constraint failed: faults.subject" in text


def _first_line(error: object) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
