"""Replies of one lane into facts: the hot path.

Rule 1: what is not told is absent; nothing is repeated from an earlier poll. Rule 2: nothing that
an agent answers raises. Rule 3: columns stay whole; no object is made per cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite, log10
from typing import Final

from netmon.core.dew_point import worked_out
from netmon.core.found import troubles_of
from netmon.core.interface import ADMIN, OPER
from netmon.core.text import key, number, resigned, set_bits, text
from netmon.model.plan import (
    CounterRows,
    Formula,
    InterfacePlan,
    LanePlan,
    Measure,
    Pick,
    PickKind,
    StateRead,
    TargetPlan,
    When,
)
from netmon.model.reading import (
    Facts,
    Interfaces,
    Lane,
    Reading,
    StateSeverity,
    Told,
    Trouble,
)
from netmon.model.wire import Reply, Request, Silence, Value

_WHOLE: Final = frozenset({int, type(None)})
_TICKS_PER_SECOND: Final = 100.0
#: Lanes overlap: a slow lane's sysUpTime may be this much older than what is known already.
_LATE_TICKS: Final = 3000


def decode(plan: TargetPlan, lane: Lane, replies: Sequence[Reply], before: Facts) -> Facts:
    """Return what is known after one poll of one lane. Pure.

    Args:
        plan: whose requests were asked.
        lane: which of them.
        replies: in any order; a missing one counts as silence.
        before: what was known; the other lanes' part stays as it is.
    """
    by_request = {id(reply.request): reply for reply in replies}
    told_plan = plan.lane(lane)
    if lane is Lane.PRESENCE and id(plan.patient.get) in by_request:
        told_plan = plan.patient
    values = _values(told_plan, by_request)
    facts = _clock(plan, told_plan, values, before)
    told = _told(told_plan, values, by_request)
    if lane is Lane.PRESENCE:
        return replace(facts, presence=told)
    if lane is Lane.STATUS:
        interfaces = _status(plan.interfaces, by_request, facts)
        return replace(facts, status=told, interfaces=interfaces)
    interfaces = _counters(plan.interfaces, by_request, facts)
    return replace(facts, counters=told, interfaces=interfaces)


def _values(lane: LanePlan, by_request: Mapping[int, Reply]) -> Sequence[Value]:
    reply = by_request.get(id(lane.get)) if lane.get else None
    if reply is None or lane.get is None or len(reply.values) != len(lane.get.oids):
        return ()
    if not lane.signs:
        return reply.values
    values = list(reply.values)
    for at, bits in lane.signs:
        values[at] = resigned(values[at], bits)
    return values


def _clock(plan: TargetPlan, lane: LanePlan, values: Sequence[Value], before: Facts) -> Facts:
    """Take the uptime, and find out whether interfaces may have been renumbered."""
    if not values:
        return before
    uptime = _whole(values, lane.uptime_at)
    boots = _whole(values, lane.boots_at)
    changed = before.table_changed or _changed(plan.interfaces, lane, values)
    if uptime is not None and before.uptime_ticks is not None:
        changed = changed or uptime < before.uptime_ticks - _LATE_TICKS
    if boots is not None and before.engine_boots is not None:
        changed = changed or boots != before.engine_boots
    system = before.system
    if uptime is not None and uptime != before.uptime_ticks:
        system = replace(system, uptime_s=uptime / _TICKS_PER_SECOND)
    return replace(
        before,
        system=system,
        uptime_ticks=before.uptime_ticks if uptime is None else uptime,
        engine_boots=before.engine_boots if boots is None else boots,
        table_changed=changed,
    )


def _changed(plan: InterfacePlan, lane: LanePlan, values: Sequence[Value]) -> bool:
    last_change = _whole(values, lane.last_change_at)
    if last_change is not None and plan.last_change is not None:
        return last_change != plan.last_change
    count = _whole(values, lane.if_number_at)
    return count is not None and plan.number is not None and count != plan.number


def _whole(values: Sequence[Value], at: int | None) -> int | None:
    value = None if at is None else values[at]
    return value if isinstance(value, int) else None


# --- interfaces -----------------------------------------------------------------------------------


def _status(plan: InterfacePlan, by_request: Mapping[int, Reply], facts: Facts) -> Interfaces:
    """Return the interfaces with fresh states; the same tuples where nothing changed."""
    before = facts.interfaces
    reply = by_request.get(id(plan.status)) if plan.status else None
    fit = reply is not None and len(reply.columns) == len(("admin", "oper"))
    if reply is None or not fit or facts.table_changed:
        unknown = (None,) * len(plan.found.names)
        return replace(before, admin=unknown, oper=unknown)
    admin = tuple([ADMIN.get(v) if type(v) is int else None for v in reply.columns[0]])
    oper = tuple([OPER.get(v) if type(v) is int else None for v in reply.columns[1]])
    if admin == before.admin and oper == before.oper:
        return before
    return replace(
        before,
        admin=before.admin if admin == before.admin else admin,
        oper=before.oper if oper == before.oper else oper,
    )


def _counters(plan: InterfacePlan, by_request: Mapping[int, Reply], facts: Facts) -> Interfaces:
    """Return the interfaces with this poll's counters; no counters where they were not told."""
    if not plan.counters:
        return facts.interfaces
    counters: dict[str, list[int | None]] = {}
    discontinuity: list[int | None] = []
    if not facts.table_changed:
        size = len(plan.found.names)
        for rows in plan.counters:
            reply = by_request.get(id(rows.request))
            if reply is not None and len(reply.columns) == len(rows.counters):
                _place(rows, reply, size, counters)
        discontinuity = counters.pop("discontinuity", [])
    return replace(facts.interfaces, counters=counters, discontinuity=discontinuity)


def _place(
    rows: CounterRows, reply: Reply, size: int, counters: dict[str, list[int | None]]
) -> None:
    for name, column in zip(rows.counters, reply.columns, strict=True):
        whole = _whole_column(column)
        if rows.positions is None:
            counters[name] = whole
            continue
        target = counters.get(name)
        if target is None:
            target = counters[name] = [None] * size
        for at, value in zip(rows.positions, whole, strict=False):
            target[at] = value


def _whole_column(column: list[Value]) -> list[int | None]:
    """Return the column itself where every cell is a whole number or absent."""
    if _WHOLE.issuperset(map(type, column)):
        return column  # type: ignore[return-value]
    return [value if type(value) is int else None for value in column]


# --- readings -------------------------------------------------------------------------------------


def _told(lane: LanePlan, values: Sequence[Value], by_request: Mapping[int, Reply]) -> Told:
    replies = by_request.values()
    troubles = [trouble for reply in replies for trouble in _troubles(lane, reply)]
    silences = [reply.silence for reply in replies]
    readings = read_values(lane, values) if values else ()
    if lane.alarms:
        readings += _alarms(lane, by_request)
    return Told(
        readings=readings,
        troubles=tuple(troubles),
        silence=_silence(lane.requests, silences),
    )


def _silence(asked: Sequence[Request], silences: Sequence[Silence | None]) -> Silence | None:
    """Return why nothing at all came back; None if something did, or nothing was asked."""
    if any(silence is None for silence in silences):
        return None
    return silences[0] if silences else Silence.TIMEOUT if asked else None


def _troubles(lane: LanePlan, reply: Reply) -> list[Trouble]:
    """Return what failed, by the tables whose values are missing."""
    troubles = troubles_of(reply)
    if not reply.problems or reply.request is not lane.get:
        return troubles
    empty = [
        part
        for part, start, stop in lane.parts
        if all(value is None for value in reply.values[start:stop])
    ]
    return [replace(t, part=part) for t in troubles for part in empty] or troubles


def _alarms(lane: LanePlan, by_request: Mapping[int, Reply]) -> tuple[Reading, ...]:
    """Return each known alarm, on or off; none of a table that was not answered whole."""
    readings: list[Reading] = []
    for read in lane.alarms:
        reply = by_request.get(id(read.request))
        if reply is None or reply.silence or reply.problems:
            continue
        standing = {key(value) for column in reply.columns for value in column}
        readings += [on if known in standing else off for known, on, off in read.readings]
    return tuple(readings)


def read_values(lane: LanePlan, values: Sequence[Value]) -> tuple[Reading, ...]:
    """Return the readings that the values of a lane's Get make."""
    readings = [r for spec in lane.states if (r := _state(spec, values)) is not None]
    readings += [r for spec in lane.measures if (r := _measure(spec, values)) is not None]
    if lane.dew_points:
        told = {id(r.sensor): r.value for r in readings}
        readings += [r for spec in lane.dew_points if (r := worked_out(spec, told)) is not None]
    return tuple(readings)


def _state(spec: StateRead, values: Sequence[Value]) -> Reading | None:
    raw = values[spec.at]
    if raw is None or (spec.when and not _holds(spec.when, values)):
        return None
    if spec.pick is not None:
        raw = pick(spec.pick, raw)
    reading = spec.readings.get(raw) if type(raw) is int else None
    if reading is not None:
        return reading
    told = key(raw)
    if told is None or told in spec.invalid:
        return None
    reading = spec.readings.get(told)
    if reading is None and isinstance(told, str):
        as_number = number(raw)
        reading = spec.readings.get(int(as_number)) if as_number is not None else None
    return reading or _unlisted(spec, raw, told)


def _unlisted(spec: StateRead, raw: Value, told: int | str) -> Reading | None:
    """Return the reading of a value that the profile does not list.

    A text has no number of its own: the states are numbered as listed, and this comes after them.
    """
    if told == "":
        return None
    value = number(raw)
    other = spec.other
    return Reading(
        sensor=spec.sensor,
        value=float(len(spec.readings) if value is None else value),
        state=(other.state if other else None) or text(raw),
        severity=other.severity if other else StateSeverity.UNKNOWN,
        condition=other.condition if other else None,
    )


def _measure(spec: Measure, values: Sequence[Value]) -> Reading | None:
    raw: Value
    raw = values[spec.at]
    if raw is None or (spec.when and not _holds(spec.when, values)):
        return None
    if spec.pick is not None:
        raw = pick(spec.pick, raw)
    if spec.invalid and key(raw) in spec.invalid:
        return None
    value = number(raw) if spec.formula is None else _compute(spec.formula, values)
    if value is None or value in spec.invalid:
        return None
    value = _in_base_unit(spec, value)
    if value is None or not isfinite(value) or not _possible(spec, value):
        return None
    return Reading(spec.sensor, float(value))


def _in_base_unit(spec: Measure, raw: float) -> float | None:
    if spec.log10 and raw < 0 and spec.below_zero is not None:
        return raw * spec.below_zero
    value = raw * spec.scale / spec.divisor + spec.offset
    if spec.log10:
        return 10.0 * log10(value) if value > 0 else None
    return value


def _possible(spec: Measure, value: float) -> bool:
    if spec.lowest is not None and value < spec.lowest:
        return False
    return spec.highest is None or value <= spec.highest


def _holds(whens: Sequence[When], values: Sequence[Value]) -> bool:
    return all((key(values[when.at]) in when.values) is not when.negated for when in whens)


def _compute(formula: Formula, values: Sequence[Value]) -> float | None:
    """Work out a formula in postfix order; None where a value is missing or a divisor is 0."""
    stack: list[float] = []
    for term in formula:
        if isinstance(term, str):
            right, left = stack.pop(), stack.pop()
            if term == "/" and right == 0:
                return None
            stack.append(_OPERATORS[term](left, right))
        elif isinstance(term, float):
            stack.append(term)
        else:
            value = number(values[term])
            if value is None:
                return None
            stack.append(float(value))
    return stack.pop()


_OPERATORS: Final = {
    "+": float.__add__,
    "-": float.__sub__,
    "*": float.__mul__,
    "/": float.__truediv__,
}


def pick(part: Pick, raw: Value) -> Value:
    """Return the part of a value that is meant; None where it has none."""
    match part.kind:
        case PickKind.BIT:
            return (raw >> part.at) & 1 if isinstance(raw, int) else None
        case PickKind.BITS:
            return int(part.at in set_bits(raw)) if isinstance(raw, bytes) else None
        case PickKind.LOWEST:
            return _lowest(raw)
        case PickKind.CHAR:
            told = text(raw)
            return told[part.at : part.at + 1].encode() or None
        case PickKind.REGEX:
            hit = part.pattern.search(text(raw)) if part.pattern else None
            return hit[1].encode() if hit and hit[1] is not None else None


def _lowest(raw: Value) -> int | None:
    if isinstance(raw, bytes):
        return next(iter(set_bits(raw)), -1)
    if isinstance(raw, int):
        return (raw & -raw).bit_length() - 1
    return None
