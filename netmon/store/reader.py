"""Read what the tables hold, inside a transaction that someone else began."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, false, or_, select

from netmon.model.condition import ConditionId, Severity
from netmon.model.event import Event
from netmon.model.fault import Fault, FaultId
from netmon.model.ticket import JournalEntry, Ticket, TicketId, TicketState
from netmon.model.world import FaultQuery, Memory, TicketQuery
from netmon.store import records, rows
from netmon.store.tables import (
    events,
    faults,
    held,
    journal,
    progress,
    states,
    ticket_faults,
    tickets,
)

_EVER: Final = datetime.min.replace(tzinfo=UTC)


def load(conn: Connection, reopen_within: timedelta) -> Memory:
    """Return what must survive a restart.

    A ticket counts as closed within the re-open window when it was so at the last step: there is
    no clock here. Its faults come with it, for it may be opened again.
    """
    last = conn.execute(select(progress)).one()
    since = last.saved_at - reopen_within if last.saved_at else _EVER
    kept = or_(tickets.c.state != TicketState.CLOSED, tickets.c.closed_at >= since)
    theirs = select(ticket_faults.c.fault).join(tickets).where(kept)
    wanted = or_(faults.c.cleared_at.is_(None), faults.c.id.in_(theirs))
    return Memory(
        held=MappingProxyType(dict(map(rows.held_of, conn.execute(select(held))))),
        faults=tuple(_faults(conn, select(faults).where(wanted).order_by(faults.c.id))),
        tickets=tuple(_tickets(conn, select(tickets).where(kept).order_by(tickets.c.id))),
        states=MappingProxyType(
            {row.subject: rows.state_of(row) for row in conn.execute(select(states))}
        ),
        last_step=last.last_step,
        last_fault=last.last_fault,
        last_ticket=last.last_ticket,
        last_event=last.last_event,
        last_record=last.last_record,
        live=tuple(records.live(conn)),
        saved_at=last.saved_at,
    )


def fault_list(conn: Connection, query: FaultQuery) -> list[Fault]:
    """Return faults, newest first."""
    wanted: list[ColumnElement[bool]] = []
    if query.open is not None:
        is_open = faults.c.cleared_at.is_(None)
        wanted.append(is_open if query.open else ~is_open)
    if query.subject is not None:
        wanted.append(faults.c.subject == query.subject)
    if query.before is not None:
        wanted.append(faults.c.id < _fit(query.before))
    statement = select(faults).where(*wanted, *_named(query)).order_by(faults.c.id.desc())
    return _faults(conn, statement.limit(query.limit))


def fault(conn: Connection, fault_id: int) -> Fault | None:
    """Return one fault."""
    return next(iter(_faults(conn, select(faults).where(faults.c.id == _fit(fault_id)))), None)


def ticket_list(conn: Connection, query: TicketQuery) -> list[Ticket]:
    """Return tickets, newest first."""
    wanted: list[ColumnElement[bool]] = []
    if query.states:
        wanted.append(tickets.c.state.in_([s for s in TicketState if s in query.states]))
    if query.assignee is not None:
        wanted.append(tickets.c.assignee == query.assignee)
    if query.before is not None:
        wanted.append(tickets.c.id < _fit(query.before))
    statement = select(tickets).where(*wanted).order_by(tickets.c.id.desc()).limit(query.limit)
    return _tickets(conn, statement)


def ticket(conn: Connection, ticket_id: TicketId) -> Ticket | None:
    """Return one ticket."""
    return next(iter(_tickets(conn, select(tickets).where(tickets.c.id == _fit(ticket_id)))), None)


def journal_of(conn: Connection, ticket_id: TicketId) -> list[JournalEntry]:
    """Return a ticket's journal in order."""
    statement = select(journal).where(journal.c.ticket == _fit(ticket_id)).order_by(journal.c.seq)
    return list(map(rows.journal_of, conn.execute(statement)))


def journals_of(conn: Connection, ids: Sequence[TicketId]) -> dict[TicketId, list[JournalEntry]]:
    """Return tickets' journals in order."""
    found: dict[TicketId, list[JournalEntry]] = {ident: [] for ident in ids}
    wanted = journal.c.ticket.in_([_fit(ident) for ident in ids])
    for row in conn.execute(
        select(journal).where(wanted).order_by(journal.c.ticket, journal.c.seq)
    ):
        found[row.ticket].append(rows.journal_of(row))
    return found


def event_list(conn: Connection, after: int, limit: int) -> list[Event]:
    """Return events with an id above ``after``, in order."""
    statement = select(events).where(events.c.id > _fit(after)).order_by(events.c.id).limit(limit)
    return list(map(rows.event_of, conn.execute(statement)))


def _fit(number: int) -> int:
    """Return a number that a column of 64 bits can be compared with; people ask for any."""
    return max(-(2**63), min(number, 2**63 - 1))


def _named(query: FaultQuery) -> list[ColumnElement[bool]]:
    """Return what a query asks of enumerations; an unknown name matches nothing."""
    asked: list[tuple[ColumnElement[Any], type[StrEnum], str | None]] = [
        (faults.c.condition, ConditionId, query.condition),
        (faults.c.severity, Severity, query.severity),
    ]
    return [
        column == name if name in list(kind) else false()
        for column, kind, name in asked
        if name is not None
    ]


def _faults(conn: Connection, statement: Select[Any]) -> list[Fault]:
    return list(map(rows.fault_of, conn.execute(statement)))


def _tickets(conn: Connection, statement: Select[Any]) -> list[Ticket]:
    theirs: dict[int, list[FaultId]] = defaultdict(list)
    ids = statement.with_only_columns(tickets.c.id).subquery()
    bound = (
        select(ticket_faults)
        .where(ticket_faults.c.ticket.in_(select(ids.c.id)))
        .order_by(ticket_faults.c.ticket, ticket_faults.c.position)
    )
    for row in conn.execute(bound):
        theirs[row.ticket].append(FaultId(row.fault))
    return [rows.ticket_of(row, theirs[row.id]) for row in conn.execute(statement)]
