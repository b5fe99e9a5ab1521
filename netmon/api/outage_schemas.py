"""The JSON of the outage record and of its figures."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from netmon.api.schemas import Instant, Out
from netmon.core.availability import Figures, Means, Row, Three
from netmon.core.outages import Piece
from netmon.core.statement import Item, LineStatement
from netmon.model.accounting import AccountingMethod, Counted
from netmon.model.outage import Amendment, Clue, Confidence, Interval, ServiceState
from netmon.model.policy import Policy
from netmon.model.ticket import Cause


class InferredOut(Out):
    """Who or what netmon holds responsible."""

    cause: Cause
    confidence: Confidence
    reasons: list[Clue]


class OutageOut(Out):
    """An interval as it counts; ``end`` is null while it lasts."""

    id: int
    subject: str
    state: ServiceState
    begin: datetime
    end: datetime | None
    duration_s: float
    cause: Cause | None
    confirmed: bool
    inferred: InferredOut | None
    watched: bool
    excluded: bool | None
    fault: int | None
    root: int | None
    ticket: int | None
    provider: str | None
    tenant: str | None
    amended: list[int]


class IntervalOut(Out):
    """What was recorded, and stays."""

    id: int
    subject: str
    state: ServiceState
    begin: datetime
    end: datetime | None


class AmendmentOut(Out):
    """A correction by a person."""

    id: int
    at: datetime
    actor: str
    reason: str
    subject: str
    begin: datetime
    end: datetime
    interval: int | None
    state: ServiceState | None
    cause: Cause | None
    excluded: bool | None


class OutageSheet(Out):
    """One interval: as recorded, its amendments, and as it counts."""

    original: IntervalOut
    amendments: list[AmendmentOut]
    effective: list[OutageOut]


class AmendIn(BaseModel):
    """What an amendment says; what is left out stays as it was."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: str = Field(min_length=1, max_length=2000)
    actor: str = Field("admin", min_length=1, max_length=64)
    state: ServiceState | None = None
    cause: Cause | None = None
    excluded: bool | None = None
    begin: Instant | None = Field(None, description="of a part; default: all of it")
    end: Instant | None = None


class AmendSpanIn(AmendIn):
    """A correction of one subject from when to when, whatever intervals lie there."""

    subject: str = Field(max_length=200, description="line:…, node:… or device:…")
    begin: Instant
    end: Instant


class MethodOut(Out):
    """How the contractual figure is counted."""

    name: str
    timezone: str
    hours: str
    unknown: Counted
    upstream: Counted
    power: Counted
    force_majeure: Counted
    degraded: Counted
    excluded_causes: list[Cause]
    inferred: bool
    repeats: int
    repeats_within_s: float


class FiguresOut(Out):
    """Seconds; ``ratio`` is null where nothing is considered."""

    up_s: float
    down_s: float
    unknown_s: float
    excluded_s: float
    considered_s: float
    ratio: float | None


class ThreeOut(Out):
    """The three figures side by side."""

    raw: FiguresOut
    planned_excluded: FiguresOut
    contractual: FiguresOut


class AvailabilityRow(Out):
    """Figures of one object, or of all that share something."""

    key: str
    subjects: int
    lines: ThreeOut
    services: ThreeOut
    in_service_s: float
    outages: int
    mtta_s: float | None
    mttr_s: float | None
    mtbf_s: float | None


class AvailabilityOut(Out):
    """Figures of a period, with the method that made them."""

    begin: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    by: str
    method: MethodOut
    items: list[AvailabilityRow]
    total: AvailabilityRow
    next: str | None = None


class StatementItem(Out):
    """An outage in a statement."""

    outage: int
    begin: datetime
    end: datetime | None
    minutes: float
    counted_minutes: float
    late_minutes: float
    cause: Cause | None
    confirmed: bool
    reasons: list[Clue]


class StatementLine(Out):
    """A line in a statement."""

    line: str
    circuit_id: str | None
    outages: list[StatementItem]
    minutes: float
    counted_minutes: float
    repeating: bool
    availability: float | None
    promised: float | None
    late_minutes: float
    short_minutes: float
    penalty_minutes: float


class StatementTotal(Out):
    """All lines together."""

    lines: int
    outages: int
    minutes: float
    counted_minutes: float
    repeating: int
    penalty_minutes: float


class StatementOut(Out):
    """A carrier's statement, with the method that made it."""

    provider: str
    begin: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    method: MethodOut
    formula: str
    items: list[StatementLine]
    total: StatementTotal
    next: str | None = None


def outage_out(piece: Piece) -> OutageOut:
    """Return a piece of the past as JSON."""
    seen = piece.inferred
    return OutageOut(
        id=piece.interval,
        subject=piece.subject,
        state=piece.state,
        begin=piece.begin,
        end=None if piece.lasts else piece.end,
        duration_s=piece.seconds,
        cause=piece.told_cause,
        confirmed=piece.cause is not None,
        inferred=InferredOut(cause=seen.cause, confidence=seen.confidence, reasons=list(seen.clues))
        if seen.clues
        else None,
        watched=piece.watched,
        excluded=piece.excluded,
        fault=piece.fault,
        root=piece.root,
        ticket=piece.ticket,
        provider=piece.about.get("provider"),
        tenant=piece.about.get("tenant"),
        amended=list(piece.amended),
    )


def interval_out(interval: Interval) -> IntervalOut:
    """Return what was recorded as JSON."""
    return IntervalOut(
        id=interval.id,
        subject=interval.subject,
        state=interval.state,
        begin=interval.begin,
        end=interval.end,
    )


def amendment_out(one: Amendment) -> AmendmentOut:
    """Return an amendment as JSON."""
    return AmendmentOut(**{name: getattr(one, name) for name in AmendmentOut.model_fields})


def method_out(method: AccountingMethod, policy: Policy) -> MethodOut:
    """Return a method whole."""
    return MethodOut(
        name=method.name,
        timezone=policy.timezone,
        hours=method.hours,
        unknown=method.unknown,
        upstream=method.upstream,
        power=method.power,
        force_majeure=method.force_majeure,
        degraded=method.degraded,
        excluded_causes=sorted(method.excluded_causes),
        inferred=method.inferred,
        repeats=method.repeats,
        repeats_within_s=method.repeats_within.total_seconds(),
    )


def _figures(of: Figures) -> FiguresOut:
    return FiguresOut(
        up_s=of.up_s,
        down_s=of.down_s,
        unknown_s=of.unknown_s,
        excluded_s=of.excluded_s,
        considered_s=of.considered_s,
        ratio=of.ratio,
    )


def _three(of: Three) -> ThreeOut:
    return ThreeOut(
        raw=_figures(of.raw),
        planned_excluded=_figures(of.planned_excluded),
        contractual=_figures(of.contractual),
    )


def row_out(row: Row) -> AvailabilityRow:
    """Return a row of figures as JSON."""
    means: Means = row.means
    return AvailabilityRow(
        key=row.key,
        subjects=len(row.subjects),
        lines=_three(row.lines),
        services=_three(row.services),
        in_service_s=row.in_service_s,
        outages=means.outages,
        mtta_s=means.mtta_s,
        mttr_s=means.mttr_s,
        mtbf_s=means.mtbf_s,
    )


def line_out(line: LineStatement) -> StatementLine:
    """Return a line's statement as JSON."""
    return StatementLine(
        line=line.line,
        circuit_id=line.circuit_id,
        outages=[_item_out(item) for item in line.items],
        minutes=line.minutes,
        counted_minutes=line.counted_minutes,
        repeating=line.is_repeating,
        availability=line.availability,
        promised=line.promised,
        late_minutes=line.late_minutes,
        short_minutes=line.short_minutes,
        penalty_minutes=line.penalty_minutes,
    )


def _item_out(item: Item) -> StatementItem:
    piece = item.piece
    return StatementItem(
        outage=piece.interval,
        begin=item.begin,
        end=None if item.lasts else item.end,
        minutes=item.minutes,
        counted_minutes=item.counted_minutes,
        late_minutes=item.late_minutes,
        cause=piece.told_cause,
        confirmed=piece.cause is not None,
        reasons=list(piece.inferred.clues),
    )
