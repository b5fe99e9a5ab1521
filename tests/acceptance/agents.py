"""Plans and replies made by hand: what a machine of the district would tell on the wire."""

from __future__ import annotations

from collections.abc import Sequence

from netmon.core.dew_point import dew_points
from netmon.core.interface import ADMIN, OPER
from netmon.model.inventory import Target
from netmon.model.oid import Oid
from netmon.model.plan import (
    CounterRows,
    InterfacePlan,
    LanePlan,
    Measure,
    StateRead,
    Surveyed,
    TargetPlan,
)
from netmon.model.reading import Interfaces, Lane, Neighbour, Reading, Sensor, System
from netmon.model.wire import Get, Peer, Reply, Request, Rows, Silence, Value
from tests.acceptance.district import Machine, Number, State, Truth

UPTIME = Oid.parse("1.3.6.1.2.1.1.3.0")
_ADMIN = {name: number for number, name in ADMIN.items()}
_OPER = {name: number for number, name in OPER.items()}


def sensor_of(told: State | Number, at: int) -> Sensor:
    oid = Oid.parse(f"1.3.6.1.4.1.32473.{at}")
    if isinstance(told, State):
        also = tuple(c for _, c in told.states.values() if c and c != told.condition)
        return Sensor("state", told.name, oid, told.condition, also)
    return Sensor(told.metric, told.name, oid, low=told.low, high=told.high, role=told.role)


def peer_of(target: Target) -> Peer:
    return Peer(str(target.id), target.address, target.port, target.credential)


def plan_of(target: Target, truth: Truth) -> TargetPlan:
    """Return the plan that a survey of this machine would come to."""
    machine, peer = truth.machines[str(target.id)], peer_of(target)
    names = truth.ports_of(str(target.id))
    presence = Get(peer, (UPTIME,), "presence")
    states = [sensor_of(s, i) for i, s in enumerate(machine.states)]
    numbers = [sensor_of(n, 100 + i) for i, n in enumerate(machine.numbers)]
    status_get = Get(peer, (UPTIME, *(s.oid for s in states)), "sensors")
    counters_get = Get(peer, (UPTIME, *(s.oid for s in numbers)), "sensors")
    rows = tuple((i + 1,) for i in range(len(names)))
    status = Rows(peer, (UPTIME, UPTIME), rows, "ifTable") if names else None
    octets = Rows(peer, (UPTIME, UPTIME), rows, "ifXTable") if names else None
    found = Interfaces(
        names=names,
        index=tuple(i + 1 for i in range(len(names))),
        descr=names,
        alias=tuple(
            truth.alias.get((str(target.id), name), name.removeprefix("GE-")) for name in names
        ),
        type=(6,) * len(names),
        speed_bps=(1_000_000_000,) * len(names),
        admin=(None,) * len(names),
        oper=(None,) * len(names),
        wide=(not machine.narrow,) * len(names),
    )
    return TargetPlan(
        peer=peer,
        profiles=("system",),
        presence=LanePlan((presence,), presence, uptime_at=0),
        status=LanePlan(
            (status_get, *([status] if status else [])),
            status_get,
            uptime_at=0,
            states=tuple(
                _state(s, t, i + 1)
                for i, (s, t) in enumerate(zip(machine.states, states, strict=True))
            ),
        ),
        counters=LanePlan(
            (counters_get, *([octets] if octets else [])),
            counters_get,
            uptime_at=0,
            measures=tuple(Measure(sensor, i + 1) for i, sensor in enumerate(numbers)),
            dew_points=dew_points(numbers),
        ),
        interfaces=InterfacePlan(
            found,
            status,
            (CounterRows(octets, ("in_octets", "out_octets"), None),) if octets else (),
        ),
        wrap_s=2**32 * 8 / 1e9 if machine.narrow else None,
    )


def _state(told: State, sensor: Sensor, at: int) -> StateRead:
    readings: dict[int | str, Reading] = {
        i: Reading(sensor, float(i), name, severity, condition)
        for i, (name, (severity, condition)) in enumerate(told.states.items())
    }
    return StateRead(sensor, at, readings)


def surveyed(target: Target, truth: Truth, now_s: float, silent: Silence | None) -> Surveyed:
    plan = plan_of(target, truth)
    machine = truth.machines[str(target.id)]
    if silent is not None:
        return Surveyed(System(), plan, Interfaces(), silent=silent)
    return Surveyed(
        System(descr="synthetic", name=f"{target.id}.example"),
        plan,
        plan.interfaces.found,
        neighbours=tuple(
            Neighbour(name, f"chassis of {far}", far_port, name=far)
            for name, far, far_port in truth.neighbours_of(str(target.id), now_s)
        ),
        uptime_ticks=ticks(machine, now_s),
    )


def ticks(machine: Machine, now_s: float) -> int:
    return int((now_s - machine.booted_s) * 100) % 2**32


def replies(
    target: Target, plan: TargetPlan, lane: Lane, truth: Truth, now_s: float
) -> list[Reply]:
    """Return what the machine answers to a lane's requests."""
    return [_reply(target, plan, request, truth, now_s) for request in plan.requests(lane)]


def silence(plan: TargetPlan, lane: Lane, why: Silence) -> list[Reply]:
    return [Reply(request, silence=why) for request in plan.requests(lane)]


def _reply(target: Target, plan: TargetPlan, request: Request, truth: Truth, now_s: float) -> Reply:
    machine = truth.machines[str(target.id)]
    if isinstance(request, Get):
        values: list[Value] = [ticks(machine, now_s)]
        if request is plan.status.get:
            values += [list(s.states).index(s.now) for s in machine.states]
        elif request is plan.counters.get:
            values += [n.at(now_s) for n in machine.numbers]
        return Reply(request, values=values)
    names = plan.interfaces.found.names
    assert isinstance(request, Rows)
    if request is plan.interfaces.status:
        if machine.ports_lost is not None:
            return Reply(request, silence=machine.ports_lost)
        columns = _ports(str(target.id), names, truth, now_s)
    else:
        columns = _octets(names, truth, 2**32 if machine.narrow else 2**64)
    return Reply(request, rows=request.rows, columns=columns)


def _ports(node: str, names: Sequence[str], truth: Truth, now_s: float) -> list[list[Value]]:
    shut = {f"GE-{line}" for line in truth.shut}
    admin: list[Value] = [_ADMIN["down" if name in shut else "up"] for name in names]
    oper: list[Value] = [
        None
        if name in truth.machines[node].hides
        else _OPER["up" if truth.is_up(node, name, now_s) else "down"]
        for name in names
    ]
    return [admin, oper]


def _octets(names: Sequence[str], truth: Truth, wrap: int) -> list[list[Value]]:
    passed = [truth.passed.get(name.removeprefix("GE-"), 0.0) for name in names]
    octets: list[Value] = [int(count) % wrap for count in passed]
    return [octets, [0] * len(names)]
