"""Write one step inside a transaction that someone else began and will end."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from netmon.model.event import Event
from netmon.model.world import Step
from netmon.store import letters, records, rows
from netmon.store.rows import Values
from netmon.store.tables import (
    events,
    faults,
    held,
    journal,
    outbox,
    progress,
    states,
    ticket_faults,
    tickets,
)
from netmon.store.upsert import INSERT, upsert


def write(conn: Connection, step: Step) -> None:
    """Write the step, unless it or a later one is written already."""
    last = conn.execute(select(progress).with_for_update()).one()
    if step.id <= last.last_step:
        return
    _write_held(conn, step)
    _write_states(conn, step)
    upsert(conn, tickets, [rows.ticket_row(t) for t in step.tickets])
    # What is cleared goes first: its key may be raised again within the same step.
    upsert(conn, faults, [rows.fault_row(f) for f in sorted(step.faults, key=lambda f: f.is_open)])
    _write_ticket_faults(conn, step)
    _append(conn, journal, [rows.journal_row(entry) for entry in step.journal])
    _append(conn, events, [rows.event_row(event) for event in step.events])
    _write_notices(conn, step)
    records.write(conn, step.records)
    for key, action in step.letters.items():
        letters.handle(conn, key, action, step.at)
    conn.execute(
        update(progress).values(
            last_step=step.id,
            last_fault=max([last.last_fault, *(f.id for f in step.faults)]),
            last_ticket=max([last.last_ticket, *(t.id for t in step.tickets)]),
            last_event=max([last.last_event, *(e.id for e in events_of(step))]),
            last_record=max([last.last_record, *(r.id for r in step.records)]),
            saved_at=step.at,
        )
    )


def events_of(step: Step) -> list[Event]:
    """Return the events that a step appends: its own, and those it only tells of."""
    return [*step.events, *_only_told(step)]


def _only_told(step: Step) -> list[Event]:
    own = {event.id for event in step.events}
    told: dict[int, Event] = {}
    for notice in step.notices:
        if notice.event.id not in own:
            told.setdefault(notice.event.id, notice.event)
    return list(told.values())


def _write_held(conn: Connection, step: Step) -> None:
    _remove(
        conn,
        held,
        [
            {"k_subject": key.subject, "k_condition": key.condition}
            for key, value in step.held.items()
            if value is None
        ],
    )
    upsert(conn, held, [rows.held_row(k, v) for k, v in step.held.items() if v is not None])


def _write_states(conn: Connection, step: Step) -> None:
    _remove(conn, states, [{"k_subject": subject} for subject in step.gone])
    upsert(conn, states, [rows.state_row(state) for state in step.states])


def _write_ticket_faults(conn: Connection, step: Step) -> None:
    if step.tickets:
        of_ticket = ticket_faults.c.ticket == bindparam("k_ticket")
        conn.execute(
            delete(ticket_faults).where(of_ticket), [{"k_ticket": t.id} for t in step.tickets]
        )
    _append(conn, ticket_faults, [row for t in step.tickets for row in rows.ticket_fault_rows(t)])


def _write_notices(conn: Connection, step: Step) -> None:
    _append_missing(conn, events, [rows.event_row(event) for event in _only_told(step)])
    _append_missing(conn, outbox, [rows.notice_row(notice) for notice in step.notices])


def _append(conn: Connection, table: Table, values: Sequence[Values]) -> None:
    if values:
        conn.execute(insert(table), values)


def _append_missing(conn: Connection, table: Table, values: Sequence[Values]) -> None:
    if values:
        conn.execute(INSERT[conn.dialect.name](table).on_conflict_do_nothing(), values)


def _remove(conn: Connection, table: Table, keys: Sequence[Values]) -> None:
    if keys:
        match = [column == bindparam(f"k_{column.name}") for column in table.primary_key.columns]
        conn.execute(delete(table).where(*match), keys)
