"""An inventory becomes a simulated district: those of its targets that have loopback addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address, ip_address
from random import Random
from typing import Final
from zlib import crc32

from netmon.config.collector import no_collection
from netmon.model.inventory import (
    Inventory,
    Line,
    LineKind,
    PortEnd,
    Role,
    SiteEnd,
    Target,
    TargetId,
)
from netmon.model.wire import Version
from netmon.simulator.agenda import Agenda
from netmon.simulator.agent import Agent
from netmon.simulator.authority import Authority
from netmon.simulator.district import Cable, District
from netmon.simulator.flow import Flow
from netmon.simulator.mib import Mib
from netmon.simulator.models.catalogue import (
    is_physical,
    make_of,
    mib_of,
    port_names,
    speed_of,
)
from netmon.simulator.plant import Battery, Clock, Machine, Port, Room
from netmon.simulator.server import Path

#: snmpEngineID (RFC 3411 §5): the number kept for documentation (RFC 5612), then an IPv4 address.
_ENGINE: Final = (0x80000000 | 32473).to_bytes(4) + b"\x01"
_RUNTIME_S: Final = 720.0  # of a UPS from full to empty
_UP_SINCE_S: Final = (3 * 86400.0, 400 * 86400.0)  # before the simulation begins
_IDLE_SHARE: Final = 0.01  # of a port's speed, where no line of the inventory ends

#: Round trip over a line in seconds, by its kind: least and most.
_DELAYS: Final = {
    LineKind.ACCESS: (0.0012, 0.0065),
    LineKind.UPLINK: (0.002, 0.004),
    LineKind.EGRESS: (0.003, 0.008),
    LineKind.BACKBONE: (0.0002, 0.0006),
    LineKind.INTERNAL: (0.0001, 0.0002),
}
#: Roles whose unused ports are switched off, not left to whoever plugs in.
_TIDY: Final = frozenset({Role.CORE, Role.FIREWALL, Role.ROUTER})


def is_simulated(target: Target) -> bool:
    """Say whether a target is one of the simulator's: its address lies in 127.0.0.0/8."""
    address = ip_address(target.address)
    return isinstance(address, IPv4Address) and address.is_loopback


def at_port(inventory: Inventory, port: int) -> Inventory:
    """Return the inventory with its simulated targets on another port."""
    targets = {
        id_: replace(target, port=port) if is_simulated(target) else target
        for id_, target in inventory.targets.items()
    }
    return replace(inventory, targets=targets)


def build(inventory: Inventory, clock: Clock) -> District:
    """Return a district that works as it should, at the time that ``clock`` says."""
    with no_collection():
        return _build(inventory, clock)


def _build(inventory: Inventory, clock: Clock) -> District:
    district = District(clock, Agenda(clock), ())
    for target in inventory.targets.values():
        if is_simulated(target):
            room = district.rooms.setdefault(target.site, Room(target.site))
            district.machines[target.id] = _machine(target, clock, room, inventory.lines.values())
    for line in inventory.lines.values():
        if line.a.node in district.machines:
            district.cables[line.id] = _cable(line, district)
    _place(district, inventory.monitor)
    for machine in district.machines.values():
        mib = mib_of(machine, district.neighbours(machine))
        district.agents[machine.target.id] = _agent(machine, mib)
    district.settle()
    return district


def _machine(target: Target, clock: Clock, room: Room, lines: Iterable[Line]) -> Machine:
    seed = crc32(target.id.encode())
    chance = Random(seed)  # noqa: S311 - a simulated value is not a secret
    machine = Machine(target, clock, room, seed, clock() - chance.uniform(*_UP_SINCE_S))
    if target.role is Role.UPS:
        machine.battery = Battery(_RUNTIME_S)
    ends = [
        end.interface
        for line in lines
        for end in (line.a, line.z)
        if isinstance(end, PortEnd) and end.node == target.id
    ]
    more = [*ends, *(target.ports if isinstance(target.ports, tuple) else ())]
    for index, name in enumerate(port_names(make_of(target), more), 1):
        machine.ports.append(_port(machine, name, index, chance, busy=name in ends))
    return machine


def _port(machine: Machine, name: str, index: int, chance: Random, *, busy: bool) -> Port:
    speed, physical = speed_of(name), is_physical(name)
    tidy = machine.target.role in _TIDY
    device = machine.target.kind == "device"
    used = busy or not physical or device or (not tidy and chance.random() < 0.4)
    mean = speed / 8 * _IDLE_SHARE if used and physical and not busy else 0.0
    inward, outward = (_flow(mean * share, chance, -machine.booted_s) for share in (1.0, 0.4))
    return Port(
        name, index, speed, inward, outward, physical=physical, up=used, enabled=used or not tidy
    )


def _flow(mean: float, chance: Random, age_s: float) -> Flow:
    return Flow(mean, chance.uniform(0, 6.28), mean * age_s)


def _cable(line: Line, district: District) -> Cable:
    chance = Random(line.id)  # noqa: S311 - a simulated value is not a secret
    a = district.machines[line.a.node]
    port_a = _end(a, line.a, line)
    cable = Cable(line, a, port_a, chance.uniform(*_DELAYS[line.kind]))
    towards_a, towards_z = cable.means
    age_s = -a.booted_s
    port_a.inward = _flow(towards_a, chance, age_s)
    port_a.outward = _flow(towards_z, chance, age_s)
    if isinstance(line.z, SiteEnd):
        cable.far = line.z.address
        if line.z.address:
            district.fars[line.z.address] = Path()
    elif line.z.node in district.machines:
        cable.z = district.machines[line.z.node]
        cable.port_z = _end(cable.z, line.z, line)
        cable.port_z.inward, cable.port_z.outward = port_a.outward, port_a.inward
    return cable


def _end(machine: Machine, end: PortEnd, line: Line) -> Port:
    port = next(port for port in machine.ports if port.name == end.interface)
    port.line, port.alias = line.id, f"{line.id} {line.name.en}"
    return port


def _place(district: District, monitor: TargetId | None) -> None:
    """Say where netmon stands and on which node each device hangs."""
    machines = district.machines
    nodes = [m for m in machines.values() if m.is_network]
    wired = {m.target.id for c in district.cables.values() for m in (c.a, c.z) if m is not None}
    if monitor in machines:
        # A node without a line of ours is reached by some way that the inventory does not tell.
        loose = [m.target.id for m in nodes if m.target.id not in wired]
        district.roots = (TargetId(str(monitor)), *(id_ for id_ in loose if id_ != monitor))
    else:
        district.roots = tuple(m.target.id for m in nodes) or tuple(machines)
    for machine in machines.values():
        if not machine.is_network and district.roots:
            district.homes[machine.target.id] = _home(machine, district)


def _home(machine: Machine, district: District) -> TargetId:
    root = district.machines[district.roots[0]]
    if root.room is machine.room:
        return root.target.id
    here = (m.target.id for m in district.machines.values() if m.is_network)
    return next(
        (id_ for id_ in here if district.machines[id_].room is machine.room), root.target.id
    )


def _agent(machine: Machine, mib: Mib) -> Agent:
    credential = machine.target.credential
    if credential.version is Version.V3:
        engine_id = credential.engine_id or _ENGINE + IPv4Address(machine.target.address).packed
        return Agent(mib, (), Authority(engine_id, (credential,), machine.clock))
    community = credential.community.reveal() if credential.community else ""
    return Agent(mib, (community,))
