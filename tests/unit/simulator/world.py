"""A small district on a clock that the test moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from netmon.config.inventory import load_inventory
from netmon.config.scenario import Deed, Step
from netmon.model.inventory import Inventory, LineId, TargetId
from netmon.model.oid import Oid
from netmon.simulator.agent import Agent
from netmon.simulator.build import build
from netmon.simulator.district import Cable
from netmon.simulator.plant import Machine
from netmon.simulator.stage import do
from tests.unit.simulator.asking import value, walk

IF_NAME = Oid.parse("1.3.6.1.2.1.31.1.1.1.1")
OPER = Oid.parse("1.3.6.1.2.1.2.2.1.8")
HC_IN = Oid.parse("1.3.6.1.2.1.31.1.1.1.6")
UPTIME = Oid.parse("1.3.6.1.2.1.1.3.0")

INVENTORY = """
sites:
  - {id: dc, name: Centre, kind: machine-room}
  - {id: far, name: Far, kind: village}
  - {id: town, name: Town, kind: township}
credentials:
  - {id: c, version: 2c, community: public}
nodes:
  - {id: core, name: Core, site: dc, role: core, address: 127.1.0.1, port: 9161, credential: c}
  - {id: agg, name: Agg, site: dc, role: aggregation, address: 127.1.0.2, port: 9161, credential: c,
     labels: {vendor: h3c}}
  - {id: agg-2, name: Agg 2, site: dc, role: aggregation, address: 127.1.0.3, port: 9161,
     credential: c}
  - {id: sw, name: Switch, site: town, role: access, address: 127.1.0.4, port: 9161,
     credential: c, labels: {vendor: huawei}}
  - {id: real, name: Real, site: town, role: access, address: 192.0.2.7, port: 161, credential: c}
devices:
  - {id: ups, name: UPS, site: dc, role: ups, address: 127.1.1.1, port: 9161, credential: c}
  - {id: air, name: Air, site: dc, role: environment, address: 127.1.1.2, port: 9161,
     credential: c}
  - {id: cool, name: Cooling, site: dc, role: cooling, address: 127.1.1.3, port: 9161,
     credential: c}
  - {id: wet, name: Leak, site: dc, role: leak, address: 127.1.1.4, port: 9161, credential: c}
  - {id: door, name: Door, site: dc, role: door, address: 127.1.1.5, port: 9161, credential: c}
  - {id: pdu, name: PDU, site: town, role: pdu, address: 127.1.1.6, port: 9161, credential: c}
  - {id: srv, name: Server, site: dc, role: server, address: 127.1.1.7, port: 9161, credential: c}
lines:
  - {id: B1, name: Backbone 1, kind: backbone, bandwidth: 10G,
     a: {node: core, interface: 10GE2/0/1}, z: {node: agg, interface: Ten-GigabitEthernet1/0/49}}
  - {id: B2, name: Backbone 2, kind: backbone, bandwidth: 10G,
     a: {node: core, interface: 10GE2/0/2}, z: {node: agg-2, interface: Ten-GigabitEthernet1/0/49}}
  - {id: P, name: Primary, kind: access, bandwidth: 100M, group: {id: sw, role: primary},
     a: {node: agg, interface: GigabitEthernet1/0/1},
     z: {node: sw, interface: GigabitEthernet0/0/25}}
  - {id: S, name: Backup, kind: access, bandwidth: 50M, group: {id: sw, role: backup},
     a: {node: agg-2, interface: GigabitEthernet1/0/1},
     z: {node: sw, interface: GigabitEthernet0/0/26}}
  - {id: V, name: Village, kind: access, bandwidth: 20M,
     a: {node: agg, interface: GigabitEthernet1/0/2}, z: {site: far, address: 127.2.0.1}}
monitor: {node: core}
"""


class World:
    """A district, its time and what a test asks of it."""

    def __init__(self, folder: Path) -> None:
        (folder / "all.yaml").write_text(INVENTORY)
        self.inventory: Inventory = load_inventory(folder, None, {})
        self.now = 0.0
        self.district = build(self.inventory, lambda: self.now)

    def machine(self, id_: str) -> Machine:
        return self.district.machines[TargetId(id_)]

    def agent(self, id_: str) -> Agent:
        return self.district.agents[TargetId(id_)]

    def cable(self, id_: str) -> Cable:
        return self.district.cables[LineId(id_)]

    def do(self, deed: Deed, subject: str, **extent: float) -> None:
        do(self.district, Step(0.0, deed, subject, **extent))

    def pass_time(self, seconds: float) -> None:
        """Move on in small steps, doing what is due."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + 0.5)
            self.district.agenda.run()

    def index_of(self, id_: str, name: str) -> int:
        """Return the ifIndex of an interface as the agent numbers it now."""
        names = walk(self.agent(id_), IF_NAME)
        return next(oid[-1] for oid, found in names.items() if found == name.encode())

    def of_port(self, id_: str, name: str, column: Oid) -> Any:
        """Return a value of an interface, found by its name."""
        return value(self.agent(id_), column.child(self.index_of(id_, name)))

    def alive(self) -> set[str]:
        """Return which agents and far ends can be reached."""
        reached = {id_ for id_, m in self.district.machines.items() if m.path.alive}
        return reached | {address for address, path in self.district.fars.items() if path.alive}
