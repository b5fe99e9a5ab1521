"""Between the nouns of the model and the rows of the tables.

Reading raises ValueError where a row says what this version does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Row

from netmon.model.clock import Clock, Told
from netmon.model.condition import Held, Key
from netmon.model.event import Bulletin, Event, Notice
from netmon.model.fault import Fault, FaultId
from netmon.model.ticket import JournalEntry, Ticket, TicketId
from netmon.model.world import SubjectState

#: Both in the order of the columns in ``tables``.
_FAULT: Final = tuple(Fault.__dataclass_fields__)
_TICKET: Final = tuple(name for name in Ticket.__dataclass_fields__ if name != "faults")
_NOTICE: Final = tuple(name for name in Notice.__dataclass_fields__ if name != "event")

Values = dict[str, Any]
#: Fields of a ticket that are kept as JSON of their own.
_CLOCKS: Final = ("response", "restoration")


def held_row(key: Key, held: Held) -> Values:
    """Return the row of what is held of one condition."""
    return {
        "subject": key.subject,
        "condition": key.condition,
        "phase": held.phase,
        "since": held.since,
        "first_bad": held.first_bad,
        "looks": held.looks,
    }


def held_of(row: Row[Any]) -> tuple[Key, Held]:
    """Return a condition's key and what is held of it."""
    return Key(row.subject, row.condition), Held(row.phase, row.since, row.first_bad, row.looks)


def state_row(state: SubjectState) -> Values:
    """Return the row of a subject's state."""
    return {"subject": state.subject, "state": state.state, "since": state.since}


def state_of(row: Row[Any]) -> SubjectState:
    """Return a subject's state."""
    return SubjectState(row.subject, row.state, row.since)


def fault_row(fault: Fault) -> Values:
    """Return the row of a fault."""
    return {name: getattr(fault, name) for name in _FAULT}


def fault_of(row: Row[Any]) -> Fault:
    """Return a fault."""
    values = dict(zip(_FAULT, row, strict=True))
    return Fault(**values | {"params": _frozen(row.params)})


def ticket_row(ticket: Ticket) -> Values:
    """Return the row of a ticket; its faults are rows of their own."""
    values = {name: getattr(ticket, name) for name in _TICKET}
    return values | {name: clock_json(values[name]) for name in _CLOCKS}


def ticket_of(row: Row[Any], faults: Iterable[FaultId]) -> Ticket:
    """Return a ticket with its faults."""
    values = dict(zip(_TICKET, row, strict=True))
    values |= {name: tuple(values[name]) for name in ("lines", "tenants", "keys", "clues")}
    values |= {name: clock_of(values[name]) for name in _CLOCKS}
    values |= {"evidence": _frozen(row.evidence)}
    return Ticket(**values, faults=tuple(faults))


def clock_json(clock: Clock | None) -> Values | None:
    """Return a ticket's clock as JSON."""
    if clock is None:
        return None
    return {
        "target_s": clock.target.total_seconds(),
        "hours": clock.hours,
        "runs": [[begin.isoformat(), end.isoformat()] for begin, end in clock.runs],
        "running_since": clock.running_since,
        "told": clock.told.value,
    }


def clock_of(told: Mapping[str, Any] | None) -> Clock | None:
    """Return a ticket's clock."""
    if told is None:
        return None
    since = told["running_since"]
    at = datetime.fromisoformat
    return Clock(
        target=timedelta(seconds=told["target_s"]),
        hours=told["hours"],
        runs=tuple((at(begin), at(end)) for begin, end in told["runs"]),
        running_since=None if since is None else at(since),
        told=Told(told["told"]),
    )


def ticket_fault_rows(ticket: Ticket) -> list[Values]:
    """Return the rows that bind a ticket to its faults, in its order."""
    return [
        {"ticket": ticket.id, "position": position, "fault": fault}
        for position, fault in enumerate(ticket.faults)
    ]


def journal_row(entry: JournalEntry) -> Values:
    """Return the row of a journal's line."""
    return {name: getattr(entry, name) for name in JournalEntry.__dataclass_fields__}


def journal_of(row: Row[Any]) -> JournalEntry:
    """Return a journal's line."""
    return JournalEntry(
        ticket=TicketId(row.ticket),
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        action=row.action,
        text=row.text,
        before=_frozen(row.before),
        after=_frozen(row.after),
    )


def event_row(event: Event) -> Values:
    """Return the row of an event."""
    return {name: getattr(event, name) for name in Event.__dataclass_fields__}


def event_of(row: Row[Any]) -> Event:
    """Return an event."""
    return Event(row.id, row.at, row.kind, row.subject, _frozen(row.data))


def notice_row(notice: Notice) -> Values:
    """Return the row of a notice; its event is a row of its own."""
    own = {name: getattr(notice, name) for name in _NOTICE}
    return {
        **own,
        "event": notice.event.id,
        "queued_at": notice.owed_since,
        "bulletin": bulletin_json(notice.bulletin),
    }


def notice_of(row: Row[Any]) -> Notice:
    """Return a notice from a row of the outbox joined with its event."""
    values = {name: getattr(row, name) for name in _NOTICE}
    said = None if row.bulletin is None else Bulletin(**row.bulletin)
    return Notice(**values | {"event": event_of(row), "bulletin": said})


def bulletin_json(bulletin: Bulletin | None) -> Values | None:
    """Return a message as it is kept."""
    if bulletin is None:
        return None
    return {"title": bulletin.title, "text": bulletin.text, "short": bulletin.short}


def _frozen(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(value)
