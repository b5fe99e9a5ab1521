"""Stories on a fake clock: the whole chain in one process, told in the trade's words.

A story's poller asks as the daemon's does (the same periods, back-off and urgent questions), of
machines that answer as they really are; nobody waits.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from netmon.core.present import absorb, awaken, reconcile, under
from netmon.core.step import Input, Notified, Pinged, Polled, SurveyEnded, Ticked, advance
from netmon.core.trap import LINK_DOWN, LINK_UP
from netmon.daemon.schedule import Periods, next_presence_s, phase_of
from netmon.daemon.trains import TIMEOUT_S as TRAIN_TIMEOUT_S
from netmon.daemon.trains import Delays, Trains
from netmon.locale import use
from netmon.locale.messages import fault_message
from netmon.locale.subjects import label
from netmon.model.condition import Phase
from netmon.model.event import Event, EventKind
from netmon.model.fault import Fault
from netmon.model.inventory import Inventory, TargetId
from netmon.model.notification import Notification, NotificationKind
from netmon.model.oid import Oid
from netmon.model.plan import TargetPlan
from netmon.model.reading import Lane
from netmon.model.ticket import Command, Ticket, TicketAction, TicketId
from netmon.model.wire import Silence, Version
from netmon.model.world import World
from netmon.store.memory_store import MemoryStore
from tests.acceptance import agents
from tests.acceptance.district import START, Number, Truth, inventory, port

TIMEOUT_S = 4.5  #: 1.5 s, three times
QUICK_S, PATIENT_S = 0.8, 1.5  #: of the presence question, which is not retried
ANSWER_S = 0.02
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"


@dataclass
class Polling:
    """What the poller keeps of one target."""

    plan: TargetPlan | None = None
    misses: int = 0
    busy: bool = False
    present_busy: bool = False
    due: dict[Lane, float] = field(default_factory=dict)


def _tells(told: Number, value: float | None) -> None:
    told.value, told.curve = value, None


@dataclass(frozen=True)
class Moment:
    """An instant of a story, at which something happens to the district."""

    story: Story
    at_s: float

    def does(self, act: Callable[[Truth], object]) -> None:
        def happen() -> None:
            self.story.truth.forget()
            act(self.story.truth)

        self.story.later(self.at_s, happen)

    def cut(self, *lines: str) -> None:
        self.does(lambda truth: truth.cut.update(lines))

    def mend(self, *lines: str) -> None:
        self.does(lambda truth: truth.cut.difference_update(lines))

    def power_off(self, *targets: str) -> None:
        for ident in targets:
            self.does(lambda truth, ident=ident: setattr(truth.machines[ident], "powered", False))

    def power_on(self, *targets: str, ports_after_s: float = 0.0) -> None:
        for ident in targets:
            self.does(lambda truth, ident=ident: self._boot(truth, ident, ports_after_s))

    def _boot(self, truth: Truth, ident: str, ports_after_s: float) -> None:
        machine = truth.machines[ident]
        machine.powered, machine.booted_s = True, self.at_s
        machine.boots_ports_s = ports_after_s

    def silence(self, *targets: str) -> None:
        for ident in targets:
            self.does(lambda truth, ident=ident: setattr(truth.machines[ident], "speaks", False))

    def speak(self, *targets: str) -> None:
        for ident in targets:
            self.does(lambda truth, ident=ident: setattr(truth.machines[ident], "speaks", True))

    def state(self, ident: str, name: str, now: str) -> None:
        def change(truth: Truth) -> None:
            for told in truth.machines[ident].states:
                if told.name == name:
                    told.now = now

        self.does(change)

    def value(self, ident: str, name: str, value: float | None, metric: str = "") -> None:
        self._number(ident, name, metric, lambda told: _tells(told, value))

    def ramp(
        self,
        ident: str,
        name: str,
        per_hour: float,
        *,
        until: float | None = None,
        metric: str = "",
    ) -> None:
        """From now on a value changes by so much an hour, until it is ``until``."""

        def change(told: Number) -> None:
            begin = told.at(self.at_s)
            assert begin is not None

            def curve(now_s: float) -> float:
                now = begin + per_hour * (now_s - self.at_s) / 3600
                if until is None:
                    return now
                return min(now, until) if per_hour > 0 else max(now, until)

            told.curve = curve

        self._number(ident, name, metric, change)

    def follows(
        self, ident: str, name: str, curve: Callable[[float], float], *, metric: str = ""
    ) -> None:
        """From now on a value is a function of the seconds since now."""
        self._number(
            ident,
            name,
            metric,
            lambda told: setattr(told, "curve", lambda now_s: curve(now_s - self.at_s)),
        )

    def _number(self, ident: str, name: str, metric: str, act: Callable[[Number], None]) -> None:
        def change(truth: Truth) -> None:
            for told in truth.machines[ident].numbers:
                if told.name == name and metric in ("", told.metric):
                    act(told)

        self.does(change)

    def carries(self, line: str, bps: float) -> None:
        self.does(lambda truth: truth.load.update({line: bps}))

    def trap(self, node: str, line: str, *, up: bool = False) -> None:
        """The node's agent says of a line's port that it went down, or came up."""
        name = port(line)
        varbinds = ((Oid.parse(f"{IF_NAME}.1"), name.encode()),)
        given = Notification(
            source="127.0.0.1",
            target=TargetId(node),
            version=Version.V2C,
            kind=NotificationKind.TRAP,
            trap=LINK_UP if up else LINK_DOWN,
            varbinds=varbinds,
            uptime_s=1e6,
        )
        self.story.later(self.at_s, lambda: self.story.give(Notified(given)))

    def flap(self, line: str, *, times: int, down_s: float, up_s: float) -> None:
        for turn in range(times):
            at = Moment(self.story, self.at_s + turn * (down_s + up_s))
            at.cut(line)
            Moment(self.story, at.at_s + down_s).mend(line)

    def isolate(self) -> None:
        self.does(lambda truth: setattr(truth, "isolated", True))

    def plug_in(self) -> None:
        self.does(lambda truth: setattr(truth, "isolated", False))

    def reload(self, change: Callable[[Inventory], Inventory]) -> None:
        self.story.later(self.at_s, lambda: self.story.reload(change(self.story.world.inventory)))

    def restart(self, away_s: float = 2.0) -> None:
        self.story.later(self.at_s, lambda: self.story.stop())
        self.story.later(self.at_s + away_s, lambda: self.story.start())

    def command(self, subject: str, action: TicketAction, **more: Any) -> None:
        def act() -> None:
            ticket = self.story.ticket(subject)
            self.story.give(Command(ticket.id, action, "li", **more))

        self.story.later(self.at_s, act)


class Story:
    """A district, its truth, a netmon that watches it, and everything netmon said."""

    def __init__(
        self,
        whole: Inventory | None = None,
        *,
        pinging: bool = True,
        periods: Periods | None = None,
        start: datetime = START,
    ) -> None:
        self.begin = start
        self.truth = Truth(whole or inventory())
        self.store = MemoryStore()
        self.now_s = 0.0
        self._pinging = pinging
        self._given_periods = periods
        self._order = count()
        self._agenda: list[tuple[float, int, int, Callable[[], None]]] = []
        self._watch = 0  #: which run of netmon it is; what was set for an earlier one is void
        self._claimed: set[int] = set()
        self._polling: dict[TargetId, Polling] = {}
        self.asked: dict[str, int] = {}
        self.world: World = awaken(self.store.load(), self.truth.inventory, self.now)
        self.start()

    @property
    def now(self) -> datetime:
        return self.begin + timedelta(seconds=self.now_s)

    def at(self, min: float = 0.0, s: float = 0.0) -> Moment:  # noqa: A002 - as it is said
        return Moment(self, min * 60 + s)

    def later(self, at_s: float, act: Callable[[], None], *, watch: int = 0) -> None:
        heapq.heappush(self._agenda, (at_s, next(self._order), watch, act))

    def tell(self, min: float = 0.0, s: float = 0.0) -> None:  # noqa: A002
        """Let time go by until an instant."""
        end_s = min * 60 + s
        while self._agenda and self._agenda[0][0] <= end_s:
            at_s, _, watch, act = heapq.heappop(self._agenda)
            if watch and watch != self._watch:
                continue
            self._pass(at_s)
            act()
        self._pass(end_s)

    def _pass(self, at_s: float) -> None:
        self.truth.flow(at_s - self.now_s)
        self.now_s = at_s

    # -- netmon -------------------------------------------------------------------------------

    def start(self) -> None:
        self._watch += 1
        self.world = awaken(self.store.load(), self.truth.inventory, self.now)
        self._take(reconcile(self.world, self.now))
        self._polling = {}
        self._trains = Trains()
        self.world.ping_available = self._pinging
        for ident in self.world.inventory.targets:
            self._survey_soon(ident)
        for address in self.world.topology.far:
            self._set(
                phase_of(TargetId(address), Lane.PRESENCE, 5.0), lambda a=address: self._far(a)
            )
        self._set(1.0, self._tick)

    def stop(self) -> None:
        self._watch += 1

    def reload(self, whole: Inventory) -> None:
        self.truth.adopt(whole)
        far = set(self.world.topology.far)
        changed = list(under(self.world, whole))
        self._take(reconcile(self.world, self.now))
        for ident in changed:
            self._survey_soon(ident)
        for address in set(self.world.topology.far) - far:
            self._set(1.0, lambda a=address: self._far(a))

    def give(self, *inputs: Input) -> None:
        """Have netmon take something in, write it, and follow what it asks for."""
        change = advance(self.world, inputs, self.now)
        for answer in change.answers:
            if isinstance(answer, Exception):
                raise answer
        self._take(change)

    def _take(self, change: Any) -> None:
        if not change.step.is_empty:
            self.store.commit(change.step)
        absorb(self.world, change)
        for ask in change.asks:
            polling = self._polling.get(ask.target)
            if polling is not None and (ask.lane is Lane.PRESENCE or polling.misses == 0):
                self._hasten(ask.target, ask.lane, ask.after_s)
        for ident, seen in change.targets.items():
            if seen.facts.table_changed and ident in self._polling:
                self._hasten(ident, Lane.NAMES, 0.0)

    # -- its poller ---------------------------------------------------------------------------

    @property
    def periods(self) -> Periods:
        every = self.world.inventory.policy.intervals
        return self._given_periods or Periods(
            every.presence.total_seconds(),
            every.status.total_seconds(),
            every.counters.total_seconds(),
            every.names.total_seconds(),
            every.dead.total_seconds(),
        )

    def _set(self, in_s: float, act: Callable[[], None]) -> None:
        self.later(self.now_s + in_s, act, watch=self._watch)

    def _survey_soon(self, ident: TargetId) -> None:
        self._polling[ident] = Polling()
        self._hasten(ident, Lane.NAMES, phase_of(ident, Lane.NAMES, 2.0))

    def _hasten(self, ident: TargetId, lane: Lane, in_s: float) -> None:
        due = self._polling[ident].due
        at_s = self.now_s + in_s
        if due.get(lane, at_s + 1) > at_s:
            due[lane] = at_s
            self._set(in_s, lambda: self._due(ident, lane, at_s))

    def _due(self, ident: TargetId, lane: Lane, at_s: float) -> None:
        polling = self._polling.get(ident)
        if polling is None or polling.due.get(lane) != at_s:
            return
        del polling.due[lane]
        if lane is Lane.PRESENCE and polling.plan is not None:
            if not polling.present_busy:
                self._ask(ident, polling, lane)
        elif polling.busy:
            self._hasten(ident, lane, 0.1)
        elif polling.misses == 0 or lane in (Lane.PRESENCE, Lane.NAMES):
            self._ask(ident, polling, Lane.NAMES if polling.plan is None else lane)

    def _ask(self, ident: TargetId, polling: Polling, lane: Lane) -> None:
        timeout_s = TIMEOUT_S
        if lane is Lane.PRESENCE:
            polling.present_busy = True
            timeout_s = QUICK_S if polling.misses < 2 else PATIENT_S
        else:
            polling.busy = True
            self._hasten(ident, lane, self._period(polling, lane))
        why = self._silence(str(ident))
        asked_s = self.now_s
        wait_s = timeout_s if why is Silence.TIMEOUT else ANSWER_S
        watch = self._watch
        self.later(
            self.now_s + wait_s,
            lambda: self._answered(ident, polling, lane, (why, asked_s)),
            watch=watch,
        )

    def _periods_of(self, ident: TargetId) -> Periods:
        target = self.world.inventory.targets.get(ident)
        if target is None or target.presence is None:
            return self.periods
        return replace(self.periods, presence=target.presence.total_seconds())

    def _period(self, polling: Polling, lane: Lane) -> float:
        wrap_s = polling.plan.wrap_s if polling.plan is not None else None
        if lane is Lane.COUNTERS and wrap_s:
            return min(self.periods.of(lane), 0.85 * wrap_s)
        return self.periods.of(lane)

    def _silence(self, ident: str) -> Silence | None:
        machine = self.truth.machines[ident]
        if ident not in self.truth.reachable(self.now_s) or not machine.speaks:
            return Silence.TIMEOUT
        return machine.refuses

    def _answered(
        self, ident: TargetId, polling: Polling, lane: Lane, how: tuple[Silence | None, float]
    ) -> None:
        why, asked_s = how
        if lane is Lane.PRESENCE:
            polling.present_busy = False
        else:
            polling.busy = False
        target = self.world.inventory.targets.get(ident)
        if target is None or self._polling.get(ident) is not polling:
            return
        self.asked[str(ident)] = self.asked.get(str(ident), 0) + 1
        took_s = self.now_s - asked_s
        first = polling.plan is None or polling.misses > 0
        if lane is Lane.NAMES:
            found = agents.surveyed(target, self.truth, asked_s, why)
            polling.plan = polling.plan if why else found.plan
            given: Input = SurveyEnded(ident, found, took_s)
        else:
            assert polling.plan is not None
            told = (
                agents.silence(polling.plan, lane, why)
                if why
                else agents.replies(target, polling.plan, lane, self.truth, asked_s)
            )
            given = Polled(ident, polling.plan, lane, told, took_s)
        if lane in (Lane.PRESENCE, Lane.NAMES) or (polling.misses and why is None):
            self._presence(ident, polling, asked_s, missed=why is not None, first=first)
        self.give(given)
        if why is not None and lane in (Lane.PRESENCE, Lane.NAMES) and self._pinging:
            self._follow(target.address, self._trains.ask(target.address, self.now_s))

    def _presence(
        self, ident: TargetId, polling: Polling, asked_s: float, *, missed: bool, first: bool
    ) -> None:
        polling.misses = polling.misses + 1 if missed else 0
        polling.due.pop(Lane.PRESENCE, None)
        wait_s = next_presence_s(polling.misses, self._periods_of(ident), ident)
        if missed and polling.plan is not None:
            wait_s = max(0.0, asked_s + wait_s - self.now_s)
        lane = Lane.PRESENCE if polling.plan is not None else Lane.NAMES
        polling.due.pop(lane, None)
        self._hasten(ident, lane, wait_s)
        if not missed and first:
            self._hasten(ident, Lane.STATUS, 0.05)
            self._hasten(ident, Lane.COUNTERS, 0.1)

    def _follow(self, address: str, delays: Delays) -> None:
        for delay_s in delays:
            self._set(delay_s, lambda: self._ping(address, again=True))

    def _ping(self, address: str, *, again: bool) -> None:
        asked_s = self.now_s
        there = any(
            str(target.id) in self.truth.reachable(asked_s)
            and self.truth.machines[str(target.id)].pings
            for target in self.world.inventory.targets.values()
            if target.address == address
        ) or self.truth.far_answers(address, asked_s)
        self._set(
            ANSWER_S if there else TRAIN_TIMEOUT_S,
            lambda: self._pinged(address, asked_s, there=there, again=again),
        )

    def _pinged(self, address: str, asked_s: float, *, there: bool, again: bool) -> None:
        tells, delays = self._trains.answered(
            address, asked_s, self.now_s, answers=there, again=again
        )
        if tells:
            self.give(Pinged(address, ANSWER_S if there else None, again=again))
        self._follow(address, delays)

    def _far(self, address: str) -> None:
        if address not in self.world.topology.far:
            return
        self._set(5.0, lambda: self._far(address))
        if self._pinging:
            self._ping(address, again=False)

    def _tick(self) -> None:
        self._set(10.0, self._tick)
        self.give(Ticked())

    # -- what netmon said ---------------------------------------------------------------------

    def events(self, *kinds: EventKind) -> list[Event]:
        return [e for e in self.store.events(0, 1_000_000) if not kinds or e.kind in kinds]

    def wants(self, after: float, before: float) -> Wanted:
        """Look at what was said between two instants, in minutes; both included."""
        return Wanted(self, after * 60, before * 60)

    def wants_nothing_else(self) -> None:
        """Every fault raised in the whole story was wanted."""
        raised = self.events(EventKind.FAULT_RAISED)
        assert [self._line(e) for e in raised if e.id not in self._claimed] == []

    def claim(self, event: Event) -> None:
        self._claimed.add(event.id)

    def _line(self, event: Event) -> str:
        s = (event.at - self.begin).total_seconds()
        return f"{s / 60:.2f} min {event.kind} {event.subject} {event.data.get('condition')}"

    def log(self) -> str:
        """Return all that was said, for a person who wonders."""
        return "\n".join(self._line(e) for e in self.events())

    def faults(self) -> list[str]:
        """Return what is open now."""
        return [f"{f.subject} {f.condition}" for f in self.world.faults.values()]

    def fault(self, subject: str, condition: str) -> Fault:
        return next(
            f
            for f in self.world.faults.values()
            if (f.subject, f.condition) == (subject, condition)
        )

    def tickets(self) -> list[Ticket]:
        return sorted(self.world.tickets.values(), key=lambda t: t.id)

    def ticket(self, subject: str) -> Ticket:
        return max((t for t in self.tickets() if t.subject == subject), key=lambda t: t.id)

    def state(self, subject: str) -> str:
        kind, _, ident = subject.partition(":")
        if kind == "line":
            return next(str(now.state) for k, now in self.world.lines.items() if k == ident)
        return str(self.world.targets[TargetId(ident)].state)

    def sentence(self, event: Event, lang: str = "en") -> str:
        """Return what a fault's ticket says, as people read it."""
        with use(lang):
            who = label(event.subject, self.world.inventory)
            return fault_message(str(event.data["condition"]), who, event.data["params"])

    def totals(self, node: str, line: str) -> tuple[int, int]:
        """Return what netmon says has passed a line's port, octets, and intervals it left out."""
        found = self.world.targets[TargetId(node)].totals
        assert found is not None
        octets = found.totals["in_octets"][found.names.index(port(line))]
        assert octets is not None
        return octets, found.discontinuities

    def states(self, subject: str) -> list[str]:
        """Return the states a subject went through, as they were told."""
        changed = [e for e in self.events(EventKind.STATE_CHANGED) if e.subject == subject]
        return [str(e.data["after"]) for e in changed]

    def journal(self, ticket: int) -> list[str]:
        return [entry.action for entry in self.store.journal(TicketId(ticket))]

    def check(self) -> None:
        """What must hold whatever the story: record and present agree, nothing is twice open."""
        memory = self.store.load()
        still = {f.id: f for f in memory.faults if f.is_open}
        assert still == self.world.faults
        assert {f.key: f.id for f in still.values()} == self.world.open_by_key
        raised = {k for k, h in memory.held.items() if h.phase in (Phase.RAISED, Phase.CLEARING)}
        assert raised == set(self.world.open_by_key)
        for ticket in memory.tickets:
            assert len(set(ticket.faults)) == len(ticket.faults)
        for fault in still.values():
            assert (
                fault.ticket is None
                or fault.id in self.world.tickets[TicketId(fault.ticket)].faults
            )


@dataclass(frozen=True)
class Wanted:
    """What must have been said between two instants."""

    story: Story
    after_s: float
    before_s: float

    def _events(self, kind: EventKind) -> Iterable[Event]:
        for event in self.story.events(kind):
            if self.after_s <= (event.at - self.story.begin).total_seconds() <= self.before_s:
                yield event

    def _one(self, kind: EventKind, subject: str, condition: str | None) -> Event:
        whole = [e for e in self.story.events(kind) if e.subject == subject]
        if condition is not None:
            whole = [e for e in whole if e.data.get("condition") == condition]
        here = [e for e in self._events(kind) if e in whole]
        assert len(here) == 1, (
            f"{kind} {subject} {condition}: {len(here)} times\n{self.story.log()}"
        )
        return here[0]

    def raised(self, subject: str, condition: str) -> Event:
        event = self._one(EventKind.FAULT_RAISED, subject, condition)
        self.story.claim(event)
        return event

    def cleared(self, subject: str, condition: str) -> Event:
        return self._one(EventKind.FAULT_CLEARED, subject, condition)

    def opened(self, subject: str) -> Event:
        """A ticket about a subject was opened."""
        found = [e for e in self._events(EventKind.TICKET_OPENED) if e.data["subject"] == subject]
        assert len(found) == 1, self.story.log()
        return found[0]

    def said(self, kind: EventKind, subject: str) -> Event:
        return self._one(kind, subject, None)

    def nothing(self) -> None:
        """No fault was raised, and no ticket opened."""
        found = [*self._events(EventKind.FAULT_RAISED), *self._events(EventKind.TICKET_OPENED)]
        assert not found, self.story.log()
