"""Figures of availability: interval arithmetic, and nothing that counts a second twice.

Three figures stand side by side: *raw*, *planned work excluded* and *contractual*. Every second in
service is in exactly one of up, down, unknown and excluded, so they sum to the time in service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from netmon.core.intervals import Span, Spans
from netmon.core.outages import OUT, History, Piece
from netmon.model.accounting import AccountingMethod, Counted
from netmon.model.outage import ServiceState
from netmon.model.ticket import Cause

_S = ServiceState
_NOTHING: Final = Spans()


@dataclass(frozen=True, slots=True)
class Account:
    """How each second in service counts: four sets that never overlap."""

    up: Spans = _NOTHING
    down: Spans = _NOTHING
    unknown: Spans = _NOTHING
    excluded: Spans = _NOTHING


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds, and the ratio they make."""

    up_s: float = 0.0
    down_s: float = 0.0
    unknown_s: float = 0.0
    excluded_s: float = 0.0
    considered_s: float = 0.0  #: what the ratio is of
    good_s: float = 0.0  #: up, and unknown where the method counts it so

    @property
    def ratio(self) -> float | None:
        """Return good of considered, 0 to 1; None where nothing is considered."""
        return min(1.0, self.good_s / self.considered_s) if self.considered_s > 0 else None

    def __add__(self, other: Figures) -> Figures:
        """Return the figures of two objects together."""
        return Figures(
            self.up_s + other.up_s,
            self.down_s + other.down_s,
            self.unknown_s + other.unknown_s,
            self.excluded_s + other.excluded_s,
            self.considered_s + other.considered_s,
            self.good_s + other.good_s,
        )


@dataclass(frozen=True, slots=True)
class Three:
    """The three figures."""

    raw: Figures = Figures()
    planned_excluded: Figures = Figures()
    contractual: Figures = Figures()

    def __add__(self, other: Three) -> Three:
        """Return the figures of two objects together."""
        return Three(
            self.raw + other.raw,
            self.planned_excluded + other.planned_excluded,
            self.contractual + other.contractual,
        )


@dataclass(frozen=True, slots=True)
class Accounts:
    """One subject's seconds by the three ways of counting."""

    raw: Account
    planned_excluded: Account
    contractual: Account


@dataclass(frozen=True, slots=True)
class Ask:
    """Of what period, by which method."""

    begin: datetime
    end: datetime
    method: AccountingMethod
    open: Spans  #: the service hours within the period

    @property
    def period(self) -> Spans:
        """Return the period as a set of instants."""
        return Spans([(self.begin, self.end)])


def accounts(history: History, subject: str, ask: Ask) -> Accounts:
    """Return how each second of a subject counts within a period."""
    pieces = history.pieces.get(subject, ())
    period = ask.period
    planned = (history.planned.get(subject, _NOTHING) | _confirmed_planned(pieces)) & period
    raw = _raw(pieces, period)
    return Accounts(raw, _without(raw, planned), _contractual(pieces, planned, raw, ask))


def _when(pieces: Iterable[Piece], is_meant: Callable[[Piece], bool]) -> Spans:
    return Spans((piece.begin, piece.end) for piece in pieces if is_meant(piece))


def _confirmed_planned(pieces: Iterable[Piece]) -> Spans:
    return _when(pieces, lambda p: p.state in OUT and p.cause is Cause.PLANNED)


def _raw(pieces: Sequence[Piece], period: Spans) -> Account:
    down = _when(pieces, lambda p: p.state in OUT) & period
    unknown = (_when(pieces, lambda p: p.state is _S.UNKNOWN) & period) - down
    up = _when(pieces, lambda p: p.state in (_S.UP, _S.DEGRADED)) & period
    return Account(up - down - unknown, down, unknown)


def _without(account: Account, excluded: Spans) -> Account:
    whole = account.up | account.down | account.unknown | account.excluded
    return Account(
        account.up - excluded,
        account.down - excluded,
        account.unknown - excluded,
        account.excluded | (whole & excluded),
    )


def _contractual(pieces: Sequence[Piece], planned: Spans, raw: Account, ask: Ask) -> Account:
    """Return the account by the method: its hours, and what it counts otherwise."""
    found: dict[Counted, list[Span]] = {of: [] for of in Counted}
    for piece in pieces:
        of = _counts(piece, ask.method)
        if of is not None:
            found[of].append((piece.begin, piece.end))
    counted = {of: Spans(spans) for of, spans in found.items()}
    whole = raw.up | raw.down | raw.unknown
    insisted = _when(pieces, lambda p: p.excluded is False and p.state in OUT)
    excluded = (whole - ask.open) | ((planned - insisted | counted[Counted.EXCLUDED]) & whole)
    down = (counted[Counted.DOWN] & whole) - excluded
    return Account(
        up=(counted[Counted.UP] & whole) - excluded - down,
        down=down,
        unknown=raw.unknown - excluded - down - counted[Counted.UP],
        excluded=excluded,
    )


def _counts(piece: Piece, method: AccountingMethod) -> Counted | None:
    """Return what a piece counts as; None where it is unknown or not in service."""
    if piece.state is _S.NOT_IN_SERVICE:
        return None
    if piece.excluded is True:
        return method.force_majeure
    if piece.excluded is False:
        return _by_state(piece, method)
    if piece.state is _S.UNKNOWN:
        return None
    if piece.state is _S.UP:
        return Counted.UP
    lenient = _by_cause(piece, method)
    return _by_state(piece, method, method.upstream) if lenient is None else lenient


def _by_state(
    piece: Piece, method: AccountingMethod, upstream: Counted = Counted.DOWN
) -> Counted | None:
    """Return what a piece counts as by its state alone, as where a person says that it counts."""
    by_state = {
        _S.UP: Counted.UP,
        _S.DEGRADED: method.degraded,
        _S.DOWN: Counted.DOWN,
        _S.UNREACHABLE: upstream,
    }
    return by_state.get(piece.state)


def _by_cause(piece: Piece, method: AccountingMethod) -> Counted | None:
    cause = piece.told_cause if method.inferred else piece.cause
    if cause is Cause.SITE_POWER:
        return method.power
    if cause is Cause.UPSTREAM:
        return method.upstream
    return Counted.EXCLUDED if cause in method.excluded_causes else None


def figures(account: Account, unknown: Counted = Counted.EXCLUDED) -> Figures:
    """Return an account in seconds."""
    up, down = _s(account.up), _s(account.down)
    unknown_s = _s(account.unknown)
    considered = up + down + (0.0 if unknown is Counted.EXCLUDED else unknown_s)
    good = up + (unknown_s if unknown is Counted.UP else 0.0)
    return Figures(up, down, unknown_s, _s(account.excluded), considered, good)


def three(of: Accounts, method: AccountingMethod) -> Three:
    """Return the three figures of one subject."""
    return Three(
        figures(of.raw),
        figures(of.planned_excluded),
        figures(of.contractual, method.unknown),
    )


def _s(spans: Spans) -> float:
    return spans.total() / timedelta(seconds=1)


# --- lines that carry one service -----------------------------------------------------------------


def service(members: Sequence[Accounts]) -> Accounts:
    """Return the account of a service that any of its lines carries.

    It is up while one of them is; else it is excluded, or unknown, while one of them is; it is down
    only when all that is in service of it is down.
    """
    if len(members) == 1:
        return members[0]
    return Accounts(
        _any([m.raw for m in members]),
        _any([m.planned_excluded for m in members]),
        _any([m.contractual for m in members]),
    )


def _any(members: Sequence[Account]) -> Account:
    up, excluded, unknown, down = _NOTHING, _NOTHING, _NOTHING, _NOTHING
    for member in members:
        up |= member.up
        excluded |= member.excluded
        unknown |= member.unknown
        down |= member.down
    excluded -= up
    unknown = unknown - up - excluded
    return Account(up, down - up - excluded - unknown, unknown, excluded)


# --- how often and for how long -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repair:
    """An outage that counts, whole: one that returned within its ticket is one."""

    subject: str
    ticket: int | None
    down_s: float
    lasts: bool
    acknowledged_after_s: float | None


def repairs(history: History, subject: str, ask: Ask, counted: Spans) -> list[Repair]:
    """Return the outages of a subject that began in the period and count contractually."""
    found = []
    for run in runs(history.pieces.get(subject, ())):
        begun = ask.begin <= run[0].begin < ask.end
        if begun and any(counted.meets(p.begin, p.end) for p in run):
            found.append(_repair(history, subject, run))
    return found


def runs(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return outages whole: what follows without a gap, or came back within its ticket, is one."""
    found: dict[object, list[Piece]] = {}
    before: Piece | None = None
    key: object = None
    for piece in pieces:
        if piece.state not in OUT:
            continue
        follows = before is not None and before.end == piece.begin
        if not follows or key is None:
            key = ("ticket", piece.ticket) if piece.ticket is not None else piece.interval
        found.setdefault(key, []).append(piece)
        before = piece
    return [*found.values()]


def _repair(history: History, subject: str, run: Sequence[Piece]) -> Repair:
    ticket = next((p.ticket for p in run if p.ticket is not None), None)
    finding = None if ticket is None else history.findings.get(ticket)
    after = None
    if finding is not None and finding.acknowledged_at is not None:
        after = (finding.acknowledged_at - finding.opened_at).total_seconds()
    down_s = sum(piece.seconds for piece in run)
    return Repair(subject, ticket, down_s, any(piece.lasts for piece in run), after)


@dataclass(frozen=True, slots=True)
class Means:
    """Mean times, in seconds; None where there is nothing to take the mean of."""

    outages: int = 0
    mtta_s: float | None = None
    mttr_s: float | None = None
    mtbf_s: float | None = None


def means(found: Sequence[Repair], in_service_s: float) -> Means:
    """Return the mean times of outages; a ticket is acknowledged once, whatever it is of."""
    taken = {r.ticket: r.acknowledged_after_s for r in found if r.ticket is not None}
    acknowledged = [after for after in taken.values() if after is not None]
    over = [r.down_s for r in found if not r.lasts]
    return Means(
        len(found),
        _mean(acknowledged),
        _mean(over),
        in_service_s / len(found) if found else None,
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


# --- many -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one line, or of all that share something."""

    key: str
    subjects: tuple[str, ...]
    lines: Three  #: each line for itself, summed
    services: Three  #: lines of one group as one service, summed
    in_service_s: float
    means: Means


@dataclass(frozen=True, slots=True)
class Counting:
    """What figures of one subject are summed of."""

    accounts: Accounts
    three: Three
    repairs: tuple[Repair, ...]


def _counting(history: History, subject: str, ask: Ask) -> Counting:
    account = accounts(history, subject, ask)
    found = repairs(history, subject, ask, account.contractual.down)
    return Counting(account, three(account, ask.method), tuple(found))


def row(
    key: str,
    subjects: Sequence[str],
    history: History,
    ask: Ask,
    groups: Mapping[str, str],
    made: dict[str, Counting] | None = None,
) -> Row:
    """Return the figures of several subjects together.

    Args:
        key: what they share.
        subjects: their refs.
        history: what happened.
        ask: of when, and how it is counted.
        groups: line ref → the group that carries one service.
        made: what rows before this one made of the same question, by subject; it is filled.
    """
    made = {} if made is None else made
    for subject in subjects:
        if subject not in made:
            made[subject] = _counting(history, subject, ask)
    of = {subject: made[subject] for subject in subjects}
    units: dict[str, list[Accounts]] = {}
    for subject, one in of.items():
        units.setdefault(groups.get(subject, subject), []).append(one.accounts)
    alone = sum((one.three for one in of.values()), Three())
    together = sum((three(service(unit), ask.method) for unit in units.values()), Three())
    found = [repair for one in of.values() for repair in one.repairs]
    raw = alone.raw
    in_service_s = raw.up_s + raw.down_s + raw.unknown_s
    return Row(key, tuple(subjects), alone, together, in_service_s, means(found, in_service_s))
