"""What a survey found × profiles → the target's plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from netmon.core.found import Found
from netmon.core.identity import SYS_UP_TIME
from netmon.core.interface import ADMIN, OPER, find_interface, unique_names
from netmon.core.lane import LaneBuilder, SensorCompiler, alarm_read, with_clock
from netmon.core.match import SYS_DESCR, SYS_OBJECT_ID
from netmon.core.text import text
from netmon.model.inventory import Target
from netmon.model.oid import Index, Oid
from netmon.model.plan import CounterRows, InterfacePlan, LanePlan, TargetPlan
from netmon.model.profile import InterfaceTable, Profile, Quirks
from netmon.model.reading import Interfaces, Lane
from netmon.model.wire import Get, Peer, Rows, Value

ENGINE_BOOTS: Final = Oid.parse("1.3.6.1.6.3.10.2.1.2.0")  #: SNMP-FRAMEWORK-MIB RFC 3411
IF_NUMBER: Final = Oid.parse("1.3.6.1.2.1.2.1.0")
IF_TABLE_LAST_CHANGE: Final = Oid.parse("1.3.6.1.2.1.31.1.5.0")
_WRAP_OCTETS: Final = 2**32
_MEGA: Final = 1_000_000
_MOST_GAUGE: Final = 2**32 - 1  #: ifSpeed of anything faster than 4.29 Gbit/s


@dataclass(frozen=True, slots=True)
class Bound:
    """Whose plan it is, and which of its ports carry lines."""

    peer: Peer
    target: Target
    ports: frozenset[str]


def compile_plan(
    bound: Bound, matched: Sequence[Profile], found: Found, *, moved: bool
) -> tuple[TargetPlan, LanePlan]:
    """Return the plan, and the lane of what the survey itself has read for good.

    Args:
        bound: the target.
        matched: the profiles that apply, the most general first.
        found: all that the survey read.
        moved: ifTableLastChange moved during the survey: it is not to be relied on.
    """
    quirks = _quirks(matched)
    peer = _gentle(bound.peer, quirks)
    builders = {lane: LaneBuilder() for lane in (Lane.STATUS, Lane.COUNTERS, Lane.NAMES)}
    interfaces = _interface_plan(bound, matched, found, quirks)
    if moved:
        interfaces = replace(interfaces, last_change=None)
    clock = _clock_oids(interfaces, found)
    for lane in (Lane.STATUS, Lane.COUNTERS):
        for oid in clock.values():
            builders[lane].place(oid)
    sensors = SensorCompiler(found, builders)
    for profile in reversed(matched):
        sensors.add(profile)
    plan = TargetPlan(
        peer=peer,
        profiles=_named(matched, sensors.used, interfaces),
        presence=_presence(peer, found, peer.presence_s),
        patient=_presence(peer, found, peer.timeout_s),
        status=_with_alarms(
            _lane(builders[Lane.STATUS], peer, clock, [interfaces.status]), peer, matched, found
        ),
        counters=_lane(
            builders[Lane.COUNTERS], peer, clock, [c.request for c in interfaces.counters]
        ),
        interfaces=interfaces,
        interval_s=quirks.interval_s,
        wrap_s=_wraps_in_s(interfaces),
        presence_s=quirks.presence_s,
        told_by=_told_by(matched, sensors.used, found),
    )
    return plan, builders[Lane.NAMES].plan(peer, "names")


def _told_by(
    matched: Sequence[Profile], used: Mapping[str, int], found: Found
) -> Mapping[str, int]:
    """Return how many readings each profile makes, alarms included."""
    told = dict(used)
    for profile in matched:
        alarms = sum(len(t.alarms) for t in profile.alarms if t.has in found.scalars)
        if alarms:
            told[profile.id] = told.get(profile.id, 0) + alarms
    return MappingProxyType(told)


def silent_plan(peer: Peer) -> TargetPlan:
    """Return the plan of a target that has never answered: is it there?"""
    empty = LanePlan()
    quick, patient = (_presence(peer, Found(), s) for s in (peer.presence_s, peer.timeout_s))
    interfaces = InterfacePlan(Interfaces())
    return TargetPlan(peer, (), quick, empty, empty, interfaces, patient=patient)


def _lane(
    builder: LaneBuilder, peer: Peer, clock: Mapping[str, Oid], rows: Sequence[Rows | None]
) -> LanePlan:
    requests = tuple(r for r in rows if r is not None)
    if not requests and len(builder.oids) == len(clock):
        return LanePlan()  # nothing but the clock to be read
    lane = with_clock(builder.plan(peer, "sensors"), peer, clock)
    return replace(lane, requests=lane.requests + requests)


def _with_alarms(lane: LanePlan, peer: Peer, matched: Sequence[Profile], found: Found) -> LanePlan:
    tables = {t.column: t for p in matched for t in p.alarms if t.has in found.scalars}
    alarms = tuple(alarm_read(peer, table) for table in tables.values())
    requests = (*lane.requests, *(alarm.request for alarm in alarms))
    return replace(lane, requests=requests, alarms=alarms)


def _wraps_in_s(plan: InterfacePlan) -> float | None:
    """Return how soon a 32-bit octet counter of the fastest port wraps; None where all are wide.

    A Counter32 of octets wraps in 34 s at 1 Gbit/s (RFC 2863 §3.1.6), and what has wrapped twice
    looks as if it had wrapped once.
    """
    speeds = [
        plan.found.speed_bps[at] or 0
        for rows in plan.counters
        if "in_octets" in rows.counters
        for at in (range(len(plan.found.names)) if rows.positions is None else rows.positions)
        if not plan.found.wide[at]
    ]
    fastest = max(speeds, default=0)
    return _WRAP_OCTETS * 8 / fastest if fastest else None


def _presence(peer: Peer, found: Found, timeout_s: float) -> LanePlan:
    """Ask one varbind; sysUpTime unless the agent has none.

    It is not retried: a miss is news, and the next question is asked a second later.
    """
    peer = replace(peer, timeout_s=min(timeout_s, peer.timeout_s), retries=0, urgent=True)
    first = next(iter(found.scalars), SYS_UP_TIME)
    known = (SYS_UP_TIME, SYS_OBJECT_ID, SYS_DESCR)
    oid = next((oid for oid in known if oid in found.scalars), first)
    get = Get(peer, (oid,), "presence")
    return LanePlan((get,), get, uptime_at=0 if oid == SYS_UP_TIME else None)


def _clock_oids(interfaces: InterfacePlan, found: Found) -> dict[str, Oid]:
    """Return what tells a restart and renumbering, of what the agent has."""
    oids = {"uptime_at": SYS_UP_TIME, "boots_at": ENGINE_BOOTS}
    if interfaces.found.names and interfaces.last_change is not None:
        oids["last_change_at"] = IF_TABLE_LAST_CHANGE
    elif interfaces.found.names and interfaces.number is not None:
        oids["if_number_at"] = IF_NUMBER
    return {name: oid for name, oid in oids.items() if oid in found.scalars}


def _quirks(matched: Sequence[Profile]) -> Quirks:
    """Return the quirks of all the profiles together, the gentlest of each."""
    every = [p.quirks for p in matched]
    return Quirks(
        max_varbinds=min((q.max_varbinds for q in every if q.max_varbinds), default=None),
        bulk=all(q.bulk for q in every),
        in_order=all(q.in_order for q in every),
        interval_s=max((q.interval_s for q in every if q.interval_s), default=None),
        presence_s=max((q.presence_s for q in every if q.presence_s), default=None),
        counters_64=all(q.counters_64 for q in every),
    )


def _gentle(peer: Peer, quirks: Quirks) -> Peer:
    gentle = replace(
        peer,
        max_varbinds=min(peer.max_varbinds, quirks.max_varbinds or peer.max_varbinds),
        bulk=peer.bulk and quirks.bulk,
        in_order=peer.in_order and quirks.in_order,
    )
    same = (gentle.max_varbinds, gentle.bulk, gentle.in_order)
    return peer if same == (peer.max_varbinds, peer.bulk, peer.in_order) else gentle


def _named(
    matched: Sequence[Profile], used: Mapping[str, int], interfaces: InterfacePlan
) -> tuple[str, ...]:
    """Return the ids of the profiles that told something or that recognised the device."""
    source = _interface_profile(matched) if interfaces.found.names else None
    return tuple(
        p.id
        for p in matched
        if p.id in used
        or p is source
        or any(m.object_ids or m.contains or m.regex for m in p.match)
    )


# --- interfaces -----------------------------------------------------------------------------------


def _interface_profile(matched: Sequence[Profile]) -> Profile | None:
    return next((p for p in reversed(matched) if p.interfaces is not None), None)


def interface_table(matched: Sequence[Profile]) -> InterfaceTable | None:
    """Return where the most specific profile finds the interfaces."""
    profile = _interface_profile(matched)
    return profile.interfaces if profile else None


def _interface_plan(
    bound: Bound, matched: Sequence[Profile], found: Found, quirks: Quirks
) -> InterfacePlan:
    table = interface_table(matched)
    if table is None:
        return InterfacePlan(Interfaces())
    interfaces = find_interfaces(table, found, wide=quirks.counters_64)
    rows = tuple((i,) for i in interfaces.index)
    peer = _gentle(bound.peer, quirks)
    status = None
    if rows:
        columns = (table.columns["admin"], table.columns["oper"])
        status = Rows(peer, columns, rows, "ifTable")
    return InterfacePlan(
        found=interfaces,
        status=status,
        counters=_counter_rows(bound, peer, table, interfaces, found),
        last_change=found.integer(IF_TABLE_LAST_CHANGE),
        number=found.integer(IF_NUMBER),
    )


def find_interfaces(table: InterfaceTable, found: Found, *, wide: bool = True) -> Interfaces:
    """Return the interfaces as the survey read them."""
    cells = {name: found.column(oid) for name, oid in table.columns.items()}
    told = {row for name in ("descr", "name", "oper") for row in cells.get(name, ())}
    rows = sorted(row for row in told if len(row) == 1)
    index = tuple(row[0] for row in rows)

    def texts(name: str) -> list[str]:
        column = cells.get(name, {})
        return [text(column.get(row)) for row in rows]

    def numbers(name: str) -> list[int | None]:
        column = cells.get(name, {})
        return [_number(column.get(row)) for row in rows]

    octets = table.counters.get("in_octets", (None, None))[0]
    hc = found.column(octets) if octets and wide else {}
    speeds = zip(numbers("speed"), numbers("high_speed"), strict=True)
    descrs = texts("descr")
    return Interfaces(
        names=unique_names(texts("name"), descrs, index),
        index=index,
        descr=tuple(descrs),
        alias=tuple(texts("alias")),
        type=tuple(numbers("type")),
        speed_bps=tuple(_speed(low, high) for low, high in speeds),
        admin=tuple(ADMIN.get(v or 0) for v in numbers("admin")),
        oper=tuple(OPER.get(v or 0) for v in numbers("oper")),
        wide=tuple(row in hc for row in rows),
    )


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) else None


def _speed(low: int | None, high: int | None) -> int | None:
    """Return bit/s of ifSpeed and ifHighSpeed (10⁶ bit/s; 0 where an agent has only ifSpeed)."""
    if low is not None and (not high or 0 < low < _MOST_GAUGE):
        # ifSpeed is the finer where it does not overflow: 64 kbit/s is 0 Mbit/s.
        return low if not high or low // _MEGA <= high else high * _MEGA
    return None if high is None else high * _MEGA


def _selected(bound: Bound, interfaces: Interfaces) -> list[int]:
    """Return the positions of the interfaces whose counters are wanted."""
    wanted = bound.target.ports
    if wanted == "all":
        return list(range(len(interfaces.names)))
    if wanted == "none":
        return []
    named = bound.ports if wanted == "lines" else bound.ports | set(wanted)
    found = (find_interface(interfaces.names, interfaces.descr, name) for name in named)
    return sorted({at for at in found if at is not None})


def _counter_rows(
    bound: Bound, peer: Peer, table: InterfaceTable, interfaces: Interfaces, found: Found
) -> tuple[CounterRows, ...]:
    """Return the questions for counters: 64-bit rows and 32-bit rows apart."""
    selected = _selected(bound, interfaces)
    questions = []
    for wide in (True, False):
        positions = tuple(i for i in selected if interfaces.wide[i] is wide)
        if not positions:
            continue
        columns = _counter_columns(table, found, wide=wide)
        rows = tuple((interfaces.index[i],) for i in positions)
        whole = len(positions) == len(interfaces.names)
        if columns:
            request = Rows(peer, tuple(columns.values()), rows, "ifXTable" if wide else "ifTable")
            questions.append(CounterRows(request, tuple(columns), None if whole else positions))
    return tuple(questions)


def _counter_columns(table: InterfaceTable, found: Found, *, wide: bool) -> dict[str, Oid]:
    """Return the counter columns that the agent has; all of them where that is not known."""
    chosen: dict[str, Oid] = {}
    probed, _ = counter_probe(table, found)
    known = any(found.column(oid) for oid in probed)
    for name, (high, low) in table.counters.items():
        oids = [oid for oid in ((high, low) if wide else (low,)) if oid is not None]
        there = [oid for oid in oids if found.column(oid)] if known else oids
        if there:
            chosen[name] = there[0]
    if table.discontinuity is not None and found.column(table.discontinuity):
        chosen["discontinuity"] = table.discontinuity
    return chosen


def counter_probe(table: InterfaceTable, found: Found) -> tuple[tuple[Oid, ...], tuple[Index, ...]]:
    """Return the columns and the few rows by which to learn which counters an agent has."""
    interfaces = find_interfaces(table, found)
    wide = [i for i, w in zip(interfaces.index, interfaces.wide, strict=True) if w]
    narrow = [i for i, w in zip(interfaces.index, interfaces.wide, strict=True) if not w]
    rows = tuple((i,) for i in sorted({*wide[:1], *wide[-1:], *narrow[:1], *narrow[-1:]}))
    known = {table.counters.get("in_octets", (None, None))[0], table.discontinuity}
    columns = (oid for pair in table.counters.values() for oid in pair if oid and oid not in known)
    return tuple(columns), rows
