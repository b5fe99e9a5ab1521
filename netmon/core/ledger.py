"""Keep the outage record: what each step comes to, in intervals.

Rule 1: an interval begins at the first look that showed it. Hold-down delays the telling, never the
dating; what is looked well while its fault is open is not believed yet.
Rule 2: of each subject the intervals follow one another without a gap. What is over is sealed.
Rule 3: where netmon did not watch for longer than a minute, nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from netmon.core import attribution, standing, suspicion
from netmon.core.belonging import About, about
from netmon.core.draft import Draft
from netmon.core.standing import Standing
from netmon.model.condition import ConditionId
from netmon.model.fault import Fault, FaultId
from netmon.model.inventory import LineId, TargetId
from netmon.model.outage import Finding, Inferred, Interval, ServiceState
from netmon.model.reading import Lane
from netmon.model.ticket import Ticket

#: netmon notes that it watches when nothing else was written for so long.
NOTED_EVERY: Final = timedelta(seconds=30)
#: It notes so at the beat of time, which may come so much later.
_BEAT: Final = timedelta(seconds=10)
#: A minute without a look leaves no trace.
_PATIENCE: Final = timedelta(seconds=60)
UNWATCHED: Final = _PATIENCE + NOTED_EVERY + _BEAT

_BAD: Final = frozenset({ServiceState.DEGRADED, ServiceState.DOWN, ServiceState.UNREACHABLE})
#: What followed from something else is a matter of its own now.
_HEARD: Final = (ServiceState.UNREACHABLE, ServiceState.DOWN)
_OF_LINES: Final = frozenset(
    {
        ConditionId.LINE_DOWN,
        ConditionId.LINE_DEGRADED,
        ConditionId.LINE_SATURATED,
        ConditionId.LINE_FLAPPING,
    }
)


@dataclass(slots=True)
class _Books:
    """The running intervals as this step leaves them."""

    draft: Draft
    changed: dict[str, Interval | None] = field(default_factory=dict)
    _scene: attribution.Scene | None = None

    @property
    def scene(self) -> attribution.Scene:
        if self._scene is None:
            self._scene = attribution.Scene(self.draft)
        return self._scene

    def running(self, subject: str) -> Interval | None:
        if subject in self.changed:
            return self.changed[subject]
        return self.draft.world.running.get(subject)

    def subjects(self) -> list[str]:
        return list(self.draft.world.running)

    def open(self, interval: Interval) -> None:
        self.changed[interval.subject] = interval
        self.draft.keep(interval)

    def close(self, running: Interval, at: datetime) -> None:
        """End an interval, with what is known of it by now."""
        fault = None if running.fault is None else self.draft.fault(FaultId(running.fault))
        ticket = fault.ticket if fault is not None else running.ticket
        closed = replace(running, end=at, ticket=ticket)
        if running.state in _BAD:
            closed = _held_responsible(closed, self.scene.infer(closed))
            suspicion.note(self.draft, closed)
        self.changed[running.subject] = None
        self.draft.keep(closed)

    def hand_over(self, running: Interval, whose: About) -> None:
        """Begin a new interval of the same state where a subject is somebody else's from now on."""
        number, at = running.id, max(self.draft.now, running.begin)
        if at > running.begin:
            self.close(running, at)
            number = self.draft.next_record()
        self.open(replace(running, id=number, begin=at, about=whose))

    def turn(self, running: Interval, at: datetime, found: Standing) -> None:
        """End what runs and begin another state; what has not lasted is only called otherwise."""
        begin = min(max(at, running.begin), self.draft.now)
        number = running.id
        if begin > running.begin:
            self.close(running, begin)
            number = self.draft.next_record()
        begun = Interval(
            number,
            running.subject,
            found.state,
            begin,
            fault=found.fault,
            root=found.root,
            ticket=found.ticket,
            about=about(self.draft.inventory, running.subject),
        )
        if begun.state in _BAD:
            begun = _held_responsible(begun, self.scene.infer(begun))
            suspicion.note(self.draft, begun)
        self.open(begun)


def begin(draft: Draft) -> None:
    """Begin the record of what has none, and end that of what the inventory no longer has."""
    books = _Books(draft)
    _mind_the_gap(books)
    inventory = draft.inventory
    known = [t.ref for t in inventory.targets.values()] + [x.ref for x in inventory.lines.values()]
    for subject in set(books.subjects()).difference(known):
        running = books.running(subject)
        if running is not None:
            books.close(running, max(draft.now, running.begin))
    for subject in known:
        running, whose = books.running(subject), about(inventory, subject)
        if running is None:
            state = standing.of(draft, subject).state
            books.open(Interval(draft.next_record(), subject, state, draft.now, about=whose))
        elif dict(running.about) != dict(whose):
            books.hand_over(running, whose)
    _settle(books, known)


def follow(draft: Draft) -> None:
    """Put into the record what this step changed."""
    books = _Books(draft)
    _mind_the_gap(books)
    _settle(books, _candidates(books))
    for before, ticket in draft.changed_tickets():
        _find(draft, before, ticket)


def _find(draft: Draft, before: Ticket | None, ticket: Ticket) -> None:
    """Record when a ticket was taken up and what it was, for as long as figures need it."""
    if _found_out(before) != _found_out(ticket):
        draft.keep(
            Finding(
                draft.next_record(),
                at=draft.now,
                actor=draft.actor_of(ticket.id),
                ticket=ticket.id,
                opened_at=ticket.opened_at,
                faults=ticket.faults,
                acknowledged_at=ticket.acknowledged_at,
                cause=ticket.cause,
            )
        )


def _found_out(ticket: Ticket | None) -> tuple[object, ...] | None:
    """Return what people have found out; nothing while nobody has taken a ticket up."""
    if ticket is None or (ticket.acknowledged_at is None and ticket.cause is None):
        return None
    return ticket.acknowledged_at, ticket.cause, ticket.faults


def ticked(draft: Draft) -> None:
    """Note that netmon watches, where nothing else was written for a while."""
    until = draft.world.watched_until
    if until is not None and draft.now - until >= NOTED_EVERY:
        draft.note_watched()


# --- what is looked at ----------------------------------------------------------------------------


def _candidates(books: _Books) -> Iterable[str]:
    draft = books.draft
    changed = draft.moved()
    if any(fault.condition is ConditionId.NETMON_ISOLATED for fault in draft.changed_faults()):
        return books.subjects()
    if not draft.world.unwatched and not books.changed:
        return changed
    touched = draft.touched_targets()
    lines = [f"line:{line}" for t in touched for line in draft.topology.lines_at.get(t, ())]
    targets = [draft.inventory.targets[t].ref for t in touched if t in draft.inventory.targets]
    pinged = [f"line:{line}" for line in draft.touched_lines()]
    return dict.fromkeys([*changed, *targets, *lines, *pinged])


def _mind_the_gap(books: _Books) -> None:
    """Where nobody watched for long, nobody knows what was, from the last time somebody did."""
    draft = books.draft
    until = draft.world.watched_until
    if until is None or draft.now - until <= UNWATCHED:
        return
    for subject in books.subjects():
        running = books.running(subject)
        if running is None or running.state is ServiceState.NOT_IN_SERVICE or not running.watched:
            continue
        number = running.id
        if until > running.begin:
            books.close(running, until)
            number = draft.next_record()
        books.open(
            Interval(
                number,
                subject,
                ServiceState.UNKNOWN,
                max(until, running.begin),
                watched=False,
                about=running.about,
            )
        )


def _settle(books: _Books, subjects: Iterable[str]) -> None:
    passed = _that_passed(books.draft)
    for subject in subjects:
        for fault in passed.get(subject, ()):
            _passed(books, fault)
        _follow(books, subject, passed.get(subject, []))


def _that_passed(draft: Draft) -> dict[str, list[Fault]]:
    """Return the faults that ended in this step, by subject, in order."""
    found: dict[str, list[Fault]] = {}
    for fault in draft.changed_faults():
        if fault.ended_at is not None and _is_state(fault):
            found.setdefault(fault.subject, []).append(fault)
    return found


def _is_state(fault: Fault) -> bool:
    return fault.condition in _OF_LINES or fault.condition is ConditionId.NODE_DOWN


def _passed(books: _Books, fault: Fault) -> None:
    """Record a fault that was raised and cleared within one step."""
    running = books.running(fault.subject)
    if running is None or running.state in _BAD or fault.id <= books.draft.world.last_fault:
        return
    books.turn(running, fault.began_at, standing.of_fault(books.draft, fault))


def _follow(books: _Books, subject: str, ended: list[Fault]) -> None:
    draft = books.draft
    running = books.running(subject)
    if running is None or not standing.is_known(draft, subject):
        return
    found = standing.of(draft, subject)
    if found.state is running.state:
        _same(books, running, found)
        return
    if not running.watched and not _is_seen(draft, subject, found):
        return
    books.turn(running, _since(draft, running, found, ended), found)


def _same(books: _Books, running: Interval, found: Standing) -> None:
    """Note what became known of a state that lasts: its fault, what explains it, its ticket."""
    known = replace(running, fault=found.fault, root=found.root, ticket=found.ticket)
    if found.fault is not None and known != running:
        known = _held_responsible(known, books.scene.infer(known))
        suspicion.note(books.draft, known)
        books.open(known)


def _since(draft: Draft, running: Interval, found: Standing, ended: list[Fault]) -> datetime:
    """Return from when on a subject stood so."""
    turned = _turn_of_day(draft)
    dated = ServiceState.NOT_IN_SERVICE
    if dated in (found.state, running.state) and turned is not None:
        return turned
    states = (running.state, found.state)
    if states == _HEARD and found.fault == running.fault and found.held_since is not None:
        return found.held_since  # what explained it ended then
    if found.state is ServiceState.UP and ended:
        return max(fault.ended_at or draft.now for fault in ended)
    since = found.since or draft.now
    return draft.now if not running.watched and since <= running.begin else since


def _turn_of_day(draft: Draft) -> datetime | None:
    """Return midnight in the district, where nothing has been noted since."""
    zone = ZoneInfo(draft.inventory.policy.timezone)
    midnight = datetime.combine(draft.now.astimezone(zone).date(), time(), zone)
    until = draft.world.watched_until
    at = midnight.astimezone(draft.now.tzinfo)
    return at if until is not None and at >= until else None


def _is_seen(draft: Draft, subject: str, found: Standing) -> bool:
    """Say whether, after a time without a look, a subject has been looked at in this step.

    What looks well while its fault is open waits for the fault's end.
    """
    if found.state is ServiceState.NOT_IN_SERVICE:
        return True
    if found.clearing:
        return False
    kind, _, name = subject.partition(":")
    if kind != "line":
        now = draft.target(TargetId(name))
        return now.misses > 0 or now.last_reply_at == draft.now
    line = draft.inventory.lines[LineId(name)]
    near, far = draft.target(line.a.node), draft.line(line.id)
    told = near.polled_at.get(Lane.STATUS) == draft.now or far.far_at == draft.now
    return told or near.misses > 0 or far.far_misses > 0


def _held_responsible(interval: Interval, inferred: Inferred) -> Interval:
    known = inferred if inferred.clues else Inferred()
    if not known.clues and interval.clues:
        return interval  # what was known at its beginning
    return replace(
        interval,
        cause=known.cause,
        confidence=known.confidence if known.clues else None,
        clues=known.clues,
    )
