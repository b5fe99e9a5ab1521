"""What stands in a simulated district and how it is at this moment: machines, ports, rooms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from zlib import crc32

from netmon.model.inventory import LineId, Role, SiteId, Target
from netmon.simulator.flow import Flow
from netmon.simulator.server import Path

Clock = Callable[[], float]  #: seconds since the simulation began


@dataclass(slots=True, eq=False)
class Ramp:
    """A quantity that moves from one value to another in a straight line."""

    value: float = 0.0
    target: float = 0.0
    start_s: float = 0.0
    end_s: float = 0.0

    def at(self, now_s: float) -> float:
        """Return the value at an instant."""
        if now_s >= self.end_s:
            return self.target
        part = (now_s - self.start_s) / (self.end_s - self.start_s)
        return self.value + part * (self.target - self.value)

    def go(self, now_s: float, target: float, over_s: float) -> None:
        """Move to ``target`` from now on."""
        self.value, self.target = self.at(now_s), target
        self.start_s, self.end_s = now_s, now_s + over_s


@dataclass(slots=True, eq=False)
class Room:
    """The air of a site and what may happen in it."""

    site: SiteId
    warmth: Ramp = field(default_factory=Ramp)  #: °C above what is usual
    leak: bool = False
    door_open: bool = False


@dataclass(slots=True, eq=False)
class Port:
    """An interface of a machine."""

    name: str
    index: int  #: ifIndex: may change, the name does not
    speed_bps: int
    inward: Flow
    outward: Flow
    line: LineId | None = None
    alias: str = ""
    physical: bool = True
    enabled: bool = True  #: ifAdminStatus
    up: bool = True
    changed_s: float | None = None  #: when ``up`` changed last; None = before the start
    zero_in: int = 0  #: octets of ``inward`` that had passed when its counter began
    zero_out: int = 0
    discontinuity_s: float | None = None  #: when the counters began anew without a restart

    def octets_in(self, now_s: float) -> int:
        """Return what the counter of received octets says."""
        return self.inward.passed(now_s) - self.zero_in

    def octets_out(self, now_s: float) -> int:
        """Return what the counter of sent octets says."""
        return self.outward.passed(now_s) - self.zero_out

    def reset(self, now_s: float) -> None:
        """Let the counters begin anew."""
        self.zero_in, self.zero_out = self.inward.passed(now_s), self.outward.passed(now_s)


@dataclass(slots=True, eq=False)
class Battery:
    """A UPS' battery: it loses charge on battery and gains it, more slowly, on mains."""

    runtime_s: float  #: from full to empty at the present load
    mains: bool = True
    since_s: float = 0.0  #: when ``mains`` changed
    charge: float = 1.0  #: then, as a ratio

    def charge_at(self, now_s: float) -> float:
        """Return the charge as a ratio."""
        passed = (now_s - self.since_s) / self.runtime_s
        if self.mains:
            return min(1.0, self.charge + passed / 4)
        return max(0.0, self.charge - passed)

    def switch(self, now_s: float, *, mains: bool) -> None:
        """Let the mains fail or return."""
        if mains is not self.mains:
            self.charge = self.charge_at(now_s)
            self.mains, self.since_s = mains, now_s


@dataclass(slots=True, eq=False)
class Machine:
    """A node or device with an agent."""

    target: Target
    clock: Clock
    room: Room
    seed: int  #: of its own values; the same in every run
    booted_s: float  #: negative: before the simulation began
    ports: list[Port] = field(default_factory=list)
    path: Path = field(default_factory=Path)
    battery: Battery | None = None
    powered: bool = True
    failed: bool = False  #: its main part does not do its work: a compressor, a fan, a disk
    silent: bool = False  #: it is there, its agent does not answer
    tables_changed_s: float | None = None  #: when its interfaces were numbered anew

    @property
    def uptime_s(self) -> float:
        """Seconds since it booted."""
        return self.clock() - self.booted_s

    def uptime_at(self, instant_s: float | None) -> float:
        """Return sysUpTime at an instant; 0 for one before it booted, or for none."""
        return 0.0 if instant_s is None else max(0.0, instant_s - self.booted_s)

    def vary(self, salt: int, low: float, high: float) -> float:
        """Return a value of its own between two bounds, the same in every run."""
        part = crc32(f"{self.seed} {salt}".encode()) / 0xFFFFFFFF
        return low + (high - low) * part

    @property
    def is_network(self) -> bool:
        """Say whether it passes traffic on: its power is the power of its lines."""
        return self.target.kind == "node"

    @property
    def is_cooling(self) -> bool:
        """Say whether the room grows warm when it fails."""
        return self.target.role is Role.COOLING
