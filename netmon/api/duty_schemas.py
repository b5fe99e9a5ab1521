"""The JSON of who is on call, and of hand-overs."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from netmon.api.schemas import Instant, NameOut, Out
from netmon.model.escalation import EscalationPhase, StepOutcome
from netmon.model.roster import Unless


class OnCallOut(Out):
    """Somebody on call."""

    id: str
    name: NameOut
    phone: str | None


class ShiftOut(Out):
    """A time on call; ``person`` is null where nobody is."""

    rota: str
    begins_at: datetime
    ends_at: datetime
    person: OnCallOut | None


class DutyOut(Out):
    """A rota: who is on call, until when, and who is next."""

    rota: str
    name: NameOut
    person: OnCallOut | None
    since: datetime | None  #: null: for longer than can be seen
    until: datetime | None
    next: ShiftOut | None


class DayOut(Out):
    """A day on which the statutory calendar departs from the week."""

    date: dt.date
    kind: Literal["off", "working"]
    name: str | None


class CalendarOut(Out):
    """A year of the statutory calendar."""

    year: int
    known: bool  #: false: it has not been published, or this netmon does not know it yet
    through: dt.date | None  #: the last day that is known
    days: list[DayOut]


class EscalationStepOut(Out):
    """One step: whom it tells, when, and what came of it."""

    number: int
    due_at: datetime
    tell: list[str]
    unless: Unless
    outcome: StepOutcome
    done_at: datetime | None


class EscalationOut(Out):
    """A running escalation: its steps are those of when the ticket opened."""

    id: int
    ticket: int
    rule: str
    phase: EscalationPhase
    began_at: datetime
    ended_at: datetime | None
    told: list[str]
    steps: list[EscalationStepOut]


class HandedTicketOut(Out):
    """A ticket as it was at a hand-over."""

    id: int
    title: str
    state: str
    priority: str
    subject: str
    condition: str
    opened_at: datetime
    assignee: str | None
    waiting_for: str | None
    response_due: datetime | None
    restore_due: datetime | None


class HandoverOut(Out):
    """A hand-over of a shift."""

    id: int
    at: datetime
    rota: str | None
    from_: str = Field(serialization_alias="from")
    to: str
    text: str
    actor: str
    tickets: list[HandedTicketOut]
    open_faults: int
    maintenance: list[str]
    accepted_at: datetime | None
    accepted_by: str | None
    remark: str


class HandoverWish(BaseModel):
    """What is handed over, and to whom. Tickets, faults and planned work are added by netmon."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: str = Field(min_length=1, max_length=64)
    text: str = Field(default="", max_length=4000, description="what else there is to know")
    from_: str | None = Field(
        default=None,
        alias="from",
        max_length=64,
        description="default: who is on call, or the actor",
    )
    rota: str | None = Field(default=None, max_length=64)
    at: Instant | None = Field(default=None, description="default: now")
    actor: str = Field(default="admin", min_length=1, max_length=64)


class AcceptWish(BaseModel):
    """That a shift is taken over."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(default="", max_length=4000)
    actor: str = Field(default="admin", min_length=1, max_length=64)
