"""The present: what is known of every object, and the step from one present to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Any

from netmon.model.condition import Held, Key
from netmon.model.event import Event, Notice
from netmon.model.fault import Fault, FaultId
from netmon.model.flap import Flap
from netmon.model.inventory import Inventory, LineId, TargetId
from netmon.model.notification import NOTHING_HEARD, Heard
from netmon.model.outage import Interval
from netmon.model.reading import Facts, Lane, Neighbour
from netmon.model.record import Record, RecordId
from netmon.model.rule import Report, RuleId, Tally
from netmon.model.telling import LetterAction
from netmon.model.ticket import JournalEntry, Ticket, TicketId
from netmon.model.topology import Topology
from netmon.model.totals import Totals
from netmon.model.trend import Trend
from netmon.model.wiring import Sight


def _empty() -> Mapping[Any, Any]:
    return MappingProxyType({})


@unique
class TargetState(StrEnum):
    """Where a target stands."""

    UP = "up"
    DOWN = "down"
    UNREACHABLE = "unreachable"  #: what lies between it and netmon is down
    UNKNOWN = "unknown"  #: not asked yet, or nothing can be said


@unique
class LineState(StrEnum):
    """Where a line stands."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    PLANNED = "planned"  #: not in service yet


@dataclass(frozen=True, slots=True)
class SubjectState:
    """A state and since when: kept through a restart."""

    subject: str  #: an object ref
    state: str  #: a TargetState or LineState
    since: datetime


@dataclass(frozen=True, slots=True)
class LineNow:
    """What is known of a line at present. None: cannot be said."""

    state: LineState = LineState.UNKNOWN
    since: datetime | None = None
    in_bps: float | None = None  #: towards end A's node, over the last counters poll
    out_bps: float | None = None
    in_ratio: float | None = None  #: of the line's bandwidth, not the port's
    out_ratio: float | None = None
    rtt_s: float | None = None  #: to the far end's address
    loss_ratio: float | None = None  #: over the last presence questions
    jitter_s: float | None = None  #: mean absolute difference of successive round trips (RFC 3393)
    pings: tuple[float | None, ...] = ()  #: the last round trips, oldest first; None = lost
    flap_penalty: float = 0.0  #: at the last look; beyond 35 the line flaps (``core.flap``)
    far_misses: int = 0  #: questions to the far end in a row without an answer
    far_at: datetime | None = None  #: its last answer


@dataclass(frozen=True, slots=True)
class Memory:
    """What a store gives back at the start: everything that must survive ``kill -9``."""

    held: Mapping[Key, Held] = field(default_factory=_empty)
    faults: tuple[Fault, ...] = ()  #: the open ones, and those of tickets not closed
    tickets: tuple[Ticket, ...] = ()  #: not closed, and closed within the re-open window
    states: Mapping[str, SubjectState] = field(default_factory=_empty)  #: by subject
    last_step: int = 0
    last_fault: int = 0
    last_ticket: int = 0
    last_event: int = 0
    last_record: int = 0
    live: tuple[Record, ...] = ()  #: records that the present needs
    saved_at: datetime | None = None  #: of the last step


@dataclass(frozen=True, slots=True)
class Step:
    """What changes at once: it is committed whole or not at all."""

    id: int  #: strictly increasing; committing one twice changes nothing
    at: datetime
    held: Mapping[Key, Held | None] = field(default_factory=_empty)  #: None = forget
    faults: tuple[Fault, ...] = ()  #: new and changed, whole
    tickets: tuple[Ticket, ...] = ()  #: new and changed, whole
    journal: tuple[JournalEntry, ...] = ()  #: appended
    events: tuple[Event, ...] = ()  #: appended
    notices: tuple[Notice, ...] = ()  #: into the outbox
    states: tuple[SubjectState, ...] = ()
    gone: tuple[str, ...] = ()  #: subjects whose state is forgotten: removed from the inventory
    records: tuple[Record, ...] = ()  #: new, and those of kinds that change: whole
    letters: Mapping[str, LetterAction] = field(default_factory=_empty)  #: given up, by key
    watched: bool = False  #: it is to be noted that netmon watches, though nothing changed

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to write."""
        return not (
            self.held
            or self.faults
            or self.tickets
            or self.journal
            or self.events
            or self.notices
            or self.states
            or self.gone
            or self.records
            or self.letters
            or self.watched
        )


@dataclass(frozen=True, slots=True)
class FaultQuery:
    """Which faults to list, newest first."""

    open: bool | None = None  #: None = both
    subject: str | None = None
    condition: str | None = None
    severity: str | None = None
    before: FaultId | None = None  #: only ids below: the cursor
    limit: int = 100

    def matches(self, fault: Fault) -> bool:
        """Say whether a fault is asked for."""
        return (
            self.open in (None, fault.is_open)
            and self.subject in (None, fault.subject)
            and self.condition in (None, fault.condition)
            and self.severity in (None, fault.severity)
            and (self.before is None or fault.id < self.before)
        )


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """Which tickets to list, newest first."""

    states: tuple[str, ...] = ()  #: empty = all
    assignee: str | None = None
    before: TicketId | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class TargetNow:
    """What is known of a target at present. Replaced whole by each poll of it."""

    state: TargetState = TargetState.UNKNOWN
    since: datetime | None = None
    last_reply_at: datetime | None = None
    misses: int = 0  #: presence questions in a row without an answer
    ping: bool | None = None  #: whether ICMP is answered; None = not asked often enough to say
    ping_misses: int = 0  #: ICMP questions in a row without an answer
    facts: Facts = field(default_factory=Facts)
    profiles: tuple[str, ...] = ()  #: the most general first
    totals: Totals | None = None
    polled_at: Mapping[Lane, datetime] = field(default_factory=_empty)  #: last answered poll
    duration_s: Mapping[Lane, float] = field(default_factory=_empty)  #: of the last poll
    booted_at: datetime | None = None  #: now − sysUpTime, when last read
    restless_since: datetime | None = None  #: when the first of its boots was, if they go on
    interval_s: float | None = None  #: its profile's: values are asked no more often
    presence_s: float | None = None  #: likewise whether it is there
    ports: Mapping[str, int | None] = field(
        default_factory=_empty
    )  #: where, among the interfaces, a name of the inventory is; None = nowhere
    hints: Mapping[str, datetime] = field(
        default_factory=_empty
    )  #: when a trap or a message spoke of a port, by its name; only the last moments
    neighbours: tuple[Neighbour, ...] = ()  #: whom it sees by LLDP, of the last survey
    sight: Sight | None = None  #: of the last survey
    sight_before: Sight | None = None  #: of an earlier one
    trends: Mapping[str, Trend] = field(
        default_factory=_empty
    )  #: of the sensors that are judged by how fast they change: by ``metric/name``
    pinged_at: datetime | None = None  #: when ICMP last said anything, or nothing
    revived_at: datetime | None = None  #: when it answered ICMP after a silence of everything
    explained_at: datetime | None = None  #: when its silence last followed from something else
    unsettled: bool = False  #: an interface of it is between two phases: look though nothing moved
    heard: Heard = NOTHING_HEARD  #: of its traps and informs


@dataclass(slots=True)
class World:
    """The present as committed. The one writer replaces values in it; everyone else only reads.

    All of netmon's loops run on one thread, so a reader sees no half of a step as long as it does
    not wait between two looks.
    """

    inventory: Inventory
    targets: dict[TargetId, TargetNow] = field(default_factory=dict)
    lines: dict[LineId, LineNow] = field(default_factory=dict)
    held: dict[Key, Held] = field(default_factory=dict)
    faults: dict[FaultId, Fault] = field(default_factory=dict)  #: the open ones
    open_by_key: dict[Key, FaultId] = field(default_factory=dict)  #: of ``faults``
    flaps: dict[str, Flap] = field(default_factory=dict)  #: by line's or interface's ref
    tickets: dict[TicketId, Ticket] = field(default_factory=dict)  #: not closed, or may re-open
    states: dict[str, SubjectState] = field(default_factory=dict)
    raised: dict[tuple[str, str], int] = field(
        default_factory=dict
    )  #: faults since the start, by condition and severity
    reports: dict[tuple[RuleId, str], Report] = field(default_factory=dict)  #: by rule and subject
    tallies: dict[TargetId, Tally] = field(default_factory=dict)  #: of those that tell much
    last_step: int = 0
    last_fault: int = 0
    last_ticket: int = 0
    last_event: int = 0
    last_record: int = 0
    live: dict[type[Record], dict[RecordId, Record]] = field(
        default_factory=dict
    )  #: records that the present needs, by kind
    running: dict[str, Interval] = field(default_factory=dict)  #: the state of each subject
    unwatched: set[str] = field(default_factory=set)  #: not looked at since netmon was away
    watched_until: datetime | None = None  #: of the last step that was written
    started_at: datetime | None = None
    watched_since: datetime | None = None  #: earlier, where netmon was away for a moment only
    asleep_since: datetime | None = None  #: nobody watched from then on; None = netmon does
    called: dict[str, set[TargetId]] = field(default_factory=dict)  #: by sysName without domain
    former: Inventory | None = None  #: the inventory before, until the record fits the new one
    topology: Topology = field(default_factory=Topology)
    answering: set[TargetId] = field(default_factory=set)  #: whose last presence was answered
    ping_available: bool | None = None  #: whether ICMP may be asked; None = not tried yet
