"""A step in the making: what has changed so far, laid over the present.

The only thing on the pure floors that is written to. It lives for one call of ``core.step``, is
seen by nobody else, and ends as an immutable Change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from netmon.core.flap import kept
from netmon.core.life import is_dead
from netmon.model.condition import ConditionId, Held, Key
from netmon.model.event import PERSON, Event, EventKind, Notice
from netmon.model.fault import Fault, FaultId
from netmon.model.flap import Flap, FlapKept
from netmon.model.inventory import Inventory, LineId, TargetId
from netmon.model.reading import Lane
from netmon.model.record import R, Record, RecordId
from netmon.model.rule import Report, RuleId, Tally
from netmon.model.telling import LetterAction
from netmon.model.ticket import JournalEntry, Ticket, TicketId
from netmon.model.topology import Topology
from netmon.model.world import LineNow, Step, SubjectState, TargetNow, World

#: Of fewer targets nobody can say whether they or netmon are cut off.
_FEW: Final = 3

_TARGET_UNKNOWN = TargetNow()
_LINE_UNKNOWN = LineNow()

#: Of these the outside is told.
_TOLD = frozenset(
    {
        EventKind.FAULT_RAISED,
        EventKind.FAULT_CLEARED,
        EventKind.FAULT_CHANGED,
        EventKind.TICKET_OPENED,
        EventKind.TICKET_CHANGED,
        EventKind.TICKET_ESCALATED,
        EventKind.TICKET_DUE,
        EventKind.MAINTENANCE_BEGAN,
        EventKind.MAINTENANCE_ENDING,
        EventKind.MAINTENANCE_ENDED,
    }
)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that should not wait for its round: truth is polled."""

    target: TargetId
    lane: Lane
    after_s: float = 0.0  #: not before so long has passed


@dataclass(frozen=True, slots=True)
class Change:
    """What one call of ``core.step.advance`` comes to."""

    step: Step
    targets: Mapping[TargetId, TargetNow]
    lines: Mapping[LineId, LineNow]
    flaps: Mapping[str, Flap] = field(default_factory=dict)
    asks: tuple[Ask, ...] = ()
    answers: tuple[object, ...] = ()  #: one per act, in order; an exception is a refusal
    reports: Mapping[tuple[RuleId, str], Report | None] = field(default_factory=dict)
    tallies: Mapping[TargetId, Tally | None] = field(default_factory=dict)  #: None = forget


@dataclass(slots=True)
class Draft:
    """See the module. Implements ``core.scene.Scene``."""

    world: World
    now: datetime
    _targets: dict[TargetId, TargetNow] = field(default_factory=dict)
    _lines: dict[LineId, LineNow] = field(default_factory=dict)
    _held: dict[Key, Held | None] = field(default_factory=dict)
    _flaps: dict[str, Flap] = field(default_factory=dict)
    _faults: dict[FaultId, Fault] = field(default_factory=dict)
    _open: dict[Key, FaultId | None] = field(default_factory=dict)
    _tickets: dict[TicketId, Ticket] = field(default_factory=dict)
    _journal: list[JournalEntry] = field(default_factory=list)
    _events: list[Event] = field(default_factory=list)
    _states: dict[str, SubjectState] = field(default_factory=dict)
    _gone: list[str] = field(default_factory=list)
    _notices: dict[str, Notice] = field(default_factory=dict)  #: to people, by key
    _asks: dict[Ask, None] = field(default_factory=dict)
    _reports: dict[tuple[RuleId, str], Report | None] = field(default_factory=dict)
    _tallies: dict[TargetId, Tally | None] = field(default_factory=dict)
    _dead: int | None = None  #: targets without a sign of life; None = not counted yet
    _records: dict[RecordId, Record] = field(default_factory=dict)
    _letters: dict[str, LetterAction] = field(default_factory=dict)
    _watched: bool = False
    answers: list[object] = field(default_factory=list)

    # -- to read ------------------------------------------------------------------------------

    @property
    def inventory(self) -> Inventory:
        """Return the inventory."""
        return self.world.inventory

    @property
    def topology(self) -> Topology:
        """Return the graph of nodes and lines."""
        return self.world.topology

    @property
    def watched_since(self) -> datetime | None:
        return self.world.watched_since or self.world.started_at

    @property
    def pinging(self) -> bool:
        return bool(self.world.ping_available)

    @property
    def all_dead(self) -> bool:
        """Say whether nothing at all answers: then it is netmon that is cut off, and not they."""
        if self._dead is None:
            self._dead = sum(is_dead(self.target(t)) for t in self.inventory.targets)
        return self._dead >= max(_FEW, len(self.inventory.targets))

    def answering(self, among: Set[TargetId]) -> Iterable[TargetId]:
        known = self.world.answering
        if len(among) <= len(known):
            return among
        # Of very many nobody may answer: then it is quicker to ask who does.
        return among & (known | self._targets.keys())

    def held(self, key: Key) -> Held | None:
        return self._held[key] if key in self._held else self.world.held.get(key)

    def flap(self, subject: str) -> Flap | None:
        return self._flaps.get(subject) or self.world.flaps.get(subject)

    def target(self, target: TargetId) -> TargetNow:
        found = self._targets.get(target) or self.world.targets.get(target)
        return found or _TARGET_UNKNOWN

    def called(self, short: str) -> Collection[TargetId]:
        return self.world.called.get(short, ())

    def line(self, line: LineId) -> LineNow:
        return self._lines.get(line) or self.world.lines.get(line) or _LINE_UNKNOWN

    def fault(self, fault: FaultId) -> Fault | None:
        """Return an open fault, or one that closed in this step."""
        return self._faults.get(fault) or self.world.faults.get(fault)

    def open_fault(self, key: Key) -> Fault | None:
        """Return the open fault of a key."""
        if key in self._open:
            found = self._open[key]
            return None if found is None else self._faults[found]
        number = self.world.open_by_key.get(key)
        if number is None:
            return None
        return self._faults.get(number) or self.world.faults.get(number)

    def open_faults(self) -> list[Fault]:
        """Return all that is open, the oldest first."""
        merged = {**self.world.faults, **self._faults}
        return [fault for _, fault in sorted(merged.items()) if fault.is_open]

    def open_faults_of(self, conditions: Set[ConditionId]) -> Iterable[Fault]:
        """Return the open faults of some conditions."""
        merged = {**self.world.faults, **self._faults}
        return [f for f in merged.values() if f.is_open and f.condition in conditions]

    def ticket(self, ticket: TicketId) -> Ticket | None:
        """Return a ticket that is not closed, or may re-open."""
        return self._tickets.get(ticket) or self.world.tickets.get(ticket)

    def tickets(self) -> list[Ticket]:
        """Return the tickets at hand, the newest first."""
        merged = {**self.world.tickets, **self._tickets}
        return [ticket for _, ticket in sorted(merged.items(), reverse=True)]

    def changed_tickets(self) -> list[tuple[Ticket | None, Ticket]]:
        """Return what has become of tickets in this step: before it, None if new, and now."""
        return [(self.world.tickets.get(one.id), one) for one in self._tickets.values()]

    def event_of(self, subject: str, kinds: Set[EventKind]) -> Event | None:
        """Return the last event of this step about a subject that is one of these kinds."""
        found = (e for e in reversed(self._events) if e.subject == subject and e.kind in kinds)
        return next(found, None)

    def state(self, subject: str) -> SubjectState | None:
        """Return a subject's state and since when."""
        return self._states.get(subject) or self.world.states.get(subject)

    def reports(self) -> dict[tuple[RuleId, str], Report]:
        """Return what rules have heard lately, by rule and subject."""
        merged = {**self.world.reports, **self._reports}
        return {key: report for key, report in merged.items() if report is not None}

    def report(self, rule: RuleId, subject: str) -> Report | None:
        """Return what a rule has heard lately of a subject."""
        key = (rule, subject)
        return self._reports[key] if key in self._reports else self.world.reports.get(key)

    def tallies(self) -> dict[TargetId, Tally]:
        """Return how much targets told within the minute."""
        merged = {**self.world.tallies, **self._tallies}
        return {target: tally for target, tally in merged.items() if tally is not None}

    def tally(self, target: TargetId) -> Tally | None:
        """Return how much a target told within the minute."""
        found = self._tallies
        return found[target] if target in found else self.world.tallies.get(target)

    def live(self, kind: type[R]) -> list[R]:
        """Return the records of a kind that the present needs, the oldest first."""
        found: dict[RecordId, Any] = {**self.world.live.get(kind, {})}
        found |= {n: record for n, record in self._records.items() if type(record) is kind}
        return [record for _, record in sorted(found.items()) if record.is_live]

    def changed_faults(self) -> Collection[Fault]:
        """Return the faults that this step raised, changed or cleared."""
        return self._faults.values()

    def actor_of(self, ticket: TicketId) -> str:
        """Return who moved a ticket last in this step."""
        return next((e.actor for e in reversed(self._journal) if e.ticket == ticket), "")

    def moved(self) -> Iterable[str]:
        """Return the subjects whose state or faults this step changed."""
        known = self.world.running
        moved = dict.fromkeys((*self._states, *(f.subject for f in self._faults.values())))
        return [subject for subject in moved if subject in known]

    def touched_targets(self) -> Collection[TargetId]:
        """Return the targets that this step learnt of."""
        return self._targets.keys()

    def touched_lines(self) -> Collection[LineId]:
        """Return the lines that this step learnt of."""
        return self._lines.keys()

    # -- to write -----------------------------------------------------------------------------

    def put_target(self, target: TargetId, now: TargetNow) -> None:
        if self._dead is not None:
            self._dead += is_dead(now) - is_dead(self.target(target))
        self._targets[target] = now

    def put_line(self, line: LineId, now: LineNow) -> None:
        if self.line(line) is not now:
            self._lines[line] = now

    def put_held(self, key: Key, held: Held | None) -> None:
        self._held[key] = held

    def put_flap(self, subject: str, flap: Flap) -> None:
        self._flaps[subject] = flap

    def put_fault(self, fault: Fault) -> None:
        self._faults[fault.id] = fault
        self._open[fault.key] = fault.id if fault.is_open else None

    def put_past_fault(self, fault: Fault) -> None:
        """Change a fault that has cleared; its key may be open anew."""
        self._faults[fault.id] = fault

    def put_ticket(self, ticket: Ticket, entry: JournalEntry) -> None:
        self._tickets[ticket.id] = ticket
        self._journal.append(entry)

    def has_moved(self, ticket: TicketId) -> bool:
        """Say whether a ticket moved in this step."""
        return ticket in self._tickets

    def note_on_ticket(self, ticket: Ticket) -> None:
        """Note something with a ticket that moved in this step: its journal says so already."""
        self._tickets[ticket.id] = ticket

    def put_state(self, subject: str, state: str, *, told: bool = True) -> datetime:
        """Note a subject's state and return since when it has it."""
        before = self.state(subject)
        if before is not None and before.state == state:
            return before.since
        self._states[subject] = SubjectState(subject, state, self.now)
        if told and before is not None:
            self.happened(
                EventKind.STATE_CHANGED, subject, {"before": before.state, "after": state}
            )
        return self.now

    def put_report(self, rule: RuleId, subject: str, report: Report | None) -> None:
        self._reports[rule, subject] = report

    def put_tally(self, target: TargetId, tally: Tally | None) -> None:
        self._tallies[target] = tally

    def forget(self, subject: str) -> None:
        """Drop the state of a subject that the inventory no longer has."""
        self._gone.append(subject)

    def ask(self, target: TargetId, lane: Lane, after_s: float = 0.0) -> None:
        """Have a question asked at once, or as soon as ``after_s`` seconds have passed."""
        self._asks[Ask(target, lane, after_s)] = None

    def happened(self, kind: EventKind, subject: str, data: Mapping[str, object]) -> Event:
        """Append an event."""
        number = self.world.last_event + len(self._events) + 1
        event = Event(number, self.now, kind, subject, data)
        self._events.append(event)
        return event

    def tell(self, person: str, event: Event, after: timedelta = timedelta(0)) -> bool:
        """Have a person told of an event of this step, not before ``after``: then with others.

        False: that person has no channel, so nobody is told.
        """
        found = self.inventory.people.get(person)
        if found is None or not found.channels:
            return False
        receiver = f"{PERSON}{person}"
        key = f"{receiver}:{event.id}"
        self._notices[key] = Notice(key, receiver, event, not_before=self.now + after)
        return True

    def handle_letter(self, key: str, action: LetterAction) -> None:
        """Have a message that was given up tried anew, or dropped."""
        self._letters[key] = action

    def next_fault(self) -> FaultId:
        """Return a number no fault has."""
        last = max(self._faults, default=0)
        return FaultId(max(self.world.last_fault, last) + 1)

    def next_ticket(self) -> TicketId:
        """Return a number no ticket has."""
        last = max(self._tickets, default=0)
        return TicketId(max(self.world.last_ticket, last) + 1)

    def next_record(self) -> RecordId:
        """Return a number no record has."""
        last = max(self._records, default=0)
        return RecordId(max(self.world.last_record, last) + 1)

    def keep(self, record: Record) -> None:
        """Record an entry; of a kind that changes, in place of that with the same number."""
        self._records[record.id] = record

    def note_watched(self) -> None:
        """Have it written that netmon watches, though nothing changed."""
        self._watched = True

    def _keep_flaps(self) -> None:
        known = {} if not self._flaps else {r.subject: r for r in self.live(FlapKept)}
        for subject, flap in self._flaps.items():
            was = known.get(subject)
            record = kept(subject, flap, was, self.next_record() if was is None else was.id)
            if record is not None:
                self.keep(record)

    def change(self) -> Change:
        """Return what it all comes to."""
        self._keep_flaps()
        held = {k: h for k, h in self._held.items() if h != self.world.held.get(k)}
        notices = tuple(
            Notice(f"{hook.id}:{event.id}", hook.id, event)
            for event in self._events
            if event.kind in _TOLD
            for hook in self.inventory.policy.webhooks
        )
        notices += tuple(self._notices.values())
        step = Step(
            id=self.world.last_step + 1,
            at=self.now,
            held=held,
            faults=tuple(self._faults.values()),
            tickets=tuple(self._tickets.values()),
            journal=tuple(self._journal),
            events=tuple(self._events),
            notices=notices,
            states=tuple(self._states.values()),
            gone=tuple(self._gone),
            records=tuple(self._records.values()),
            letters=self._letters,
            watched=self._watched,
        )
        return Change(
            step,
            self._targets,
            self._lines,
            self._flaps,
            tuple(self._asks),
            tuple(self.answers),
            self._reports,
            self._tallies,
        )
