"""A desk without a daemon: a world in memory, a record in lists, and commands by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from netmon.core.consequences import weighed
from netmon.core.present import absorb
from netmon.core.step import advance
from netmon.model.act import Act
from netmon.model.alert import TellAlerts
from netmon.model.errors import ConfigError, Mistake, NetmonError, StoreError, UsageError
from netmon.model.event import Attempt, Event, EventKind
from netmon.model.fault import Fault
from netmon.model.inventory import Inventory
from netmon.model.record import R, Record, RecordQuery
from netmon.model.reload import Outcome, Reloaded, ReloadWish
from netmon.model.telling import HandleLetter, Letter
from netmon.model.ticket import Command, JournalEntry, Ticket, TicketAction, TicketState
from netmon.model.world import FaultQuery, TicketQuery, World
from netmon.store.memory_store import MemoryStore
from tests.fakes import district

T = TypeVar("T")

#: A ticket's state after an action, where it changes.
AFTER = {
    TicketAction.ACK: TicketState.ACKNOWLEDGED,
    TicketAction.WORK: TicketState.WORKING,
    TicketAction.WAIT: TicketState.WAITING,
    TicketAction.RESUME: TicketState.WORKING,
    TicketAction.RESTORE: TicketState.RESTORED,
    TicketAction.CLOSE: TicketState.CLOSED,
}

COUNTERS: Mapping[tuple[str, str], float] = {
    ("snmp_requests_total", ""): 1200,
    ("snmp_replies_total", ""): 1190,
    ("snmp_timeouts_total", ""): 4,
    ("snmp_retries_total", ""): 6,
    ("snmp_errors_total", ""): 0,
    ("poll_polls_total", "status"): 90,
    ("poll_polls_total", "counters"): 40,
    ("poll_overrun_total", "status"): 0,
    ("poll_late_seconds", "status"): 0.01,
    ("poll_duration_seconds_sum", "status"): 1.5,
    ("poll_duration_seconds_sum", "counters"): 9.25,
    ("poll_duration_seconds_count", "status"): 90,
    ("poll_duration_seconds_count", "counters"): 40,
    ("poll_exceptions_total", ""): 0,
    ("outbox_depth", ""): 2,
    ("outbox_oldest_seconds", ""): 3.5,
    ("outbox_dead_letters", ""): 1,
    ("outbox_failing_receivers", ""): 1,
    ("outbox_deliveries_total", "delivered"): 41,
    ("outbox_deliveries_total", "retry"): 3,
    ("outbox_deliveries_total", "refused"): 1,
    ("config_reload_success", ""): 1,
    ("config_last_reload_timestamp_seconds", ""): 1795420800.0,
    ("store_commit_failures_total", ""): 0,
    ("store_commits_total", ""): 17,
    ("syslog_messages_total", ""): 70,
    ("syslog_resting_rules", ""): 0,
    ("syslog_dropped_total", "unknown_source"): 2,
    ("syslog_dropped_total", "kernel"): 0,
    ("alerts_total", "raised"): 3,
    ("alerts_total", "own"): 1,
    ("alerts_truncated_total", ""): 0,
    ("notifications_listening", ""): 1,
    ("notifications_received_total", ""): 9,
    ("notifications_total", "trap"): 5,
    ("notifications_total", "inform"): 1,
    ("notifications_dropped_total", "duplicate"): 2,
    ("notifications_answered_total", ""): 2,
    ("notifications_waiting", ""): 1,
}


class FakeClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = district.NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class FakeRecord:
    """The reading half of a store."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk

    def faults(self, query: FaultQuery) -> list[Fault]:
        found = [
            fault
            for fault in sorted(self._desk.all_faults, key=lambda f: -f.id)
            if query.matches(fault)
        ]
        return found[: query.limit]

    def fault(self, fault_id: int) -> Fault | None:
        return next((f for f in self._desk.all_faults if f.id == fault_id), None)

    def tickets(self, query: TicketQuery) -> list[Ticket]:
        found = [
            ticket
            for ticket in sorted(self._desk.world.tickets.values(), key=lambda t: -t.id)
            if (not query.states or ticket.state in query.states)
            and query.assignee in (None, ticket.assignee)
            and (query.before is None or ticket.id < query.before)
        ]
        return found[: query.limit]

    def ticket(self, ticket_id: int) -> Ticket | None:
        return next((t for t in self._desk.world.tickets.values() if t.id == ticket_id), None)

    def journal(self, ticket_id: int) -> list[JournalEntry]:
        return [entry for entry in self._desk.journal if entry.ticket == ticket_id]

    def journals(self, ids: Sequence[int]) -> dict[int, list[JournalEntry]]:
        return {ident: self.journal(ident) for ident in ids}

    def records(self, query: RecordQuery[R]) -> list[R]:
        store = MemoryStore()
        store._records = dict(self._desk.records)
        return store.records(query)

    def events(self, after: int, limit: int) -> list[Event]:
        return [event for event in self._desk.events if event.id > after][:limit]

    def letters(self, *, dead: bool | None = None, limit: int = 100) -> list[Letter]:
        found = self._desk.letters
        return [x for x in found if dead in (None, x.first.dead_at is not None)][:limit]

    def letter(self, key: str) -> Letter | None:
        return next((x for x in self._desk.letters if x.key == key), None)


class FakeDesk:
    """What the faces see; ``ready`` and ``broken`` are set by the test."""

    def __init__(self, world: World | None = None, clock: FakeClock | None = None) -> None:
        self._world = world or district.world()
        self._world.last_fault = max(self._world.faults, default=0)
        self._world.last_ticket = max(self._world.tickets, default=0)
        self._clock = clock or FakeClock()
        self.all_faults = list(self._world.faults.values())
        self.journal = district.journal()
        self.events = district.events()
        self.commands: list[Command] = []
        self.told: list[TellAlerts] = []
        self.records: dict[int, Record] = {}
        self.ready: tuple[str, ...] = ()
        self.broken = False
        self.mistakes: list[Mistake] = []  #: in the inventory's files
        self.on_disk: Inventory | None = None  #: None: what is watched
        self.wishes: list[ReloadWish] = []
        self.letters: list[Letter] = []  #: in the outbox
        self.handled: list[HandleLetter] = []
        self.tried: list[str] = []
        self.reached: dict[str, Attempt] = {}  #: what comes of a test, by receiver
        self._happened = asyncio.Event()

    @property
    def world(self) -> World:
        return self._world

    @property
    def clock(self) -> FakeClock:
        return self._clock

    async def read(self, question: Callable[[FakeRecord], T]) -> T:
        if self.broken:
            raise StoreError("the database is gone")
        return question(FakeRecord(self))

    async def act(self, command: Act[Any]) -> Any:
        if isinstance(command, HandleLetter):
            self.handled.append(command)
            return None
        if not isinstance(command, Command):
            return self._by_the_core(command)
        ticket = self.world.tickets[command.ticket]
        if ticket.state is TicketState.CLOSED:
            raise UsageError("ticket 1 is closed; that cannot be done to it")
        self.commands.append(command)
        state = AFTER.get(command.action, ticket.state)
        after = replace(ticket, state=state, assignee=command.assignee or ticket.assignee)
        self.world.tickets[command.ticket] = after
        self.happen(EventKind.TICKET_CHANGED, f"ticket:{command.ticket}")
        return after

    def _by_the_core(self, act: Act[Any]) -> Any:
        """Carry out any other act as the daemon would, without a store."""
        if self.broken:
            raise StoreError("the database is gone")
        change = advance(self.world, [act], self.clock.now())
        [answer] = change.answers
        if isinstance(answer, NetmonError):
            raise answer
        absorb(self.world, change)
        if isinstance(act, TellAlerts):
            self.told.append(act)
        self.records |= {record.id: record for record in change.step.records}
        return answer

    def happen(self, kind: EventKind, subject: str) -> Event:
        event = Event(len(self.events) + 1, self.clock.now(), kind, subject)
        self.events.append(event)
        self._happened.set()
        return event

    async def reload(self, wish: ReloadWish) -> Reloaded:
        if self.mistakes:
            raise ConfigError(self.mistakes)
        read = self.on_disk or self.world.inventory
        reloaded = weighed(self.world, read, wish, self.clock.now())
        self.wishes.append(wish)
        if reloaded.outcome is Outcome.TAKEN_UP:
            self.world.inventory = read
            self.happen(EventKind.INVENTORY_RELOADED, "netmon:self")
        return reloaded

    async def events_after(self, event_id: int, wait_s: float) -> list[Event]:
        if not (found := [e for e in self.events if e.id > event_id]):
            self._happened.clear()
            try:
                async with asyncio.timeout(wait_s):
                    await self._happened.wait()
            except TimeoutError:
                return []
            found = [e for e in self.events if e.id > event_id]
        return found

    async def try_out(self, receiver: str) -> Attempt | None:
        self.tried.append(receiver)
        return self.reached.get(receiver)

    def readiness(self) -> tuple[str, ...]:
        return self.ready

    def counters(self) -> Mapping[tuple[str, str], float]:
        return COUNTERS
