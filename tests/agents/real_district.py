"""A small district in network namespaces, by the kernel and net-snmp, and who watches it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from netmon.daemon.clock import SystemClock
from tests.agents.wired import AUTH, COMMUNITY, PRIV, USER, Agent, Watching
from tests.agents.wires import Wires

NETMON = "192.0.2.100"
NODES = {
    "netmon": NETMON,
    "core": "192.0.2.1",
    "ring-1": "192.0.2.11",
    "ring-2": "192.0.2.12",
    "village": "192.0.2.13",  # behind ring-1
    "access": "192.0.2.21",
    "sw-1": "192.0.2.31",
    "sw-2": "192.0.2.32",
    "far": "192.0.2.200",  # where lines end that are not ours
}
AGENTS = [node for node in NODES if node not in ("netmon", "far")]
LINES = {
    "UP": (("core", "netmon"), ("netmon", "up0")),
    "R-1": (("core", "r1"), ("ring-1", "r1")),
    "R-2": (("ring-1", "r2"), ("ring-2", "r2")),
    "R-3": (("core", "r3"), ("ring-2", "r3")),
    "V-1": (("ring-1", "v1"), ("village", "v1")),
    "A-1": (("core", "a1"), ("access", "a1")),
    "W-1": (("core", "w1"), ("sw-1", "w1")),
    "W-2": (("core", "w2"), ("sw-2", "w2")),
    "LN-1": (("core", "ln1"), ("far", "ln1")),
    "LN-2": (("core", "ln2"), ("far", "ln2")),
    "LN-3": (("core", "ln3"), ("far", "ln3")),
    "LN-4": (("access", "ln4"), ("far", "ln4")),
    "LN-5": (("access", "ln5"), ("far", "ln5")),
    "LN-6": (("access", "ln6"), ("far", "ln6")),
    "LN-7": (("sw-1", "ln7"), ("far", "ln7")),
    "LN-8": (("sw-1", "ln8"), ("far", "ln8")),
    "LN-9": (("sw-2", "ln9"), ("far", "ln9")),
}
#: Of the lines to the far ends, those that are asked whether they answer.
PINGED = ("LN-1", "LN-2", "LN-6")
#: From → to → over which line, and over which else.
WAYS = {
    "netmon": {"default": "UP"},
    "core": {
        "netmon": "UP",
        "ring-1": "R-1 R-3",
        "ring-2": "R-3 R-1",
        "village": "R-1 R-3",
        "access": "A-1",
        "sw-1": "W-1",
        "sw-2": "W-2",
        "198.51.100.26/31": "A-1",
    },
    "ring-1": {"default": "R-1 R-2", "ring-2": "R-2 R-1", "village": "V-1"},
    "ring-2": {"default": "R-3 R-2", "ring-1": "R-2 R-3", "village": "R-2 R-3"},
    "village": {"default": "V-1"},
    "access": {"default": "A-1"},
    "sw-1": {"default": "W-1"},
    "sw-2": {"default": "W-2"},
    "far": {"default": "LN-1 LN-2 LN-3 LN-6", "192.0.2.21/32": "LN-6"},
}
POLICY = """
policies:
  thresholds:  # what takes ten seconds is raised as it comes; what else would be waited for is not
    line_down: {clear: {for: 0s}}
    node_down: {clear: {for: 0s}}
    netmon_isolated: {clear: {for: 0s}}
    agent_silent: {raise: {for: 6s}, clear: {for: 0s}}
    node_rebooted: {clear: {for: 2s}}
    line_degraded: {raise: {for: 10m}}
monitor: {node: core}
"""


def inventory(wires: Wires) -> str:
    v3 = f"auth: {{protocol: SHA, password: {AUTH}}}, priv: {{protocol: AES-128, password: {PRIV}}}"
    said = [
        "sites: [{id: room, name: Room, kind: machine-room}]",
        "credentials:",
        f"  - {{id: v2c, version: 2c, community: {COMMUNITY}}}",
        f"  - {{id: v3, version: 3, user: {USER}, {v3}}}",
        "nodes:",
    ]
    for node in AGENTS:
        role = "core" if node == "core" else "aggregation" if "ring" in node else "access"
        how = "v3" if node == "access" else "v2c"
        often = "" if node in ("core", "access") else ", interval: 2s"
        often += ", presence_interval: 2s" if node == "sw-2" else ""
        said.append(
            f"  - {{id: {node}, name: {node}, site: room, role: {role}, address: {NODES[node]},"
            f" credential: {how}, ports: lines{often}}}"
        )
    said.append("lines:")
    for name, (a, z) in LINES.items():
        far = f"{{site: room, address: {wires.address(name)}}}"
        if z[0] != "far":
            far = f"{{node: {z[0]}, interface: {z[1]}}}"
        elif name not in PINGED:
            far = "{site: room}"
        if z[0] != "netmon":
            said.append(
                f"  - {{id: {name}, name: {name}, kind: access, bandwidth: 1G,"
                f" a: {{node: {a[0]}, interface: {a[1]}}}, z: {far}}}"
            )
    return "\n".join(said) + POLICY


class District:
    """The network, its agents, and netmon."""

    def __init__(self, folder: Path) -> None:
        self.wires = Wires()
        for name, address in NODES.items():
            self.wires.node(name, address)
        for name, (a, z) in LINES.items():
            self.wires.line(name, a, z)
        for node, to in WAYS.items():
            for where, over in to.items():
                self.wires.way(node, where, *over.split())
        self.agents = {node: Agent(self.wires, node, folder / node) for node in AGENTS}
        self.folder = folder
        self._clock = SystemClock()
        self._since = 0

    def build(self) -> None:
        self.wires.build()
        for agent in self.agents.values():
            agent.start()
        for agent in self.agents.values():
            agent.ready()
        (self.folder / "inventory").mkdir()
        (self.folder / "inventory" / "all.yaml").write_text(inventory(self.wires), "utf-8")
        self.netmon = Watching(self.wires, "netmon", self.folder)

    def raze(self) -> None:
        try:
            if hasattr(self, "netmon"):
                assert self.netmon.leave() == 0, self.netmon.said()
        finally:
            for agent in self.agents.values():
                agent.stop()
            self.wires.raze()

    def begin(self) -> None:
        """Wait until all is well; what is raised from now on is the test's."""
        self.until(self.is_well, 60.0)
        self._since = self.netmon.last_fault()

    def heal(self) -> None:
        for agent in self.agents.values():
            agent.go_on()
        self.wires.mend(*LINES)

    def is_well(self) -> bool:
        targets, lines = (self.netmon.get(f"/api/v1/{of}")["items"] for of in ("targets", "lines"))
        open_faults = self.netmon.get("/api/v1/faults?open=true")["items"]
        return not open_faults and {one["state"] for one in (*targets, *lines)} == {"up"}

    # -- what netmon says -------------------------------------------------------------------------

    def until(self, claim: Any, within_s: float = 30.0) -> Any:
        return self.netmon.until(claim, within_s)

    def now(self) -> datetime:
        return self._clock.now()

    def raised(self, subject: str, condition: str, since: datetime, soon_s: float) -> Any:
        """Return the one fault of this; it was raised no more than so much after an instant."""

        def found() -> list[dict[str, Any]]:
            faults = self.netmon.faults(self._since)
            return [f for f in faults if (f["subject"], f["condition"]) == (subject, condition)]

        [fault] = self.until(found)
        late = datetime.fromisoformat(fault["raised_at"]) - since
        assert late <= timedelta(seconds=soon_s), f"{late}: {fault}"
        return fault

    def cleared(self, fault: Any, within_s: float = 30.0) -> None:
        self.until(lambda: self.netmon.fault(fault["id"])["cleared_at"], within_s)
        if fault["ticket"]:
            ticket = self.netmon.get(f"/api/v1/tickets/{fault['ticket']}")
            assert ticket["state"] == "restored"

    def told(self) -> list[str]:
        """Return whatever was raised since the test began."""
        return sorted(f"{f['subject']} {f['condition']}" for f in self.netmon.faults(self._since))

    def tickets(self) -> set[int]:
        return {f["ticket"] for f in self.netmon.faults(self._since)} - {None}

    def state(self, what: str) -> str:
        return str(self.netmon.get(f"/api/v1/{what}")["state"])

    def passed(self, node: str, port: str) -> float:
        """Return the octets sent by a port; -1 where nothing is told of them now."""
        name = "netmon_interface_transmit_bytes_total"
        told = self.netmon.metric(name, target=node, interface=port)
        return -1.0 if told is None else told

    def polled(self, lane: str) -> float:
        return self.netmon.metric("netmon_poll_polls_total", lane=lane) or 0.0
