"""What happened, and what the outside must be told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final


@unique
class EventKind(StrEnum):
    """What can happen."""

    FAULT_RAISED = "fault_raised"
    FAULT_CLEARED = "fault_cleared"
    FAULT_CHANGED = "fault_changed"  #: severity, root, suppression or flapping
    TICKET_OPENED = "ticket_opened"
    TICKET_CHANGED = "ticket_changed"
    TICKET_ESCALATED = "ticket_escalated"  #: nobody has taken it, and more people are told
    TICKET_DUE = "ticket_due"  #: a promised time is nearly spent, or is
    STATE_CHANGED = "state_changed"  #: of a target or a line
    LINE_ADDED = "line_added"  #: the inventory gained a line
    LINE_CHANGED = "line_changed"
    LINE_REMOVED = "line_removed"
    NOTIFICATION = "notification"  #: a target sent a trap or an inform, or more than are told
    MAINTENANCE_BEGAN = "maintenance_began"
    MAINTENANCE_ENDING = "maintenance_ending"  #: it ends soon; what is still bad
    MAINTENANCE_ENDED = "maintenance_ended"
    INVENTORY_RELOADED = "inventory_reloaded"  #: another inventory was taken up
    INVENTORY_REFUSED = "inventory_refused"  #: it was not: mistakes, or it removes too much
    OUTAGE_AMENDED = "outage_amended"  #: a person corrected the outage record
    MESSAGE = "message"  #: a device told something that a rule knows
    TEST = "test"  #: nothing: somebody tries whether a receiver is reached; never recorded


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. Immutable, numbered in order, never deleted before its retention."""

    id: int  #: strictly increasing: the ``id:`` of the event stream
    at: datetime
    kind: EventKind
    subject: str  #: an object ref, or ``ticket:12``
    data: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))  #: JSON


@unique
class Delivery(StrEnum):
    """What became of one try to tell the outside."""

    DELIVERED = "delivered"
    RETRY = "retry"  #: not now: try the same key again later
    REFUSED = "refused"  #: never: the far side will not have it


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one try, and why."""

    delivery: Delivery
    reason: str = (
        ""  #: a code such as ``http_403``, ``timeout``: no URL, no secret. With DELIVERED:
    )
    #: what went wrong before another way was found


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A message to people, composed once and said the same at every try."""

    title: str  #: at most 60 characters
    text: str
    short: str  #: the whole in one line, for an SMS


#: How a person's name as a receiver begins.
PERSON: Final = "person:"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the outside must be told. The same ``key`` may come twice and means the same thing."""

    key: str  #: ``receiver:event-id``
    receiver: str  #: a webhook's id, or ``person:ID``
    event: Event
    attempts: int = 0
    not_before: datetime | None = None
    queued_at: datetime | None = None  #: since when it is owed; None = since the event
    letter: str | None = None  #: the key of the message it is told in, once that is composed
    bulletin: Bulletin | None = None  #: the message, in the notice whose key it bears
    reason: str = ""  #: of the last failure: a code
    dead_at: datetime | None = None  #: given up; people decide what becomes of it

    @property
    def owed_since(self) -> datetime:
        """Return since when somebody should know of it."""
        return self.queued_at or max(self.event.at, self.not_before or self.event.at)
