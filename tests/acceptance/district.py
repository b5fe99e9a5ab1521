"""A small district, and what really is with it: what is cut, dead, dark, hot or full."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Literal

from netmon.core.topology import topology_of
from netmon.model.inventory import (
    Inventory,
    Line,
    LineId,
    LineKind,
    Maintenance,
    Name,
    PortEnd,
    Role,
    Site,
    SiteEnd,
    SiteId,
    SiteKind,
    Target,
    TargetId,
    Tenant,
    TenantId,
    TenantKind,
)
from netmon.model.policy import DEFAULT_RULES, ENVIRONMENTS, Policy
from netmon.model.reading import StateSeverity
from netmon.model.secret import Secret
from netmon.model.wire import Credential, Silence, Version

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CREDENTIAL = Credential("lan", Version.V2C, Secret("public"))

#: Nodes and the lines between them: id, end A, end Z. netmon is plugged into core-1.
BACKBONE = (
    ("CC", "core-1", "core-2"),
    ("BB-1", "core-1", "agg-1"),
    ("BB-2", "core-2", "agg-1"),  # agg-1 has two ways in
    ("BB-3", "core-1", "agg-2"),  # agg-2 has one
    ("R-1", "core-1", "ring-1"),  # core-1 – ring-1 – ring-2 – core-2
    ("R-2", "ring-1", "ring-2"),
    ("R-3", "ring-2", "core-2"),
    ("L-A", "agg-1", "acc-1"),
    ("L-B", "agg-2", "acc-2"),
)
#: Lines to places without a node of ours: id, end A, the far end's address.
TAILS = (
    ("L-1", "agg-1", "192.0.2.1"),
    ("L-2", "agg-1", "192.0.2.2"),
    ("L-3", "agg-1", None),
    ("L-4", "agg-2", "192.0.2.4"),
    ("L-5", "agg-2", None),
    ("L-6", "core-1", "192.0.2.6"),
)
DEVICES = (
    ("ups-1", Role.UPS),
    ("env-1", Role.ENVIRONMENT),
    ("crac-1", Role.COOLING),
)
ROLES = {"core": Role.CORE, "agg": Role.AGGREGATION, "ring": Role.AGGREGATION, "acc": Role.ACCESS}


def gb50174() -> Policy:
    limits = ENVIRONMENTS["gb50174"]
    return Policy(rules={c: replace(DEFAULT_RULES[c], limit=limit) for c, limit in limits.items()})


def target(ident: str, kind: Literal["node", "device"], role: Role, **more: object) -> Target:
    number = sum(map(ord, ident)) % 250 + 1
    address = more.pop("address", f"127.0.{number}.{len(ident)}")
    return Target(
        TargetId(ident), kind, Name(ident, ident), SiteId("room"), role, address, CREDENTIAL, **more
    )  # type: ignore[arg-type]


def port(line: str) -> str:
    """Return the port a line is plugged into: the same name at both ends."""
    return f"GE-{line}"


def trunk(ident: str, a: str, z: str, **more: object) -> Line:
    return Line(
        LineId(ident),
        Name(ident, ident),
        LineKind.BACKBONE,
        1_000_000_000,
        PortEnd(TargetId(a), port(ident)),
        PortEnd(TargetId(z), port(ident)),
        **more,
    )  # type: ignore[arg-type]


def tail(ident: str, a: str, address: str | None, **more: object) -> Line:
    return Line(
        LineId(ident),
        Name(ident, ident),
        LineKind.ACCESS,
        100_000_000,
        PortEnd(TargetId(a), port(ident)),
        SiteEnd(SiteId(f"site-{ident}"), address),
        tenant=TenantId(f"tenant-{ident}"),
        **more,
    )  # type: ignore[arg-type]


def inventory(*, policy: Policy | None = None, monitor: str | None = "core-1") -> Inventory:
    names = dict.fromkeys(node for _, *ends in BACKBONE for node in ends)
    targets = [target(n, "node", ROLES[n.split("-")[0]]) for n in names]
    targets += [target(n, "device", role) for n, role in DEVICES]
    lines = [trunk(*row) for row in BACKBONE] + [tail(*row) for row in TAILS]
    sites = [Site(SiteId("room"), Name("机房", "Room"), SiteKind.MACHINE_ROOM)]
    sites += [
        Site(SiteId(f"site-{row[0]}"), Name(row[0], row[0]), SiteKind.DEPARTMENT) for row in TAILS
    ]
    tenants = [
        Tenant(TenantId(f"tenant-{row[0]}"), Name(row[0], row[0]), TenantKind.DEPARTMENT)
        for row in TAILS
    ]
    return Inventory(
        sites={s.id: s for s in sites},
        tenants={t.id: t for t in tenants},
        providers={},
        credentials={"lan": CREDENTIAL},
        targets={t.id: t for t in targets},
        lines={line.id: line for line in lines},
        services={},
        policy=policy or gb50174(),
        maintenance={},
        people={},
        rotas={},
        monitor=None if monitor is None else TargetId(monitor),
    )


def with_lines(whole: Inventory, *, without: str | None = None, more: tuple[Line, ...] = ()):
    lines = {k: v for k, v in whole.lines.items() if k != without}
    return replace(whole, lines={**lines, **{line.id: line for line in more}})


def with_maintenance(whole: Inventory, window: Maintenance) -> Inventory:
    return replace(whole, maintenance={window.id: window})


def planned(line: Line, since: date) -> Line:
    return replace(line, in_service=since)


@dataclass
class State:
    """A sensor that tells a state: its conditions, and what it says now."""

    name: str
    now: str
    states: Mapping[str, tuple[StateSeverity, str | None]]
    condition: str | None = None


@dataclass
class Number:
    """A sensor that tells a number; None: it says nothing at present."""

    metric: str
    name: str
    value: float | None
    role: str | None = None
    low: float | None = None
    high: float | None = None
    curve: Callable[[float], float] | None = None  #: instead of ``value``: by the story's seconds
    step: float = 0.0  #: the sensor tells multiples of it; 0 = any number

    def at(self, now_s: float) -> float | None:
        """Return what the sensor tells at an instant of the story."""
        value = self.value if self.curve is None else self.curve(now_s)
        return value if value is None or not self.step else round(value / self.step) * self.step


@dataclass
class Machine:
    """How a target really is."""

    powered: bool = True
    speaks: bool = True  #: its agent answers
    pings: bool = True
    refuses: Silence | None = None  #: its agent answers, but not us
    booted_s: float = -86_400.0
    boots_ports_s: float = 0.0  #: ports come up so long after the agent
    states: list[State] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    idle: tuple[str, ...] = ()  #: further ports, empty
    lit: set[str] = field(default_factory=set)  #: of those, the ones in use
    renumbered: int = 0
    narrow: bool = False  #: it counts octets in 32 bits
    hides: set[str] = field(default_factory=set)  #: ports whose states it does not tell
    ports_lost: Silence | None = None  #: it answers, but not with its table of ports


UPS_STATES = {
    "normal": (StateSeverity.OK, None),
    "battery": (StateSeverity.CRITICAL, "ups_on_battery"),
    "bypass": (StateSeverity.MAJOR, "ups_on_bypass"),
    "other": (StateSeverity.UNKNOWN, None),
}


def machines(whole: Inventory) -> dict[str, Machine]:
    found = {str(t): Machine() for t in whole.targets}
    if "ups-1" in found:
        found["ups-1"].states = [State("Output source", "normal", UPS_STATES, "ups_on_battery")]
        found["ups-1"].numbers = [
            Number("charge_ratio", "Battery", 1.0, "battery"),
            Number("temperature_celsius", "Battery", 31.0, "battery"),
        ]
        found["env-1"].numbers = [
            Number("temperature_celsius", "Cold aisle A", 22.0),
            Number("temperature_celsius", "Cold aisle B", 22.5),
            Number("humidity_ratio", "Cold aisle A", 0.45),
        ]
        found["crac-1"].numbers = [
            Number("temperature_celsius", "Return air", 33.0, "return"),
            Number("temperature_celsius", "Supply air", 15.0, "supply"),
            Number("temperature_celsius", "Inlet air", 22.0, "inlet"),
        ]
        found["core-1"].numbers = [Number("temperature_celsius", "Board 0", 55.0, "board")]
    return found


class Truth:
    """The district as it really is."""

    def __init__(self, whole: Inventory) -> None:
        self.machines = machines(whole)
        self.cut: set[str] = set()
        self.carried: set[str] = set()  #: by a transport that keeps ports up whatever happens
        self.dark: set[str] = set()  #: far ends without power
        self.deaf: set[str] = set()  #: far ends that do not answer, though the line is well
        self.shut: set[str] = set()  #: lines whose port at end A is switched off
        self.load: dict[str, float] = {}  #: bit/s of a line, inbound
        self.passed: dict[str, float] = {}  #: octets, likewise
        self.isolated = False  #: netmon's own plug is out
        self.patched: dict[tuple[str, str], tuple[str, str]] = {}  #: a plug that is elsewhere
        self.alias: dict[tuple[str, str], str] = {}  #: a port that is described otherwise
        self.unplugged: set[str] = set()  #: addresses to lose: where netmon is and others are not
        self._seen: tuple[float, set[str]] | None = None  #: whom netmon reaches, at an instant
        self.adopt(whole)

    def adopt(self, whole: Inventory) -> None:
        self.forget()
        self.inventory = whole
        self.topology = topology_of(whole)
        for ident in whole.targets:
            self.machines.setdefault(str(ident), Machine())

    def forget(self) -> None:
        """Something has happened: whom netmon reaches is to be found out anew."""
        self._seen = None

    def flow(self, seconds: float) -> None:
        """Let traffic pass for a while."""
        for line, bps in self.load.items():
            self.passed[line] = self.passed.get(line, 0.0) + bps * seconds / 8

    def ports_of(self, node: str) -> tuple[str, ...]:
        at = self.topology.lines_at.get(TargetId(node), ())
        mine = (*(port(line) for line in at), *self.machines[node].idle)
        turn = self.machines[node].renumbered % max(1, len(mine))
        return (*mine[turn:], *mine[:turn])

    def plugs(self, one: str, other: str) -> None:
        """Interchange the far ends of two ports, each named NODE/PORT."""
        pairs = dict(
            zip(
                (one, other),
                (self.far_of(*other.split("/")), self.far_of(*one.split("/"))),
                strict=True,
            )
        )
        for near, far in pairs.items():
            end = tuple(near.split("/"))
            self.patched[end], self.patched[far] = far, end  # type: ignore[index,assignment]

    def far_of(self, node: str, name: str) -> tuple[str, str] | None:
        """Return the port that a port is really plugged into, if it is one of ours."""
        if (node, name) in self.patched:
            return self.patched[node, name]
        line = self.inventory.lines.get(LineId(name.removeprefix("GE-")))
        if line is None or not isinstance(line.z, PortEnd):
            return None
        far = line.z if line.a.node == node else line.a
        return str(far.node), far.interface

    def neighbours_of(self, node: str, now_s: float) -> list[tuple[str, str, str]]:
        """Return what LLDP tells: our port, the node and the port at its other end."""
        mine = [name for name in self.ports_of(node) if self.is_up(node, name, now_s)]
        seen = [(name, self.far_of(node, name)) for name in mine]
        return [(name, *far) for name, far in seen if far and self.machines[far[0]].powered]

    def is_up(self, node: str, name: str, now_s: float) -> bool:
        machine = self.machines[node]
        if not name.startswith("GE-"):
            return name in machine.lit
        ident = name.removeprefix("GE-")
        line = self.inventory.lines.get(LineId(ident))
        if line is None or ident in self.shut:
            return False
        if ident in self.carried:
            return True
        if now_s < machine.booted_s + machine.boots_ports_s or ident in self.cut:
            return False
        if isinstance(line.z, SiteEnd):
            return ident not in self.dark
        other = line.z.node if line.a.node == node else line.a.node
        far = self.machines[other]
        return far.powered and now_s >= far.booted_s + far.boots_ports_s

    def passes(self, ident: str, now_s: float) -> bool:
        """Say whether a line carries traffic."""
        line = self.inventory.lines[LineId(ident)]
        if ident in self.cut or ident in self.shut:
            return False
        return self.is_up(line.a.node, port(ident), now_s) or ident in self.carried

    def reachable(self, now_s: float) -> set[str]:
        """Return whom netmon's datagrams reach, and whose answers come back."""
        if self._seen is not None and self._seen[0] == now_s:
            return self._seen[1]
        self._seen = (now_s, self._reach(now_s))
        return self._seen[1]

    def _reach(self, now_s: float) -> set[str]:
        root = self.inventory.monitor
        start = "core-1" if root is None else str(root)
        if self.isolated:
            return set()
        seen, queue = {start}, [start]
        while queue:
            node = queue.pop()
            if not self.machines[node].powered:
                continue
            for link in self.topology.links.get(TargetId(node), ()):
                if str(link.to) not in seen and self.passes(link.line, now_s):
                    seen.add(str(link.to))
                    queue.append(str(link.to))
        if self.machines[start].powered:
            seen |= {str(t.id) for t in self.inventory.targets.values() if t.kind == "device"}
        return {n for n in seen if self.machines[n].powered and n not in self.unplugged}

    def far_answers(self, address: str, now_s: float) -> bool:
        for line in self.inventory.lines.values():
            if isinstance(line.z, SiteEnd) and line.z.address == address:
                well = self.passes(line.id, now_s) and line.id not in self.dark | self.deaf
                return well and str(line.a.node) in self.reachable(now_s)
        return False
