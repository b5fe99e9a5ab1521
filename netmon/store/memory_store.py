"""The record in memory: the same contract, for tests and for looking without writing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeVar

from netmon.model.condition import Held, Key
from netmon.model.errors import StepRefused
from netmon.model.event import Attempt, Bulletin, Event, Notice
from netmon.model.fault import Fault, FaultId
from netmon.model.policy import Policy
from netmon.model.record import R, Record, RecordQuery
from netmon.model.telling import Letter, ReceiverNow
from netmon.model.ticket import JournalEntry, Ticket, TicketId, TicketState
from netmon.model.world import FaultQuery, Memory, Step, SubjectState, TicketQuery
from netmon.store.memory_letters import MemoryLetters
from netmon.store.records import CODECS

T = TypeVar("T")

_EVER: Final = datetime.min.replace(tzinfo=UTC)
_REOPEN_WITHIN: Final = Policy().reopen_within


class MemoryStore:
    """A Store that forgets when it is dropped. It refuses what the databases refuse."""

    def __init__(self, reopen_within: timedelta = _REOPEN_WITHIN) -> None:
        self._reopen_within = reopen_within
        self._held: dict[Key, Held] = {}
        self._states: dict[str, SubjectState] = {}
        self._faults: dict[int, Fault] = {}
        self._tickets: dict[int, Ticket] = {}
        self._journal: dict[tuple[int, int], JournalEntry] = {}
        self._events: dict[int, Event] = {}
        self._letters = MemoryLetters()
        self._records: dict[int, Record] = {}
        self._last = Memory()

    def load(self) -> Memory:
        """Return what must survive a restart."""
        last = self._last
        since = last.saved_at - self._reopen_within if last.saved_at else _EVER
        tickets = [t for t in _by_id(self._tickets) if _may_reopen(t, since)]
        theirs = {fault for t in tickets for fault in t.faults}
        faults = (f for f in _by_id(self._faults) if f.is_open or f.id in theirs)
        return replace(
            last,
            held=MappingProxyType(dict(self._held)),
            faults=tuple(faults),
            tickets=tuple(tickets),
            states=MappingProxyType(dict(self._states)),
            live=tuple(r for r in _by_id(self._records) if r.is_live),
        )

    def commit(self, step: Step) -> None:
        """Write a step whole, or, with a StoreError, nothing of it."""
        if step.id <= self._last.last_step:
            return
        self._refuse_naive(step)
        self._refuse_second_fault(step)
        self._refuse_strangers(step)
        self._refuse_again(step)
        self._write_present(step)
        self._write_record(step)

    def outbox(self, limit: int, now: datetime, receiver: str | None = None) -> list[Notice]:
        """Return the oldest notices that are due, in order; none overtakes its receiver's."""
        return self._letters.due(limit, now, receiver)

    def owed(self, receiver: str, limit: int) -> list[Notice]:
        """Return what one receiver is owed, due or not, in the order of the events."""
        return self._letters.owed(receiver, limit)

    def compose(self, keys: Sequence[str], bulletin: Bulletin, now: datetime) -> None:
        """Freeze which notices are told in one message, and its words."""
        self._letters.compose(keys, bulletin, now)

    def settle(
        self, key: str, attempt: Attempt, now: datetime, retry_at: datetime | None = None
    ) -> None:
        """Record what became of a message."""
        self._letters.settle(key, attempt, now, retry_at)

    def outbox_depth(self) -> tuple[int, datetime | None]:
        """Return how many notices wait and when the oldest happened."""
        waiting = self._letters.alive()
        return len(waiting), min((n.event.at for n in waiting), default=None)

    def receivers(self) -> list[ReceiverNow]:
        """Return how telling each receiver goes, by name."""
        return self._letters.receivers_now()

    def letters(self, *, dead: bool | None = None, limit: int = 100) -> list[Letter]:
        """Return messages that wait, that were given up, or (None) both, the oldest first."""
        return self._letters.letters(dead=dead)[:limit]

    def letter(self, key: str) -> Letter | None:
        """Return one message by its key."""
        return next((x for x in self._letters.letters(dead=None) if x.key == key), None)

    def faults(self, query: FaultQuery) -> list[Fault]:
        """Return faults, newest first."""
        found = [f for f in _by_id(self._faults) if query.matches(f)]
        return found[::-1][: query.limit]

    def fault(self, fault_id: int) -> Fault | None:
        """Return one fault."""
        return self._faults.get(fault_id)

    def tickets(self, query: TicketQuery) -> list[Ticket]:
        """Return tickets, newest first."""
        found = [t for t in _by_id(self._tickets) if _matches_ticket(t, query)]
        return found[::-1][: query.limit]

    def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """Return one ticket."""
        return self._tickets.get(ticket_id)

    def journal(self, ticket_id: TicketId) -> list[JournalEntry]:
        """Return a ticket's journal in order."""
        return [self._journal[key] for key in sorted(self._journal) if key[0] == ticket_id]

    def journals(self, ids: Sequence[TicketId]) -> dict[TicketId, list[JournalEntry]]:
        """Return tickets' journals in order."""
        return {ident: self.journal(ident) for ident in ids}

    def events(self, after: int, limit: int) -> list[Event]:
        """Return events with an id above ``after``, in order."""
        return [e for e in _by_id(self._events) if e.id > after][:limit]

    def records(self, query: RecordQuery[R]) -> list[R]:
        """Return the entries of one kind that a query asks for."""
        found = [r for r in _by_id(self._records) if isinstance(r, query.kind) and _meets(r, query)]
        return (found if query.oldest_first else found[::-1])[: query.limit]

    def prune(self, before: datetime, history: datetime | None = None) -> int:
        """Delete what is older and of no further use; return how many rows."""
        rows = len(self._journal) + len(self._tickets) + len(self._faults) + len(self._events)
        for ticket in [t for t in self._tickets.values() if self._is_old(t, before)]:
            del self._tickets[ticket.id]
        owned = {fault for t in self._tickets.values() for fault in t.faults}
        self._journal = {k: e for k, e in self._journal.items() if k[0] in self._tickets}
        kept = {f.id: f for f in self._faults.values() if f.id in owned or not _was(f, before)}
        roots = {f.root for f in kept.values()}
        kept |= {f.id: f for f in self._faults.values() if f.id in roots}
        self._faults = {f.id: self._without_strangers(f, kept) for f in kept.values()}
        self._letters.prune(before)
        told = self._letters.events()
        self._events = {e.id: e for e in self._events.values() if e.at >= before or e.id in told}
        limits = (before, history or before)
        gone = [r.id for r in self._records.values() if self._is_past(r, *limits)]
        for number in gone:
            del self._records[number]
        left = len(self._journal) + len(self._tickets) + len(self._faults) + len(self._events)
        return rows - left + len(gone)

    def close(self) -> None:
        """Nothing is held open."""

    def _is_past(self, record: Record, before: datetime, history: datetime) -> bool:
        codec = CODECS[type(record)]
        if codec.up_to is not None:
            kind, field = codec.up_to
            marks = [r for r in self._records.values() if isinstance(r, kind)]
            return any(record.id <= getattr(mark, field) for mark in marks)
        if codec.old is None or record.is_live:
            return False
        at: datetime = getattr(record, codec.old)
        return at < (history if codec.history else before)

    def _is_old(self, ticket: Ticket, before: datetime) -> bool:
        closed = ticket.state is TicketState.CLOSED and ticket.closed_at
        return bool(closed and closed < before) and all(
            _was(self._faults[fault], before) for fault in ticket.faults
        )

    def _without_strangers(self, fault: Fault, kept: Mapping[FaultId, Fault]) -> Fault:
        root = fault.root if fault.root in kept else None
        return replace(
            fault, root=root, ticket=fault.ticket if fault.ticket in self._tickets else None
        )

    def _refuse_naive(self, step: Step) -> None:
        instants = [step.at, *(e.at for e in step.events), *(s.since for s in step.states)]
        instants += [f.raised_at for f in step.faults] + [t.opened_at for t in step.tickets]
        if any(at.tzinfo is None for at in instants):
            raise StepRefused("a value cannot be stored: an instant without a time zone")

    def _refuse_second_fault(self, step: Step) -> None:
        after = self._faults | {f.id: f for f in step.faults}
        keys = Counter(f.key for f in after.values() if f.is_open)
        if any(count > 1 for count in keys.values()):
            raise StepRefused("a second open fault of one subject and condition")

    def _refuse_strangers(self, step: Step) -> None:
        """Refuse what speaks of a fault or a ticket that is not there."""
        faults = self._faults.keys() | {f.id for f in step.faults}
        tickets = self._tickets.keys() | {t.id for t in step.tickets}
        meant_faults = {f for t in step.tickets for f in t.faults}
        meant_faults |= {f.root for f in step.faults if f.root is not None}
        meant_tickets: set[int] = {entry.ticket for entry in step.journal}
        meant_tickets |= {f.ticket for f in step.faults if f.ticket is not None}
        if meant_faults - faults or meant_tickets - tickets:
            raise StepRefused("a row refers to a row that is not there")

    def _refuse_again(self, step: Step) -> None:
        """Refuse to append under a number that is taken."""
        entries = [(entry.ticket, entry.seq) for entry in step.journal]
        events = [event.id for event in step.events]
        taken = any(e in self._journal for e in entries) or any(e in self._events for e in events)
        if taken or len(set(entries)) < len(entries) or len(set(events)) < len(events):
            raise StepRefused("the number of an event or a journal entry is taken")
        once = [r.id for r in step.records if CODECS[type(r)].append]
        if any(number in self._records for number in once):
            raise StepRefused("the number of a record is taken")
        for record in step.records:
            known = self._records.get(record.id)
            if known is not None and CODECS[type(record)].sealed and not known.is_live:
                raise StepRefused("a record that is over is written again")

    def _write_present(self, step: Step) -> None:
        for key, held in step.held.items():
            if held is None:
                self._held.pop(key, None)
            else:
                self._held[key] = held
        for subject in step.gone:
            self._states.pop(subject, None)
        self._states |= {state.subject: state for state in step.states}

    def _write_record(self, step: Step) -> None:
        self._faults |= {f.id: f for f in step.faults}
        self._tickets |= {t.id: t for t in step.tickets}
        self._journal |= {(entry.ticket, entry.seq): entry for entry in step.journal}
        self._events |= {e.id: e for e in step.events}
        for notice in step.notices:
            event = self._events.setdefault(notice.event.id, notice.event)
            self._letters.add(replace(notice, event=event, queued_at=notice.owed_since))
        for key, action in step.letters.items():
            self._letters.handle(key, action, step.at)
        self._records |= {record.id: record for record in step.records}
        told = [notice.event for notice in step.notices]
        last = self._last
        self._last = Memory(
            last_step=step.id,
            last_fault=max([last.last_fault, *(f.id for f in step.faults)]),
            last_ticket=max([last.last_ticket, *(t.id for t in step.tickets)]),
            last_event=max([last.last_event, *(e.id for e in [*step.events, *told])]),
            last_record=max([last.last_record, *(r.id for r in step.records)]),
            saved_at=step.at,
        )


def _by_id(items: dict[int, T]) -> list[T]:
    return [items[key] for key in sorted(items)]


def _may_reopen(ticket: Ticket, since: datetime) -> bool:
    closed_at = ticket.closed_at
    return ticket.state is not TicketState.CLOSED or (closed_at is not None and closed_at >= since)


def _was(fault: Fault, before: datetime) -> bool:
    return fault.cleared_at is not None and fault.cleared_at < before


def _matches_ticket(ticket: Ticket, query: TicketQuery) -> bool:
    return (
        (not query.states or ticket.state in query.states)
        and query.assignee in (None, ticket.assignee)
        and (query.before is None or ticket.id < query.before)
    )


def _meets(record: Record, query: RecordQuery[R]) -> bool:
    def value(name: str) -> Any:  # noqa: ANN401 - whatever the field is
        return getattr(record, name)

    return (
        all(value(n) in (w if isinstance(w, tuple) else (w,)) for n, w in query.equal.items())
        and all(value(n) is None or value(n) >= w for n, w in query.at_least.items())
        and all(value(n) is not None and value(n) < w for n, w in query.below.items())
    )
