"""The JSON of the HTTP interface (CONTRACT §4): what goes out, what a command may carry."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from netmon.model.clock import ClockState
from netmon.model.condition import ConditionId, Severity
from netmon.model.fault import Ended
from netmon.model.inventory import LineKind, Role
from netmon.model.reading import StateSeverity
from netmon.model.reload import Effect, How, Outcome
from netmon.model.ticket import Priority, TicketState
from netmon.model.world import LineState, TargetState

Item = TypeVar("Item")


def _no_number(told: object) -> object:
    """Refuse what would be taken for seconds since 1970."""
    number = isinstance(told, int | float)
    if isinstance(told, str):
        try:
            float(told)
        except ValueError:
            pass
        else:
            number = True
    if number:
        raise PydanticCustomError("datetime_parsing", "not a time")
    return told


#: An instant as it is asked: RFC 3339, with its offset from UTC.
Instant = Annotated[AwareDatetime, BeforeValidator(_no_number)]


class Out(BaseModel):
    """Something told."""

    model_config = ConfigDict(frozen=True)


class Listing(Out, Generic[Item]):
    """A page of a list; ``next`` is the ``cursor`` of the following page."""

    items: list[Item]
    next: str | None = None


class NameOut(Out):
    """A name in both languages."""

    zh: str
    en: str


class Problem(Out):
    """Why a request was not carried out, in one sentence."""

    detail: str


class TargetOut(Out):
    """A node or a device."""

    id: str
    kind: Literal["node", "device"]
    name: NameOut
    site: str
    role: Role
    address: str
    state: TargetState
    since: datetime | None
    last_reply_at: datetime | None
    profiles: list[str]
    open_faults: list[int]


class SystemOut(Out):
    """Who a target says it is."""

    descr: str | None
    object_id: str | None
    name: str | None
    uptime_s: float | None
    vendor: str | None
    model: str | None
    version: str | None
    serial: str | None


class InterfaceOut(Out):
    """An interface as last seen."""

    index: int
    name: str
    alias: str
    type: int | None
    admin: str | None
    oper: str | None
    speed_bps: int | None


class ReadingOut(Out):
    """A value of a sensor, in the metric's base unit."""

    metric: str
    sensor: str
    value: float
    oid: str
    state: str | None
    severity: StateSeverity | None
    worked_out_of: list[str]


class TroubleOut(Out):
    """A part that could not be read."""

    part: str
    error: str


class TargetDetail(TargetOut):
    """A target with all that is known of it."""

    system: SystemOut
    interfaces: list[InterfaceOut]
    readings: list[ReadingOut]
    problems: list[TroubleOut]


class LineOut(Out):
    """A line."""

    id: str
    name: NameOut
    kind: LineKind
    tenant: str | None
    provider: str | None
    circuit_id: str | None
    bandwidth_bps: int
    state: LineState
    since: datetime | None
    in_ratio: float | None
    out_ratio: float | None
    rtt_s: float | None
    loss_ratio: float | None
    open_faults: list[int]
    in_bps: float | None
    out_bps: float | None
    jitter_s: float | None
    flap_penalty: float  #: doubled by each change, aged by time; beyond 35 the line flaps
    a: str  #: ``agg-1/GE0/0/1``
    z: str  #: the same, or a site's id


class FaultOut(Out):
    """A fault; ``title`` and ``message`` are said in the client's language."""

    id: int
    title: str
    subject: str
    condition: ConditionId
    severity: Severity
    raised_at: datetime
    began_at: datetime
    cleared_at: datetime | None
    ended_at: datetime | None
    ended_by: Ended | None  #: null: it is open, or got well
    root: int | None
    suppressed_by: str | None
    flapping: bool
    message: str
    ticket: int | None


class ClockOut(Out):
    """A clock of a ticket: how much is promised, how much is spent, and when it is due."""

    target_s: float
    spent_s: float
    due_at: datetime | None  #: null: it stands still
    state: ClockState


class ClocksOut(Out):
    """The clocks of a ticket; null where an older netmon opened it."""

    response: ClockOut | None = None
    restore: ClockOut | None = None


class DifferenceOut(Out):
    """One object that differs between the inventory that stood and the files."""

    how: How
    ref: str
    what: list[str]


class ConsequenceOut(Out):
    """What follows of it; ``message`` is said in the client's language."""

    effect: Effect
    subject: str
    params: dict[str, str | int | float | bool | None]
    message: str


class ReloadOut(Out):
    """What a reload came to."""

    outcome: Outcome
    before: str  #: digest of the inventory that stood
    after: str
    differences: list[DifferenceOut]
    consequences: list[ConsequenceOut]
    detail: str | None  #: why it was not taken up


class MistakeOut(Out):
    """One thing wrong in one of the inventory's files; ``line`` 0 is the file as a whole."""

    path: str
    line: int
    column: int
    message: str


class MistakesOut(Problem):
    """All that is wrong in the inventory's files; without any it is the request that is wrong."""

    mistakes: list[MistakeOut] = Field(default_factory=list)


class ReloadBody(BaseModel):
    """Who asks for a reload."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    actor: str = Field(default="admin", min_length=1, max_length=64)


class Group(Out):
    """How many of one kind stand in which state."""

    kind: str
    total: int
    states: dict[str, int]


class WorstFault(FaultOut):
    """An open fault as a screen shows it: whom it hurts by name, and who works on it."""

    hurts: list[str]
    lines: int
    assignee: str | None
    ticket_state: TicketState | None


class PlannedNow(Out):
    """Planned work that is under way, in one line."""

    id: str
    reason: str
    what: list[str]
    ends_at: datetime | None
    bad: int  #: open faults of what it covers


class MaintenanceOut(Out):
    """Planned work; of repeated work the time it is under way, or else the next."""

    id: str
    reason: str
    what: list[str]
    state: Literal["active", "planned", "over"]
    begins_at: datetime | None
    ends_at: datetime | None
    remind_at: datetime | None  #: when people are told that it ends
    next_begins_at: datetime | None  #: when it begins again, or at all
    next_ends_at: datetime | None
    rrule: str | None
    duration_s: float | None
    open_faults: list[int]  #: of what it covers; empty while it is not under way


class RoomReading(Out):
    """A value of the machine room."""

    target: str
    name: str
    role: Role
    metric: str
    sensor: str
    value: float
    state: str | None
    severity: StateSeverity | None
    per_hour: float | None = None  #: how fast it rises; None: it does not
    limit: float | None = None  #: towards which it rises
    minutes_to_limit: float | None = None


class OpenTicket(Out):
    """A ticket that is not closed, in one line."""

    id: int
    title: str
    state: TicketState
    priority: Priority
    opened_at: datetime
    assignee: str | None
    lines: int
    tenants: list[str]
    clocks: ClocksOut


class OnCallNow(Out):
    """Who is on call of a rota; null: nobody."""

    rota: str
    person: str | None
    name: NameOut | None
    phone: str | None


class StatusOut(Out):
    """Counts and the worst, for a screen."""

    at: datetime
    started_at: datetime | None
    version: str
    district: str
    timezone: str
    not_ready: list[str]
    worst: Severity | None
    targets: dict[str, int]
    lines: dict[str, int]
    faults: dict[str, int]
    tickets: dict[str, int]
    by_role: list[Group]
    by_kind: list[Group]
    open_faults: list[WorstFault]
    open_tickets: list[OpenTicket]
    maintenance: list[PlannedNow]
    on_call: list[OnCallNow]
    room: list[RoomReading]
