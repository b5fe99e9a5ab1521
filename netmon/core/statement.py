"""A carrier's statement: what its lines were out for, and by how much its promise was missed.

Penalty minutes of a line are the greater of two, so that no minute is charged twice:
beyond restore = Σ over its outages of (minutes down − minutes promised to restore), where above 0;
beyond availability = contractual minutes down − (1 − promised availability) × minutes considered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from netmon.core import availability
from netmon.core.availability import Ask
from netmon.core.belonging import Wanted, known_about, wanted_subjects
from netmon.core.intervals import Spans
from netmon.core.outages import History, Piece
from netmon.model.accounting import AccountingMethod, Counted
from netmon.model.inventory import Inventory, Line, LineId, Sla
from netmon.model.ticket import Cause

#: What a carrier answers for: its own, and what nobody found to be another's.
_CARRIERS: Final = frozenset({Cause.CARRIER, Cause.UNKNOWN})
_NO_PROMISE: Final = Sla()
_MINUTE: Final = timedelta(minutes=1)


def carriers_method(method: AccountingMethod) -> AccountingMethod:
    """Return the method by which a carrier is judged: other people's causes are not its own."""
    return replace(
        method,
        name=f"{method.name}/carrier",
        upstream=Counted.EXCLUDED,
        power=Counted.EXCLUDED,
        excluded_causes=method.excluded_causes | (frozenset(Cause) - _CARRIERS),
    )


@dataclass(frozen=True, slots=True)
class Item:
    """One outage of a line, within the period: one that came back within its ticket is one."""

    piece: Piece  #: the part of it that counts most
    begin: datetime
    end: datetime
    lasts: bool
    minutes: float  #: down, within the period
    counted_minutes: float  #: within the service hours, less what is excluded
    late_minutes: float  #: beyond the time promised to restore


@dataclass(frozen=True, slots=True)
class LineStatement:
    """A line's part of a statement."""

    line: str
    circuit_id: str | None
    items: tuple[Item, ...]
    minutes: float
    counted_minutes: float
    is_repeating: bool
    availability: float | None
    promised: float | None
    late_minutes: float
    short_minutes: float

    @property
    def penalty_minutes(self) -> float:
        """Return the minutes by which the promise was missed."""
        return max(self.late_minutes, self.short_minutes)


def statement(
    inventory: Inventory, history: History, provider: str, ask: Ask
) -> list[LineStatement]:
    """Return a carrier's lines, each with its outages in order, of the time that it was its own."""
    its = {
        subject: tuple(p for p in pieces if p.about.get("provider", provider) == provider)
        for subject, pieces in history.pieces.items()
    }
    now = set(wanted_subjects(inventory, history, Wanted(provider=provider)))
    then = {s for s, some in its.items() if any("provider" in piece.about for piece in some)}
    subjects = wanted_subjects(inventory, history, Wanted())
    own = replace(history, pieces=its)
    return [
        _line(inventory, own, subject, ask, is_its_now=subject in now)
        for subject in subjects
        if subject.startswith("line:") and subject in now | then
    ]


def _line(
    inventory: Inventory, history: History, subject: str, ask: Ask, *, is_its_now: bool
) -> LineStatement:
    name = subject.partition(":")[2]
    line: Line | None = inventory.lines.get(LineId(name)) if is_its_now else None
    sla = line.sla if line is not None and line.sla is not None else _NO_PROMISE
    counted = availability.accounts(history, subject, ask).contractual
    figures = availability.figures(counted, ask.method.unknown)
    within = (_within(run, ask) for run in availability.runs(history.pieces.get(subject, ())))
    items = tuple(_item(parts, counted.down, sla) for parts in within if parts)
    return LineStatement(
        name,
        _circuit(inventory, history, subject, is_its_now=is_its_now),
        items,
        sum(item.minutes for item in items),
        sum(item.counted_minutes for item in items),
        _is_repeating(items, ask.method),
        figures.ratio,
        sla.availability_ratio,
        sum(item.late_minutes for item in items),
        _short(figures, sla),
    )


def _circuit(
    inventory: Inventory, history: History, subject: str, *, is_its_now: bool
) -> str | None:
    if is_its_now:
        return known_about(inventory, history, subject).get("circuit_id")
    return history.pieces[subject][-1].about.get("circuit_id")


def _within(run: Sequence[Piece], ask: Ask) -> list[Piece]:
    """Return what of an outage lies within the period."""
    return [
        replace(piece, begin=max(piece.begin, ask.begin), end=min(piece.end, ask.end))
        for piece in run
        if piece.begin < ask.end and piece.end > ask.begin
    ]


def _item(parts: Sequence[Piece], down: Spans, sla: Sla) -> Item:
    """Return an outage; the time promised to restore is granted to it once, not to its parts."""

    def counts(piece: Piece) -> float:
        return (Spans([(piece.begin, piece.end)]) & down).total() / _MINUTE

    counted = sum(map(counts, parts))
    return Item(
        max(parts, key=lambda piece: (counts(piece), piece.seconds)),
        parts[0].begin,
        parts[-1].end,
        parts[-1].lasts,
        sum(piece.seconds for piece in parts) / 60,
        counted,
        0.0 if sla.restore is None else max(0.0, counted - sla.restore / _MINUTE),
    )


def _short(figures: availability.Figures, sla: Sla) -> float:
    if sla.availability_ratio is None:
        return 0.0
    bad_s = figures.considered_s - figures.good_s
    return max(0.0, bad_s - (1 - sla.availability_ratio) * figures.considered_s) / 60


def _is_repeating(items: Sequence[Item], method: AccountingMethod) -> bool:
    """Say whether so many outages that count began within so long."""
    begins = [item.begin for item in items if item.counted_minutes > 0]
    last = method.repeats - 1
    return any(
        begins[i + last] - begins[i] <= method.repeats_within for i in range(len(begins) - last)
    )
