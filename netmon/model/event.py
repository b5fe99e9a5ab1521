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
    MESSAGE = "message"  #: a device told something that a rule knows


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
