"""The hand-over of a shift: what one person leaves to the next, and that they took it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from netmon.model.act import Act
from netmon.model.record import Record, RecordId
from netmon.model.ticket import TicketId


@dataclass(frozen=True, slots=True)
class HandedTicket:
    """A ticket that is not closed, as it is at the hand-over."""

    id: TicketId
    state: str
    priority: str
    subject: str
    condition: str
    opened_at: datetime
    assignee: str | None = None
    waiting_for: str | None = None
    title: str = ""  #: a person's words; else it is rendered
    response_due: datetime | None = None  #: by when somebody has to answer; None = no clock runs
    restore_due: datetime | None = None  #: by when service has to be back


@dataclass(frozen=True, slots=True)
class Handover(Record):
    """One hand-over. Replaced once: when it is accepted."""

    at: datetime
    giver: str  #: a person of the inventory
    taker: str
    text: str  #: what else there is to know: notes of the inspection round
    actor: str  #: who wrote it
    rota: str | None = None
    tickets: tuple[HandedTicket, ...] = ()  #: the most urgent first
    open_faults: int = 0
    maintenance: tuple[str, ...] = ()  #: planned work under way, by id
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    remark: str = ""  #: of whoever accepted

    @property
    def is_live(self) -> bool:
        """Say whether it waits to be accepted."""
        return self.accepted_at is None


@dataclass(frozen=True, slots=True)
class HandOver(Act[Handover]):
    """Somebody hands over their shift."""

    taker: str
    text: str
    actor: str
    giver: str | None = None  #: None: who is on call of the rota, or else the actor
    rota: str | None = None
    at: datetime | None = None  #: None: now

    @property
    def called(self) -> str:
        """Return what it is called in the audit trail."""
        return "handover.new"


@dataclass(frozen=True, slots=True)
class AcceptHandover(Act[Handover]):
    """Somebody takes over."""

    handover: RecordId
    actor: str
    text: str = ""

    @property
    def called(self) -> str:
        """Return what it is called in the audit trail."""
        return "handover.accept"

    @property
    def about(self) -> str:
        """Return the hand-over."""
        return f"handover:{self.handover}"
