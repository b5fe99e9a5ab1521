"""The record in SQL, on SQLite or PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, update

from netmon.locale import tr
from netmon.model.errors import StoreError
from netmon.model.event import Attempt, Bulletin, Event, Notice
from netmon.model.fault import Fault
from netmon.model.policy import Policy
from netmon.model.record import R, RecordQuery
from netmon.model.telling import Letter, ReceiverNow
from netmon.model.ticket import JournalEntry, Ticket, TicketId
from netmon.model.world import FaultQuery, Memory, Step, TicketQuery
from netmon.store import letters, pruning, reader, records, step_writer
from netmon.store.engine import WRITES, open_engine, pragma, url_of
from netmon.store.failures import told_as_store_errors, was_cut
from netmon.store.lock import lock
from netmon.store.migrate import bring_up_to_date
from netmon.store.tables import progress

T = TypeVar("T")

_REOPEN_WITHIN: Final = Policy().reopen_within


def open_store(
    url: str | None, data_dir: Path, *, reopen_within: timedelta = _REOPEN_WITHIN
) -> SqlStore:
    """Open the record for writing, and create or upgrade it where that is needed.

    Args:
        url: ``postgresql+psycopg://…`` or ``sqlite:///…``; None = SQLite in the data directory.
        data_dir: made where it is missing; one netmon at a time.
        reopen_within: for how long a closed ticket is loaded again.

    Raises:
        StoreError: it cannot be opened; nothing of it was changed.
        UsageError: the URL is none that netmon knows.
    """
    where = url_of(url, data_dir)
    lock_files = [data_dir / "netmon.lock"]
    if where.get_backend_name() == "sqlite":
        lock_files.append(Path(str(where.database)).with_suffix(".lock"))
    _make(data_dir)
    with ExitStack() as undo:
        locks = undo.enter_context(lock(lock_files))
        if where.get_backend_name() == "sqlite":
            _make_file(Path(str(where.database)))
        store = SqlStore(open_engine(where), locks, reopen_within)
        undo.callback(store.close)
        store.prepare()
        undo.pop_all()
        return store


def _make(data_dir: Path) -> None:
    try:
        data_dir.mkdir(mode=0o750, parents=True, exist_ok=True)
    except FileExistsError:
        raise StoreError(tr("{path} is not a directory", path=data_dir)) from None
    except OSError as error:
        reason = tr("{path} cannot be made: {reason}", path=data_dir, reason=error.strerror)
        raise StoreError(reason) from error


def _make_file(path: Path) -> None:
    """Make an empty database where there is none: digests of passwords are not for everybody."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640))
    except OSError:
        return  # it is there; or SQLite says what is wrong with the place


class SqlStore:
    """A Store. Every call is one transaction; a lost connection is opened anew by the next."""

    def __init__(self, engine: Engine, locks: ExitStack, reopen_within: timedelta) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{WRITES: True})
        self._locks = locks
        self._reopen_within = reopen_within

    def prepare(self) -> None:
        """Bring the tables up to date and make sure that they can be written."""
        with self._failures():
            bring_up_to_date(self._engine)
            if self._engine.dialect.name == "sqlite":
                self._keep_a_log()
            self._try_to_write()

    def _keep_a_log(self) -> None:
        """Turn write-ahead logging on: one fsync a step, and readers never wait.

        Only now, because the file remembers it, and a file that is not ours is not touched.
        """
        with self._engine.connect() as conn:
            pragma(conn, "journal_mode = WAL")

    def _try_to_write(self) -> None:
        """Find out a read-only file or server now and not at the first fault; change nothing."""
        with self._writing.connect() as conn:
            conn.execute(update(progress).values(id=progress.c.id))
            conn.rollback()

    def load(self) -> Memory:
        """Return what must survive a restart."""
        return self._read(lambda conn: reader.load(conn, self._reopen_within))

    def commit(self, step: Step) -> None:
        """Write a step whole, or, with a StoreError, nothing of it.

        A connection that is lost while it commits leaves open whether it did. So the step is tried
        once more: a step that is written already changes nothing.
        """
        try:
            self._write(lambda conn: step_writer.write(conn, step))
        except StoreError as error:
            if not was_cut(error):
                raise
            self._write(lambda conn: step_writer.write(conn, step))

    def outbox(self, limit: int, now: datetime, receiver: str | None = None) -> list[Notice]:
        """Return the oldest notices that are due, in order; none overtakes its receiver's."""
        return self._read(lambda conn: letters.due(conn, limit, now, receiver))

    def owed(self, receiver: str, limit: int) -> list[Notice]:
        """Return what one receiver is owed, due or not, in the order of the events."""
        return self._read(lambda conn: letters.owed(conn, receiver, limit))

    def compose(self, keys: Sequence[str], bulletin: Bulletin, now: datetime) -> None:
        """Freeze which notices are told in one message, and its words."""
        self._write(lambda conn: letters.compose(conn, keys, bulletin, now))

    def settle(
        self, key: str, attempt: Attempt, now: datetime, retry_at: datetime | None = None
    ) -> None:
        """Record what became of a message."""
        self._write(lambda conn: letters.settle(conn, key, attempt, now, retry_at))

    def outbox_depth(self) -> tuple[int, datetime | None]:
        """Return how many notices wait and when the oldest happened."""
        return self._read(letters.depth)

    def receivers(self) -> list[ReceiverNow]:
        """Return how telling each receiver goes, by name."""
        return self._read(letters.receivers_now)

    def letters(self, *, dead: bool | None = None, limit: int = 100) -> list[Letter]:
        """Return messages that wait, that were given up, or (None) both, the oldest first."""
        return self._read(lambda conn: letters.letters(conn, dead=dead, limit=limit))

    def letter(self, key: str) -> Letter | None:
        """Return one message by its key."""
        return self._read(lambda conn: letters.letter(conn, key))

    def faults(self, query: FaultQuery) -> list[Fault]:
        """Return faults, newest first."""
        return self._read(lambda conn: reader.fault_list(conn, query))

    def fault(self, fault_id: int) -> Fault | None:
        """Return one fault."""
        return self._read(lambda conn: reader.fault(conn, fault_id))

    def tickets(self, query: TicketQuery) -> list[Ticket]:
        """Return tickets, newest first."""
        return self._read(lambda conn: reader.ticket_list(conn, query))

    def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """Return one ticket."""
        return self._read(lambda conn: reader.ticket(conn, ticket_id))

    def journal(self, ticket_id: TicketId) -> list[JournalEntry]:
        """Return a ticket's journal in order."""
        return self._read(lambda conn: reader.journal_of(conn, ticket_id))

    def journals(self, ids: Sequence[TicketId]) -> dict[TicketId, list[JournalEntry]]:
        """Return tickets' journals in order."""
        return self._read(lambda conn: reader.journals_of(conn, ids))

    def events(self, after: int, limit: int) -> list[Event]:
        """Return events with an id above ``after``, in order."""
        return self._read(lambda conn: reader.event_list(conn, after, limit))

    def records(self, query: RecordQuery[R]) -> list[R]:
        """Return the entries of one kind that a query asks for."""
        return self._read(lambda conn: records.read(conn, query))

    def prune(self, before: datetime, history: datetime | None = None) -> int:
        """Delete what is older and of no further use; return how many rows."""
        return self._write(lambda conn: pruning.prune(conn, before, history))

    def close(self) -> None:
        """Release the database and the locks."""
        self._engine.dispose()
        self._locks.close()

    def _read(self, question: Callable[[Connection], T]) -> T:
        with self._failures(), self._engine.begin() as conn:
            return question(conn)

    def _write(self, change: Callable[[Connection], T]) -> T:
        with self._failures(), self._writing.begin() as conn:
            return change(conn)

    def _failures(self) -> AbstractContextManager[None]:
        return told_as_store_errors(self._engine.url)
