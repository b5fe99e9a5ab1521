"""A running escalation: the steps that were frozen when a ticket opened, and what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from netmon.model.record import Record
from netmon.model.roster import Tell, Unless
from netmon.model.ticket import TicketId


@unique
class EscalationPhase(StrEnum):
    """How far an escalation is."""

    PRESSING = "pressing"  #: nobody has taken the ticket
    TAKEN = "taken"  #: somebody has; only steps until restoration go on
    OVER = "over"  #: restored or closed; the ticket may come back
    ENDED = "ended"


@unique
class Signal(StrEnum):
    """What an escalation sees of its ticket."""

    OPEN = "open"
    AT_WORK = "at_work"  #: acknowledged, worked on, waiting
    DONE = "done"  #: restored or closed
    GONE = "gone"  #: merged into another, or too old to come back


@unique
class StepOutcome(StrEnum):
    """What became of a step."""

    PENDING = "pending"
    DONE = "done"  #: at least one was told
    FAILED = "failed"  #: nobody could be told; the journal says why
    NEEDLESS = "needless"  #: acknowledged or restored before it was due


@unique
class Failure(StrEnum):
    """Why somebody could not be told."""

    NOBODY = "nobody_on_call"
    UNKNOWN = "unknown"  #: the rota or the person is no longer in the inventory
    NO_CHANNEL = "no_channel"  #: the person has no way to be told


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """One frozen step: a repeated one of the inventory is several."""

    number: int  #: from 1, by when they are due
    due_at: datetime
    tell: tuple[Tell, ...]
    unless: Unless
    outcome: StepOutcome = StepOutcome.PENDING
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Escalation(Record):
    """Who is told of one ticket, step by step. Edits of the inventory pass it by."""

    ticket: TicketId
    rule: str  #: its id in the inventory; "usual", "usual-urgent": built in; empty: none
    began_at: datetime
    steps: tuple[EscalationStep, ...]
    told: tuple[str, ...] = ()  #: who was told that it opened: they are told what becomes of it
    phase: EscalationPhase = EscalationPhase.PRESSING
    ended_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Say whether its ticket may still need it."""
        return self.phase is not EscalationPhase.ENDED
