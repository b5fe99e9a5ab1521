"""Delete what is past its retention, and nothing that something kept still speaks of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Delete, and_, delete, exists, or_, select

from netmon.model.ticket import TicketState
from netmon.store import records
from netmon.store.tables import events, faults, journal, outbox, ticket_faults, tickets


def prune(conn: Connection, before: datetime, history: datetime | None = None) -> int:
    """Delete what was closed or happened before ``before``.

    A ticket goes with its journal once it and all its faults are old; a fault once it is old, no
    kept ticket owns it and it is not the root of one that is kept for itself, for that may be
    written again; an event once it is old and told; a notice that was given up once that is old.
    What figures are made of is kept since ``history``, where one is given.

    Returns:
        How many tickets, journal entries, faults, events and records are gone.
    """
    fresh = or_(faults.c.cleared_at.is_(None), faults.c.cleared_at >= before)
    fresh_fault = (
        select(ticket_faults.c.fault)
        .select_from(ticket_faults)
        .join(faults)
        .where(ticket_faults.c.ticket == tickets.c.id, fresh)
    )
    old_ticket = and_(
        tickets.c.state == TicketState.CLOSED, tickets.c.closed_at < before, ~exists(fresh_fault)
    )
    old_tickets = select(tickets.c.id).where(old_ticket)
    owned = select(ticket_faults.c.fault)
    effect = faults.alias()
    fresh_effect = or_(
        effect.c.cleared_at.is_(None), effect.c.cleared_at >= before, effect.c.id.in_(owned)
    )
    roots = select(effect.c.root).where(effect.c.root.is_not(None), fresh_effect)
    old_fault = and_(
        faults.c.cleared_at < before, faults.c.id.not_in(owned), faults.c.id.not_in(roots)
    )
    told = ~exists(select(outbox.c.key).where(outbox.c.event == events.c.id))
    conn.execute(delete(outbox).where(outbox.c.dead_at < before))
    return (
        _rows(conn, delete(journal).where(journal.c.ticket.in_(old_tickets)))
        + _rows(conn, delete(tickets).where(old_ticket))  # its ticket_faults go with it
        + _rows(conn, delete(faults).where(old_fault))
        + _rows(conn, delete(events).where(events.c.at < before, told))
        + records.prune(conn, before, history or before)
    )


def _rows(conn: Connection, statement: Delete) -> int:
    done: Any = conn.execute(statement)
    return int(done.rowcount)
