"""Make counters continuous: wrap, restart, discontinuity and renumbering taken care of.

Rule 1: a total never goes down while netmon runs. Rule 2: what cannot be known is not guessed: the
interval is dropped, counted, and the count goes on from there. Rule 3: columns stay whole; a row is
looked at by itself only where something about it is special.

No agent's word alone is enough: sysUpTime wraps after 497 days, ifCounterDiscontinuityTime is often
0 for ever, and a 32-bit octet counter wraps in 34 s at 1 Gbit/s (RFC 2863 §3.1.6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import repeat
from operator import add, mul, sub
from typing import Final

from netmon.core.restart import has_restarted
from netmon.model.reading import Facts, Interfaces
from netmon.model.totals import Baseline, Totals

_WRAP: Final = 2**32  #: of Counter32 (RFC 2578 §7.1.6)
_LIKELY: Final = 2**31  #: a wrap that would be a longer way than this was a reset
_OVERSHOOT: Final = 1.1  #: agents count a little late or early
_SLACK_S: Final = 10.0  #: answers are taken in a little late; a dropped interval costs little
_FASTEST_BPS: Final = 10e12  #: no port is: what goes faster was a reset that overtook
_PARKED: Final = 4096  #: interfaces that come and go (dial-in sessions) may not fill the memory
_OCTETS: Final = frozenset({"in_octets", "out_octets"})
_NARROW: Final = frozenset({"in_errors", "out_errors", "in_discards", "out_discards"})

Column = list[int | None]


@dataclass(frozen=True, slots=True)
class _Interval:
    """What lies between two polls of one target."""

    elapsed_s: float
    wide: Sequence[bool]
    speed_bps: Sequence[int | None]
    broken: set[int] = field(default_factory=set)  #: rows whose count began anew


def advance(before: Totals | None, facts: Facts, at: datetime) -> Totals:
    """Return the totals after one answered poll of the counters lane.

    Args:
        before: the totals after the last one; None at the first.
        facts: what was told, ``uptime_ticks`` and ``engine_boots`` of the same poll.
        at: when the answer came.
    """
    told = facts.interfaces
    base = before.baseline if before is not None else None
    dropped = before.discontinuities if before is not None else 0
    if not told.counters:
        return Totals(told.names, discontinuities=dropped, baseline=base)
    if base is None or before is None:
        return _begin(facts, at, None, dropped)
    if at <= base.at:
        return before
    if base.names is not told.names and base.names != told.names:
        base = _rebound(base, told.names)
    elapsed_s = (at - base.at).total_seconds()
    then = Facts(uptime_ticks=base.uptime_ticks, engine_boots=base.engine_boots)
    if has_restarted(then, facts, elapsed_s, _SLACK_S):
        return _begin(facts, at, base, dropped + 1)
    interval = _Interval(elapsed_s, told.wide or (False,) * len(told.names), told.speed_bps)
    interval.broken.update(_discontinuous(base, told))
    return _after(base, facts, at, interval, dropped)


def _begin(facts: Facts, at: datetime, base: Baseline | None, dropped: int) -> Totals:
    """Return totals that stand still: the first poll, or the first after a restart."""
    told = facts.interfaces
    sums = {} if base is None else base.totals
    kept = {name: sums.get(name) or [0] * len(told.names) for name in told.counters}
    after = _baseline(facts, at, kept, {} if base is None else base.parked)
    return _totals(after, {}, dropped)


def _after(base: Baseline, facts: Facts, at: datetime, interval: _Interval, dropped: int) -> Totals:
    told = facts.interfaces
    deltas = {
        name: _deltas(name, column, base.counters[name], interval)
        for name, column in told.counters.items()
        if name in base.counters and len(base.counters[name]) == len(column)
    }
    none = [0] * len(told.names)
    if interval.broken:
        deltas = {
            name: _without(interval.broken, column or none) for name, column in deltas.items()
        }
    sums, rates = {}, {}
    for name in told.counters:
        old = base.totals.get(name) or none
        moved = deltas.get(name)
        sums[name] = _sums(old, moved) if moved else old
        if moved is not None:
            rates[name] = _rates(moved, 1.0 / interval.elapsed_s, len(told.names))
    after = _baseline(facts, at, sums, base.parked)
    return _totals(after, rates, dropped + len(interval.broken))


def _baseline(
    facts: Facts,
    at: datetime,
    sums: Mapping[str, list[int]],
    parked: Mapping[str, Mapping[str, int]],
) -> Baseline:
    told = facts.interfaces
    return Baseline(
        at=at,
        names=told.names,
        counters=told.counters,
        totals=sums,
        discontinuity=told.discontinuity,
        wide=told.wide,
        uptime_ticks=facts.uptime_ticks,
        engine_boots=facts.engine_boots,
        parked=parked,
    )


def _totals(base: Baseline, rates: Mapping[str, list[float | None]], dropped: int) -> Totals:
    totals = {name: _told(base.counters[name], column) for name, column in base.totals.items()}
    return Totals(base.names, totals, rates, dropped, base)


def _told(raw: Column, sums: list[int]) -> Column:
    """Return the sums of the rows that the agent tells."""
    if None not in raw:
        return [*sums]
    return [None if value is None else total for value, total in zip(raw, sums, strict=True)]


# --- whole columns --------------------------------------------------------------------------------


def _deltas(name: str, now: Column, was: Column, interval: _Interval) -> Column:
    """Return how far each row went; empty where nothing moved, as errors mostly do not."""
    if now == was and None not in now:
        return []
    try:
        deltas: Column = list(map(sub, now, was))
    except TypeError:  # a row that tells nothing
        pairs = zip(now, was, strict=True)
        deltas = [None if a is None or b is None else a - b for a, b in pairs]
    known = [delta for delta in deltas if delta is not None]
    if not known:
        return deltas
    if min(known) >= 0 and max(known) * 8 <= _FASTEST_BPS * interval.elapsed_s:
        return deltas
    return _row_by_row(name, now, was, interval)


def _without(rows: set[int], deltas: Sequence[int | None]) -> Column:
    return [None if row in rows else delta for row, delta in enumerate(deltas)]


def _sums(old: list[int], deltas: Column) -> list[int]:
    try:
        return list(map(add, old, deltas))
    except TypeError:
        return [a + (b or 0) for a, b in zip(old, deltas, strict=True)]


def _rates(deltas: Column, per_second: float, rows: int) -> list[float | None]:
    if not deltas:
        return [0.0] * rows
    try:
        return list(map(mul, deltas, repeat(per_second)))
    except TypeError:
        return [None if delta is None else delta * per_second for delta in deltas]


# --- row by row -----------------------------------------------------------------------------------


def _row_by_row(name: str, now: Column, was: Column, interval: _Interval) -> Column:
    deltas: Column = []
    for row, (after, before) in enumerate(zip(now, was, strict=True)):
        if after is None or before is None:
            deltas.append(None)
            continue
        wide = interval.wide[row] and name not in _NARROW
        speed = interval.speed_bps[row] if name in _OCTETS else None
        delta = counter_delta(before, after, wide=wide, most=_most(speed, interval.elapsed_s))
        if delta is None:
            interval.broken.add(row)
        deltas.append(delta)
    return deltas


def _most(speed_bps: int | None, elapsed_s: float) -> float:
    """Return how many octets can have passed; no more than half a wrap where that is unknown."""
    return speed_bps * elapsed_s / 8 * _OVERSHOOT if speed_bps else _LIKELY


def counter_delta(before: int, after: int, *, wide: bool, most: float) -> int | None:
    """Return how far a counter advanced between two polls.

    Args:
        before: the earlier value.
        after: the later one.
        wide: Counter64, which does not wrap in a lifetime (RFC 2578 §7.1.10).
        most: how far it can have gone; a wrap that would be further was a reset.

    Returns:
        The advance, at most one wrap taken into account; None if it cannot be known.
    """
    delta = after - before
    if delta < 0 and not wide:
        delta += _WRAP
        return delta if 0 <= delta <= min(most, _WRAP - 1) else None
    return delta if 0 <= delta <= _FASTEST_BPS * _DAY_S / 8 else None


_DAY_S: Final = 86_400.0  #: longer silences are not bridged by a Counter64 that jumps


# --- discontinuities ------------------------------------------------------------------------------


def _discontinuous(base: Baseline, told: Interfaces) -> list[int]:
    """Return the rows whose ifCounterDiscontinuityTime moved, or that changed their width."""
    changed = _changed(base.discontinuity, told.discontinuity)
    return changed + _changed(base.wide, told.wide)


def _changed(was: Sequence[int | None], now: Sequence[int | None]) -> list[int]:
    if was == now or len(was) != len(now):
        return []
    pairs = enumerate(zip(was, now, strict=True))
    return [i for i, (a, b) in pairs if a != b and a is not None and b is not None]


def _rebound(base: Baseline, names: tuple[str, ...]) -> Baseline:
    """Return the baseline with its rows bound to other positions by name; new rows know nothing."""
    at = {name: i for i, name in enumerate(base.names)}
    places = [at.get(name) for name in names]
    present = set(names)

    def moved(column: Sequence[int | None]) -> Column:
        return [None if i is None else column[i] for i in places]

    def summed(counter: str, column: Sequence[int]) -> list[int]:
        pairs = zip(names, places, strict=True)
        return [_parked(base, name, counter) if i is None else column[i] for name, i in pairs]

    gone = {
        name: {counter: column[i] for counter, column in base.totals.items()}
        for name, i in at.items()
        if name not in present
    }
    back = {name: sums for name, sums in base.parked.items() if name not in present}
    return replace(
        base,
        names=names,
        counters={name: moved(column) for name, column in base.counters.items()},
        totals={name: summed(name, column) for name, column in base.totals.items()},
        discontinuity=moved(base.discontinuity) if base.discontinuity else [],
        wide=tuple(i is None or base.wide[i] for i in places) if base.wide else (),
        parked=dict([*back.items(), *gone.items()][-_PARKED:]),
    )


def _parked(base: Baseline, name: str, counter: str) -> int:
    return base.parked.get(name, {}).get(counter, 0)
