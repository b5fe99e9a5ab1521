"""The past as it is told: intervals with their amendments applied in order, and their causes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from netmon.core.intervals import Spans
from netmon.model.outage import (
    NOTHING_INFERRED,
    Amendment,
    Finding,
    Inferred,
    Interval,
    PlannedWork,
    ServiceState,
)
from netmon.model.ticket import Cause

#: What is an outage to whoever uses it.
OUT: Final = frozenset({ServiceState.DOWN, ServiceState.UNREACHABLE})
#: What a list of outages shows where nobody asks for a state.
BAD: Final = OUT | {ServiceState.DEGRADED}


@dataclass(frozen=True, slots=True)
class Piece:
    """An interval, or a part of one, as it counts."""

    interval: int
    subject: str
    state: ServiceState
    begin: datetime
    end: datetime  #: the present, where it lasts
    lasts: bool = False
    ticket: int | None = None
    fault: int | None = None
    root: int | None = None
    watched: bool = True
    cause: Cause | None = None  #: that a person gave
    inferred: Inferred = field(default_factory=Inferred)
    excluded: bool | None = None
    amended: tuple[int, ...] = ()  #: the amendments that made it so, in order
    about: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def told_cause(self) -> Cause | None:
        """Return the cause a person gave, or what is inferred."""
        if self.cause is not None:
            return self.cause
        return self.inferred.cause if self.inferred.clues else None

    @property
    def seconds(self) -> float:
        """Return how long it is."""
        return (self.end - self.begin).total_seconds()


@dataclass(frozen=True, slots=True)
class History:
    """What figures of a period are made of."""

    pieces: Mapping[str, tuple[Piece, ...]]  #: by subject, in order
    planned: Mapping[str, Spans]  #: by subject
    findings: Mapping[int, Finding]  #: the latest, by ticket


def history(
    intervals: Iterable[Interval],
    amendments: Iterable[Amendment],
    works: Iterable[PlannedWork],
    findings: Iterable[Finding],
    now: datetime,
) -> History:
    """Return the past as it is told, of records in any order."""
    known = Known(findings)
    by_subject: dict[str, list[Amendment]] = {}
    for amendment in sorted(amendments, key=lambda one: one.id):
        by_subject.setdefault(amendment.subject, []).append(amendment)
    pieces: dict[str, list[Piece]] = {}
    for interval in sorted(intervals, key=lambda one: one.begin):
        whole = _piece(interval, known, now)
        told = amended(whole, by_subject.get(interval.subject, ()))
        pieces.setdefault(interval.subject, []).extend(told)
    covered: dict[str, list[tuple[datetime, datetime]]] = {}
    for work in works:
        end = max(work.end or now, work.begin)
        for subject in work.subjects:
            covered.setdefault(subject, []).append((work.begin, end))
    return History(
        {subject: tuple(some) for subject, some in pieces.items()},
        {subject: Spans(some) for subject, some in covered.items()},
        known.by_ticket,
    )


class Known:
    """What people found out, the last word on each ticket and each fault."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.by_ticket: dict[int, Finding] = {}
        self._by_fault: dict[int, Finding] = {}
        for one in sorted(findings, key=lambda one: one.id):
            self.by_ticket[one.ticket] = one
            self._by_fault |= dict.fromkeys(one.faults, one)

    def of(self, interval: Interval) -> Finding | None:
        """Return what is known of an outage: tickets are merged and split, faults are not."""
        if interval.fault is not None and interval.fault in self._by_fault:
            return self._by_fault[interval.fault]
        return None if interval.ticket is None else self.by_ticket.get(interval.ticket)


def _piece(interval: Interval, known: Known, now: datetime) -> Piece:
    found = known.of(interval) if interval.state in BAD else None
    inferred = NOTHING_INFERRED
    if interval.cause is not None and interval.confidence is not None:
        inferred = Inferred(interval.cause, interval.confidence, interval.clues)
    return Piece(
        interval=interval.id,
        subject=interval.subject,
        state=interval.state,
        begin=interval.begin,
        end=max(interval.end or now, interval.begin),
        lasts=interval.end is None,
        ticket=interval.ticket if found is None else found.ticket,
        fault=interval.fault,
        root=interval.root,
        watched=interval.watched,
        cause=None if found is None else found.cause,
        inferred=inferred,
        about=interval.about,
    )


def amended(whole: Piece, amendments: Sequence[Amendment]) -> list[Piece]:
    """Return a piece under amendments of its subject, in order: each may cut it in three."""
    pieces = [whole]
    for amendment in amendments:
        pieces = [part for piece in pieces for part in _cut(piece, amendment)]
    return pieces


def _cut(piece: Piece, by: Amendment) -> list[Piece]:
    begin, end = max(piece.begin, by.begin), min(piece.end, by.end)
    if begin >= end:
        return [piece]
    inner = replace(
        piece,
        begin=begin,
        end=end,
        lasts=piece.lasts and end == piece.end,
        state=by.state or piece.state,
        cause=by.cause or piece.cause,
        excluded=piece.excluded if by.excluded is None else by.excluded,
        amended=(*piece.amended, by.id),
    )
    before = replace(piece, end=begin, lasts=False)
    after = replace(piece, begin=end)
    return [part for part in (before, inner, after) if part.begin < part.end]
