"""The JSON of tickets (CONTRACT §4): what goes out, and what may come in."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from netmon.api.schemas import ClocksOut, Instant, Out
from netmon.model.ticket import Cause, Origin, Priority, TicketState, WaitReason


class ContactOut(Out):
    """Whom to call. Without a token names and numbers are masked."""

    ref: str  #: ``tenant:…`` or ``provider:…``
    name: str  #: of the organisation, in the client's language
    person: str | None
    phone: str | None
    circuit_ids: list[str]  #: of a carrier: what it asks for first


class Impact(Out):
    """Who is hurt, and whom to call."""

    lines: list[str]
    tenants: list[str]
    contacts: list[ContactOut]


class JournalOut(Out):
    """A line of a ticket's journal."""

    seq: int
    at: datetime
    actor: str
    action: str
    text: str
    before: dict[str, str | None]
    after: dict[str, str | None]


class TicketOut(Out):
    """A ticket; ``title`` and ``runbook`` are said in the client's language."""

    id: int
    title: str
    state: TicketState
    priority: Priority
    subject: str
    condition: str  #: empty: a person opened it, and no fault has joined
    origin: Origin
    opened_at: datetime
    acknowledged_at: datetime | None
    cleared_at: datetime | None
    restored_at: datetime | None
    closed_at: datetime | None
    assignee: str | None
    waiting_for: WaitReason | None
    faults: list[int]
    impact: Impact
    clocks: ClocksOut
    cause: Cause | None
    inferred_cause: Cause | None  #: netmon's guess, until a person says
    clues: list[str]  #: why
    remedy: str
    review: str
    parent: int | None
    children: list[int]
    merged_into: int | None
    runbook: str  #: a text, or a URL
    evidence: dict[str, Any]  #: of the moment it was opened; values in base units
    journal: list[JournalOut]


class Who(BaseModel):
    """Who asks, and what they say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    actor: str = Field(default="admin", min_length=1, max_length=64)
    text: str = Field(default="", max_length=4000)


class Wish(Who):
    """What comes with a command; each action takes what it needs."""

    assignee: str | None = Field(default=None, min_length=1, max_length=64)
    waiting_for: WaitReason | None = None
    cause: Cause | None = None
    restored_at: Instant | None = None
    priority: Priority | None = None
    review: str = Field(default="", max_length=4000)


class NewTicket(Who):
    """A ticket that a person opens, about an object of the inventory."""

    title: str = Field(min_length=1, max_length=200)
    subject: str = Field(min_length=1, max_length=200, description="line:ID, node:ID, site:ID …")
    priority: Priority = Priority.P3
    tenant: str | None = Field(default=None, min_length=1, max_length=200)
    began_at: datetime | None = None


class MergeWish(Who):
    """Into which ticket."""

    into: int = Field(ge=1, le=2**53)


class SplitWish(Who):
    """Which faults get a ticket of their own."""

    faults: list[int] = Field(min_length=1, max_length=1000)


class ParentWish(Who):
    """Of which ticket it is a part; null = of none."""

    parent: int | None = Field(ge=1, le=2**53)


#: Ways of a ticket beside those of its table, and what they need.
Beside = Literal["merge", "split", "parent"]
