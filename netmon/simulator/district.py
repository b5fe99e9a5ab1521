"""A simulated district: every target an agent, every line a cable, and what one does to another.

A line is up while it is not cut and both its nodes have power. Its ports say so, the far end falls
silent with it, and what lies behind a dead line cannot be reached by anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final

from netmon.model.inventory import Line, LineId, SiteId, TargetId
from netmon.simulator.agenda import Agenda
from netmon.simulator.agent import Agent
from netmon.simulator.models.catalogue import mib_of
from netmon.simulator.models.lldp import Neighbour
from netmon.simulator.plant import Clock, Machine, Port, Room
from netmon.simulator.server import Path
from netmon.simulator.ways import Hop, Way, ways

_BACKUP_COST_S: Final = 0.05
_CONGESTION_S: Final = 0.03  # added to the round trip of a line that is full


@dataclass(slots=True, eq=False)
class Cable:
    """A line of the inventory, as it is now."""

    line: Line
    a: Machine
    port_a: Port
    delay_s: float
    z: Machine | None = None
    port_z: Port | None = None
    far: str | None = None  #: the far end's address, where there is no node
    cut: bool = False
    full: bool = False
    loss_ratio: float = 0.0
    flap_s: float | None = None  #: how long it stays cut, and then whole, while it flaps
    up: bool = True

    @property
    def hop(self) -> Hop:
        """What a way over it costs."""
        is_backup = self.line.group is not None and self.line.group[1] == "backup"
        delay_s = self.delay_s + (_CONGESTION_S if self.full else 0.0)
        return Hop(delay_s, self.loss_ratio, _BACKUP_COST_S if is_backup else 0.0)

    @property
    def means(self) -> tuple[float, float]:
        """Octets per second towards A and towards Z on an ordinary day; the same in every run."""
        rate = self.line.bandwidth_bps / 8
        chance = Random(f"{self.line.id} traffic")  # noqa: S311 - simulated traffic is not a secret
        share = 0.1 if self.line.group and self.line.group[1] == "backup" else 1.0
        return rate * share * chance.uniform(0.12, 0.4), rate * share * chance.uniform(0.04, 0.16)


@dataclass(slots=True, eq=False)
class District:
    """Everything simulated, by id, and how to reach it."""

    clock: Clock
    agenda: Agenda
    roots: tuple[TargetId, ...]  #: where netmon stands
    machines: dict[TargetId, Machine] = field(default_factory=dict)
    agents: dict[TargetId, Agent] = field(default_factory=dict)
    cables: dict[LineId, Cable] = field(default_factory=dict)
    rooms: dict[SiteId, Room] = field(default_factory=dict)
    fars: dict[str, Path] = field(default_factory=dict)  #: to the far ends without a node
    homes: dict[TargetId, TargetId] = field(default_factory=dict)  #: a device → its node
    told: Callable[[Machine, Port], None] = lambda _machine, _port: None  #: of a port that changed

    def by_address(self) -> tuple[Mapping[str, Agent], Mapping[str, Path]]:
        """Return agents and paths as a Simulator takes them."""
        agents = {self.machines[id_].target.address: agent for id_, agent in self.agents.items()}
        return agents, self.fars | {m.target.address: m.path for m in self.machines.values()}

    def settle(self) -> None:
        """Work out what follows from what is cut, powered and failed."""
        changed = [each for cable in self.cables.values() for each in self._settle_cable(cable)]
        reached = ways(self._live_roots(), self._hops())
        for machine in self.machines.values():
            self._settle_path(machine, reached)
        self._settle_far_ends(reached)
        for machine, port in changed:
            self.told(machine, port)

    def renumber(self, machine: Machine) -> None:
        """Make a machine's agent anew: its interfaces are numbered otherwise."""
        id_ = machine.target.id
        self.agents[id_].mib = mib_of(machine, self.neighbours(machine))

    def neighbours(self, machine: Machine) -> list[Neighbour]:
        """Return whom a machine sees over its lines."""
        found = []
        for cable in self.cables.values():
            if cable.z is None or cable.port_z is None:
                continue
            if cable.a is machine:
                found.append(Neighbour(cable.port_a, cable.z, cable.port_z))
            if cable.z is machine:
                found.append(Neighbour(cable.port_z, cable.a, cable.port_a))
        return sorted(found, key=lambda n: n.port.index)

    def _settle_cable(self, cable: Cable) -> list[tuple[Machine, Port]]:
        """Say how a line stands, at both its ports; return those that changed."""
        now_s, changed = self.clock(), []
        up = not cable.cut and cable.a.powered and (cable.z is None or cable.z.powered)
        for machine, port in ((cable.a, cable.port_a), (cable.z, cable.port_z)):
            if machine is not None and port is not None and port.up is not up:
                port.up, port.changed_s = up, now_s
                changed.append((machine, port))
        if up is not cable.up:
            cable.up = up
            self.flow(cable)
        return changed

    def _settle_far_ends(self, reached: Mapping[TargetId, Way]) -> None:
        """A far end may hang on several lines: the best of those that are up counts."""
        best: dict[str, Way] = {}
        for cable in self.cables.values():
            way = reached.get(cable.a.target.id) if cable.up else None
            if cable.far is not None and way is not None:
                over = way.over(cable.hop)
                best[cable.far] = min(best.get(cable.far, over), over, key=lambda w: w.delay_s)
        for address, path in self.fars.items():
            _set_path(path, best.get(address))

    def flow(self, cable: Cable) -> None:
        """Let traffic pass as the line's state says."""
        now_s = self.clock()
        towards_a, towards_z = cable.means if cable.up else (0.0, 0.0)
        if cable.up and cable.full:
            towards_a = 0.97 * cable.line.bandwidth_bps / 8
        cable.port_a.inward.run(now_s, towards_a, even=cable.full)
        cable.port_a.outward.run(now_s, towards_z)

    def _live_roots(self) -> list[TargetId]:
        return [id_ for id_ in self.roots if self.machines[id_].powered]

    def _hops(self) -> dict[TargetId, list[tuple[TargetId, Hop]]]:
        hops: dict[TargetId, list[tuple[TargetId, Hop]]] = {}
        for cable in self.cables.values():
            if cable.up and cable.z is not None:
                a, z = cable.a.target.id, cable.z.target.id
                hops.setdefault(a, []).append((z, cable.hop))
                hops.setdefault(z, []).append((a, cable.hop))
        return hops

    def _settle_path(self, machine: Machine, reached: Mapping[TargetId, Way]) -> None:
        id_ = machine.target.id
        way = reached.get(self.homes.get(id_, id_))
        _set_path(machine.path, way if machine.powered else None)
        machine.path.speaks = not machine.silent


def _set_path(path: Path, way: Way | None) -> None:
    path.alive = way is not None
    if way is not None:
        path.delay_s, path.loss_ratio = way.delay_s, way.loss_ratio
