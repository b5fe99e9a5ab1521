"""The humans' axis: a ticket owns one or more faults and moves by commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Any, Final, NewType

from netmon.model.act import Act, Detail
from netmon.model.clock import Clock
from netmon.model.fault import Fault, FaultId

TicketId = NewType("TicketId", int)

#: The actor of what the machine does by itself.
MACHINE: Final = "netmon"


@unique
class TicketState(StrEnum):
    """Where the work stands (ITIL incident)."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    WORKING = "working"
    WAITING = "waiting"
    RESTORED = "restored"
    CLOSED = "closed"


@unique
class Priority(StrEnum):
    """Severity × whom it hurts."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


@unique
class TicketAction(StrEnum):
    """What a person may do to a ticket; the paths of ``POST /api/v1/tickets/{id}/{action}``."""

    ACK = "ack"
    ASSIGN = "assign"
    NOTE = "note"
    WORK = "work"
    WAIT = "wait"
    RESUME = "resume"
    RESTORE = "restore"
    REVIEW = "review"
    CLOSE = "close"
    PRIORITY = "priority"


@unique
class WaitReason(StrEnum):
    """What a waiting ticket waits for."""

    CARRIER = "carrier"
    POWER = "power"
    ACCESS = "access"
    PARTS = "parts"
    OTHER = "other"


@unique
class Cause(StrEnum):
    """Who or what was responsible."""

    CARRIER = "carrier"
    SITE_POWER = "site_power"
    SUBSCRIBER_EQUIPMENT = "subscriber_equipment"
    OWN_EQUIPMENT = "own_equipment"
    UPSTREAM = "upstream"
    PLANNED = "planned"
    SECURITY = "security"
    UNKNOWN = "unknown"


@unique
class Origin(StrEnum):
    """Who opened a ticket."""

    MONITORING = "monitoring"
    MANUAL = "manual"  #: a person: somebody telephoned
    ALERTMANAGER = "alertmanager"  #: an alert of another tool


@dataclass(frozen=True, slots=True)
class Command(Act["Ticket"]):
    """A person's wish about a ticket."""

    ticket: TicketId
    action: TicketAction
    actor: str
    text: str = ""  #: a note, a remedy, a review
    assignee: str | None = None
    waiting_for: WaitReason | None = None
    cause: Cause | None = None
    restored_at: datetime | None = None  #: defaults to the machine's cleared time, or now
    priority: Priority | None = None
    review: str = ""  #: with ``close``: both at once

    @property
    def called(self) -> str:
        """Return what it is called in the audit trail."""
        return f"ticket.{self.action.value}"

    @property
    def about(self) -> str:
        """Return the ticket."""
        return f"ticket:{self.ticket}"


@dataclass(frozen=True, slots=True)
class OpenTicket(Act["Ticket"]):
    """A person opens a ticket: what nobody measures, or what was told by telephone."""

    title: str
    subject: str  #: an object ref
    priority: Priority
    actor: str
    text: str = ""
    tenant: str | None = None
    began_at: datetime | None = None  #: None = now

    @property
    def called(self) -> str:
        """Return what it is called in the audit trail."""
        return "ticket.new"

    @property
    def about(self) -> str:
        """Return the object it is about: it has no number yet."""
        return self.subject


@dataclass(frozen=True, slots=True)
class Merge(Act["Ticket"]):
    """Two tickets are one story: this one is closed, and the other has its faults."""

    ticket: TicketId
    into: TicketId
    actor: str
    text: str = ""
    past: tuple[Fault, ...] = ()  #: its faults that have cleared, from the record

    @property
    def called(self) -> str:
        """Return what it is called in the audit trail."""
        return "ticket.merge"

    @property
    def about(self) -> str:
        """Return the ticket."""
        return f"ticket:{self.ticket}"

    @property
    def details(self) -> Mapping[str, Detail]:
        """Return what else is worth recording."""
        return {"into": self.into}


@dataclass(frozen=True, slots=True)
class Split(Act["Ticket"]):
    """One ticket is two stories: some of its faults get a ticket of their own."""

    ticket: TicketId
    faults: tuple[FaultId, ...]
    actor: str
    text: str = ""
    past: tuple[Fault, ...] = ()  #: its faults that have cleared, from the record

    @property
    def called(self) -> str:
        """Return what it is called in the audit trail."""
        return "ticket.split"

    @property
    def about(self) -> str:
        """Return the ticket."""
        return f"ticket:{self.ticket}"

    @property
    def details(self) -> Mapping[str, Detail]:
        """Return what else is worth recording."""
        return {"faults": ", ".join(map(str, self.faults))}


@dataclass(frozen=True, slots=True)
class Reparent(Act["Ticket"]):
    """A ticket is part of another, or of none."""

    ticket: TicketId
    parent: TicketId | None
    actor: str
    text: str = ""

    @property
    def called(self) -> str:
        """Return what it is called in the audit trail."""
        return "ticket.parent"

    @property
    def about(self) -> str:
        """Return the ticket."""
        return f"ticket:{self.ticket}"

    @property
    def details(self) -> Mapping[str, Detail]:
        """Return what else is worth recording."""
        return {"parent": self.parent}


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A line of a ticket's append-only journal: who, when, what, before and after."""

    ticket: TicketId
    seq: int  #: from 1 within the ticket
    at: datetime
    actor: str
    action: str  #: a TicketAction, or the machine's: opened, joined, cleared, reopened, due, missed
    text: str = ""
    before: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    after: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Ticket:
    """The work on one cause. Immutable: what changes is a new value with the same ``id``."""

    id: TicketId
    state: TicketState
    priority: Priority
    opened_at: datetime
    faults: tuple[FaultId, ...]
    subject: str  #: the first fault's; the title is rendered from it
    condition: str  #: empty: a person opened it, and no fault has joined
    lines: tuple[str, ...] = ()  #: impact: line ids out of service
    tenants: tuple[str, ...] = ()  #: impact: tenant ids that lose service
    assignee: str | None = None
    waiting_for: WaitReason | None = None
    cause: Cause | None = None
    remedy: str = ""
    review: str = ""
    acknowledged_at: datetime | None = None
    cleared_at: datetime | None = None  #: the machine's: the last fault cleared
    restored_at: datetime | None = None  #: people's; defaults to the machine's
    closed_at: datetime | None = None
    journal_seq: int = 0  #: of the last journal entry
    title: str = ""  #: a person's words; else it is rendered
    origin: Origin = Origin.MONITORING
    parent: TicketId | None = None
    merged_into: TicketId | None = None  #: then it is closed, and its faults are there
    assessed: Priority | None = None  #: the machine's, whatever people said since; None = the same
    keys: tuple[str, ...] = ()  #: ``subject condition`` of its faults: what returns re-opens it
    evidence: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))  #: JSON
    response: Clock | None = None  #: until somebody acknowledges; None = opened by an older netmon
    restoration: Clock | None = None  #: until service is back
    inferred_cause: Cause | None = None  #: what netmon holds responsible, until a person says
    clues: tuple[str, ...] = ()  #: why: the members of ``model.outage.Clue``
