"""What a target told: its identity, its interfaces in columns, and its readings."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique

from netmon.model.oid import Oid
from netmon.model.wire import Silence


@unique
class StateSeverity(StrEnum):
    """How bad a state of a device is, in its profile's opinion."""

    OK = "ok"
    WARNING = "warning"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


@unique
class Lane(StrEnum):
    """Which questions go together, and how often (``Policy.intervals``)."""

    PRESENCE = "presence"  #: one varbind: is it there
    STATUS = "status"  #: what must be known within seconds: oper status, states, alarms
    COUNTERS = "counters"  #: counters and measured values
    NAMES = "names"  #: identity, names and rows: the survey


@dataclass(frozen=True, slots=True)
class System:
    """Who the target says it is (SNMPv2-MIB system group and the profiles' identity)."""

    descr: str | None = None  #: sysDescr
    object_id: Oid | None = None  #: sysObjectID
    name: str | None = None  #: sysName
    uptime_s: float | None = None  #: sysUpTime
    vendor: str | None = None
    model: str | None = None
    version: str | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class Sensor:
    """The unchanging half of a reading, made once when the target's rows become known.

    ``metric`` is one of CONTRACT §3 (``temperature_celsius``, ``state`` …) and fixes the base unit.
    """

    metric: str
    name: str  #: unique per metric within the target; the ``sensor`` label
    oid: Oid  #: the instance read
    condition: str | None = None  #: a ConditionId that a bad state, or the profile's limits, raise
    also: tuple[str, ...] = ()  #: further ConditionIds that single states raise in its stead
    low: float | None = None  #: the device's own limits, in the base unit
    high: float | None = None
    low_warning: float | None = None  #: crossed before the others are, and less bad
    high_warning: float | None = None
    role: str | None = None  #: ``inlet``, ``ambient``, ``battery``, ``cpu`` …: which rule applies
    worked_out_of: tuple[Oid, ...] = ()  #: the instances, where it is not read but worked out


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one sensor. ``value`` is never a sentinel: an invalid value makes no reading."""

    sensor: Sensor
    value: float  #: in the metric's base unit; the raw number of a state
    state: str | None = None  #: the state's name, for ``metric == "state"``
    severity: StateSeverity | None = None
    condition: str | None = None  #: what this state raises, where it is not ``sensor.condition``


@dataclass(frozen=True, slots=True)
class Trouble:
    """A part of a target that could not be read."""

    part: str  #: ``ifTable``, ``entPhySensorTable`` …
    silence: Silence
    requests: int = 1  #: datagrams sent for it


@dataclass(frozen=True, slots=True)
class Interfaces:
    """A target's interfaces in columns, all aligned with ``names`` (IF-MIB RFC 2863).

    Made anew for each poll; ``names`` and the other rarely read columns are the same objects until
    they are read again. None in a column: the agent does not tell. Counters are as the agent counts
    them; continuity is ``core.counter``'s work.
    """

    names: tuple[str, ...] = ()  #: ifName, made unique; the identity
    index: tuple[int, ...] = ()  #: ifIndex: a detail of today, never an identity
    descr: tuple[str, ...] = ()  #: ifDescr
    alias: tuple[str, ...] = ()  #: ifAlias
    type: tuple[int | None, ...] = ()  #: ifType
    speed_bps: tuple[int | None, ...] = ()  #: ifHighSpeed × 10⁶, or ifSpeed
    admin: tuple[str | None, ...] = ()  #: up, down, testing
    oper: tuple[str | None, ...] = ()  #: up, down, testing, unknown, dormant, notPresent, …
    counters: dict[str, list[int | None]] = field(default_factory=dict)  #: by COUNTERS' names
    discontinuity: list[int | None] = field(default_factory=list)  #: ifCounterDiscontinuityTime
    wide: tuple[bool, ...] = ()  #: whether octets and packets are Counter64 in this row


#: The counters of an interface as CONTRACT §3 and §6 name them, and whether 64 bits were read is
#: the plan's knowledge: octets, errors, discards, and packets by kind where read.
COUNTERS: tuple[str, ...] = (
    "in_octets",
    "out_octets",
    "in_errors",
    "out_errors",
    "in_discards",
    "out_discards",
    "in_ucast",
    "out_ucast",
    "in_multicast",
    "out_multicast",
    "in_broadcast",
    "out_broadcast",
)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What the other end of an interface says of itself (LLDP-MIB, IEEE 802.1AB)."""

    interface: str | None  #: our interface's name; None if the local port is not one of them
    chassis: str  #: lldpRemChassisId as people write it
    port: str  #: lldpRemPortId as people write it
    port_descr: str | None = None  #: lldpRemPortDesc
    name: str | None = None  #: lldpRemSysName
    descr: str | None = None  #: lldpRemSysDesc


@dataclass(frozen=True, slots=True)
class Told:
    """What the last poll of one lane told. Replaced whole: what is not told again is gone."""

    readings: tuple[Reading, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    silence: Silence | None = None  #: nothing at all came back


_NOTHING = Told()


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of a target, lane by lane. A lane that falls silent takes only its own."""

    system: System = field(default_factory=System)
    interfaces: Interfaces = field(default_factory=Interfaces)
    presence: Told = _NOTHING
    status: Told = _NOTHING
    counters: Told = _NOTHING
    names: Told = _NOTHING
    uptime_ticks: int | None = None  #: sysUpTime, 0.01 s
    engine_boots: int | None = None  #: snmpEngineBoots
    table_changed: bool = False  #: names must be read again before interfaces can be told apart

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The readings of all lanes."""
        return self.status.readings + self.counters.readings + self.names.readings

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """The troubles of all lanes."""
        return self.status.troubles + self.counters.troubles + self.names.troubles

    def told(self, lane: Lane) -> Told:
        """Return what one lane told last."""
        if lane is Lane.PRESENCE:
            return self.presence
        if lane is Lane.STATUS:
            return self.status
        return self.counters if lane is Lane.COUNTERS else self.names
