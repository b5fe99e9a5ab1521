"""Turn what a database driver says into one clear line that holds no password."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from netmon.model.errors import StepRefused, StoreError
from netmon.store.tables import ONE_OPEN_FAULT

#: By SQLite's primary result code (https://www.sqlite.org/rescode.html).
_SQLITE: Final = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written, or is full",
    sqlite3.SQLITE_READONLY: "the file or its directory cannot be written",
    sqlite3.SQLITE_PERM: "the file or its directory cannot be written",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened or created",
    sqlite3.SQLITE_BUSY: "another program keeps it locked",
    sqlite3.SQLITE_LOCKED: "another program keeps it locked",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore a backup",
    sqlite3.SQLITE_NOTADB: "the file is not a database, or is damaged; restore a backup",
}

#: By SQLSTATE, the longest prefix first (PostgreSQL documentation, appendix A).
_POSTGRESQL: Final = {
    "53100": "the server's disk is full",
    "53300": "the server has too many connections",
    "3D": "the server has no such database",
    "28": "the server refused the user or password",
    "42501": "the user may not do that",
    "25006": "the server is read-only",
    "57": "the server is shutting down or starting up",
    "08": "the connection was lost",
}

_SECOND_FAULT: Final = "a second open fault of one subject and condition"


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
        return f"a value cannot be stored: {_first_line(getattr(error, 'orig', error))}"
    if isinstance(error, ValueError):
        return f"holds what this version does not know: {_first_line(error)}"
    return _first_line(error)


def _driver_reason(error: DBAPIError) -> str:
    original = error.orig
    text = _first_line(original)
    if _is_second_fault(text):
        return _SECOND_FAULT
    if isinstance(original, sqlite3.Error):
        # The low byte is the primary code; the rest says more than an operator can use.
        code = getattr(original, "sqlite_errorcode", 0) & 0xFF
        return _SQLITE.get(code, text)
    state = getattr(original, "sqlstate", None)
    if state is None:  # there is no session: libpq tells all it knows as text
        refused = text.rpartition("FATAL:")[2].strip()
        return (
            f"the server refuses: {refused}"
            if refused != text
            else f"the server does not answer: {text}"
        )
    known = (reason for prefix, reason in _POSTGRESQL.items() if state.startswith(prefix))
    return next(known, text)


def _is_second_fault(text: str) -> bool:
    return ONE_OPEN_FAULT in text or "UNIQUE constraint failed: faults.subject" in text


def _first_line(error: object) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
