"""Device knowledge in compiled form: what a family of devices is, tells, and means by it.

Made from ``profiles/*.yaml`` by ``config.profiles``; the format is described there. Objects are
named within a profile by their MIB names; OIDs are numbers, for there is no MIB compiler.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, NewType

from netmon.model.oid import Oid
from netmon.model.plan import Pick
from netmon.model.reading import Lane, StateSeverity

ProfileId = NewType("ProfileId", str)

#: The metrics of readings and their base units (CONTRACT §3; Prometheus' base units, no prefixes).
METRICS: Final[frozenset[str]] = frozenset(
    [
        "temperature_celsius",
        "temperature_delta_celsius",
        "humidity_ratio",
        "dew_point_celsius",
        "voltage_volts",
        "current_amperes",
        "power_watts",
        "apparent_power_voltamperes",
        "reactive_power_voltamperes_reactive",
        "power_factor_ratio",
        "energy_joules_total",
        "frequency_hertz",
        "load_ratio",
        "charge_ratio",
        "capacity_coulombs",
        "runtime_seconds",
        "fan_rpm",
        "fan_ratio",
        "airflow_meters_per_second",
        "airflow_cubic_meters_per_second",
        "flow_cubic_meters_per_second",
        "pressure_pascals",
        "distance_meters",
        "resistance_ohms",
        "brightness_lux",
        "sound_decibels",
        "concentration_ratio",
        "optical_power_dbm",
        "signal_dbm",
        "duty_ratio",
        "cpu_ratio",
        "load_average",
        "memory_used_bytes",
        "memory_total_bytes",
        "memory_ratio",
        "storage_used_bytes",
        "storage_total_bytes",
        "storage_ratio",
        "sessions",
        "count",
        "events_total",
        "errors_total",
        "age_seconds",
        "state",
    ]
)


@dataclass(frozen=True, slots=True)
class Match:
    """One way to recognise a device: every clause given must hold, any value within a clause."""

    object_ids: tuple[Oid, ...] = ()  #: sysObjectID lies below one of these
    contains: tuple[str, ...] = ()  #: sysDescr contains one of these, case ignored
    regex: tuple[re.Pattern[str], ...] = ()  #: sysDescr matches one of these
    has: tuple[Oid, ...] = ()  #: the agent answers one of these scalars
    unless: tuple[Match, ...] = ()  #: and none of these holds

    @property
    def says_who(self) -> bool:
        """Whether it asks for what the system group tells, and not only for scalars."""
        return bool(self.object_ids or self.contains or self.regex)


@unique
class Coding(StrEnum):
    """How the octets of a text are to be read, and how a value is printed for people."""

    AUTO = "auto"  #: UTF-8, else GB 18030 where it decodes to Chinese, else Latin-1
    UTF_8 = "utf-8"
    GBK = "gbk"
    LATIN_1 = "latin-1"
    HEX = "hex"  #: octets as ``0a1b2c``
    MAC = "mac"  #: DISPLAY-HINT ``1x:``
    IP = "ip"  #: 4 or 16 octets
    DATE = "date"  #: DateAndTime (RFC 2579)
    BITS = "bits"  #: the numbers of the set bits, most significant first (RFC 2578 §7.1.4)


@unique
class IndexKind(StrEnum):
    """How one part of a table's INDEX is written in arcs (RFC 2578 §7.7)."""

    INTEGER = "integer"
    STRING = "string"  #: length-prefixed, unless fixed or implied
    MAC = "mac"  #: six arcs
    IP = "ip"  #: four arcs
    IP_ADDRESS = "inet"  #: InetAddressType, length, address (RFC 4001)
    OID = "oid"  #: length-prefixed, unless implied


@dataclass(frozen=True, slots=True)
class IndexPart:
    """One part of a table's INDEX."""

    name: str
    kind: IndexKind = IndexKind.INTEGER
    length: int | None = None  #: of a fixed-size string; None = as ``kind`` and ``implied`` say
    implied: bool = False  #: no length arc: takes all that is left


@dataclass(frozen=True, slots=True)
class Template:
    """A text with places: a str is literal, a tuple names the objects of which the first counts."""

    parts: tuple[str | tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class State:
    """What one value of an enumeration means."""

    name: str
    severity: StateSeverity
    condition: str | None = None  #: raised by this state in place of the reading's


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on another object of the same row, or on a scalar."""

    object: str
    values: frozenset[int | str] = frozenset()  #: equal to one of these (text in lower case)
    regex: re.Pattern[str] | None = None  #: or, as text, matching this
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Says:
    """What a text must say: one thing, and another where given, and not a third."""

    this: re.Pattern[str] | None = None
    also: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None

    def fits(self, said: str) -> bool:
        """Say whether a text says so."""
        return (
            (self.this is None or self.this.search(said) is not None)
            and (self.also is None or self.also.search(said) is not None)
            and (self.unless is None or self.unless.search(said) is None)
        )


@dataclass(frozen=True, slots=True)
class Factor:
    """A multiplier that the row itself tells: ``entPhySensorScale``, a unit column."""

    object: str
    map: Mapping[int | str, float] | None = None  #: value → factor; unlisted: no reading
    power_of_ten: int = 0  #: or 10^(value · this)
    times: float = 0.0  #: or value · this


@dataclass(frozen=True, slots=True)
class Limits:
    """The device's own limits: constants in the base unit, or objects scaled as the value is."""

    low: float | str | None = None
    high: float | str | None = None
    low_warning: float | str | None = None
    high_warning: float | str | None = None
    scale: float | None = None  #: where the limit objects are scaled unlike the value
    offset: float | None = None
    invalid: frozenset[int | float | str] = frozenset()  #: a limit of this value is none

    @property
    def every(self) -> tuple[float | str | None, ...]:
        """Return the four limits."""
        return self.low, self.high, self.low_warning, self.high_warning


@dataclass(frozen=True, slots=True)
class ReadSpec:
    """One reading of a group: of an object's value, or computed of several."""

    id: str  #: the object's name, or ``object/metric``: a profile's later reading replaces by it
    object: str  #: whose instance is the reading's ``oid``
    metric: str
    sensor: tuple[Template, ...]  #: the first that is not empty
    formula: tuple[float | str, ...] | None = None  #: postfix; names are objects
    scale: float = 1.0
    offset: float = 0.0
    factors: tuple[Factor, ...] = ()
    log10: bool = False  #: milliwatts → dBm
    below_zero: float | None = None  #: with log10: a negative raw value is dBm times this already
    invalid: frozenset[int | float | str] = frozenset()  #: not a value; asked again all the same
    absent: frozenset[int | float | str] = frozenset()  #: at the survey: there is no such sensor
    lowest: float | None = None
    highest: float | None = None
    states: Mapping[int | str, State] = field(default_factory=lambda: MappingProxyType({}))
    other: State | None = None  #: for values not listed
    pick: Pick | None = None  #: a part of the value instead of the whole
    only: tuple[Where, ...] = ()  #: rows, at the survey
    when: tuple[Where, ...] = ()  #: each time
    condition: str | None = None
    role: str | None = None
    limits: Limits | None = None
    lane: Lane = Lane.COUNTERS
    switch: tuple[str, ...] = ()  #: what tells which reading this is: an object, or texts
    cases: Mapping[int | str, ReadSpec | None] = field(default_factory=lambda: MappingProxyType({}))
    words: tuple[tuple[Says, ReadSpec], ...] = ()  #: by what the texts say: the first that fits


@dataclass(frozen=True, slots=True)
class Column:
    """One object of a group: a table's column, or scalars' instances of which the first counts."""

    name: str
    oids: tuple[Oid, ...]
    coding: Coding = Coding.AUTO
    labels: Mapping[int | str, str] = field(default_factory=lambda: MappingProxyType({}))
    static: bool = False  #: read by the survey and not again
    unsigned: bool = False  #: agents tell 2^31 and more as a negative number
    signed: int | None = None  #: or a negative number as an unsigned one of so many bits

    @property
    def sign_bits(self) -> int | None:
        """Return how many bits to read a whole number anew in: 0 = unsigned; None = as it is."""
        return 0 if self.unsigned else self.signed


@dataclass(frozen=True, slots=True)
class Lookup:
    """A column of another table, found by this row's index, a part of it, or a value."""

    name: str
    oid: Oid
    by: tuple[str, ...] = ()  #: index parts, columns or lookups; () = the whole index
    strip: Oid | None = None  #: where ``by`` is an OID-valued object: what stands before the index
    add: tuple[int, ...] = ()  #: arcs after it
    coding: Coding = Coding.AUTO
    climb: Oid | None = None  #: where nothing is found: go on at the row this column names


@dataclass(frozen=True, slots=True)
class Group:
    """A table with its rows, or the scalars of a profile (one row)."""

    name: str  #: ``ifTable``; for scalars the profile's name
    columns: Mapping[str, Column]
    reads: tuple[ReadSpec, ...]
    index: tuple[IndexPart, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    only: tuple[Where, ...] = ()
    scalar: bool = False


@dataclass(frozen=True, slots=True)
class AlarmTable:
    """A table with a row per alarm that stands at present: its rows come and go, so it is walked.

    Each known alarm is a sensor of its own, so that it is told to be off as well as on.
    """

    name: str
    column: Oid  #: tells which alarm a row is
    has: Oid  #: a scalar without which an empty table would mean nothing (``upsAlarmsPresent``)
    alarms: Mapping[int | str, State]


@dataclass(frozen=True, slots=True)
class Source:
    """One way to learn a field of the identity; the first that gives text counts."""

    text: str | None = None  #: a constant; beside ``descr``: what a sysDescr that matches means
    oid: Oid | None = None  #: a scalar's instance
    join: tuple[Oid, ...] = ()  #: several scalars' instances, their texts joined by dots
    column: Oid | None = None  #: the first row with text
    where: Mapping[Oid, frozenset[int | str]] = field(default_factory=lambda: MappingProxyType({}))
    descr: bool = False  #: sysDescr
    object_ids: Mapping[Oid, str] | None = None  #: by sysObjectID, the longest that covers it
    regex: re.Pattern[str] | None = None  #: taken from the text: group ``value``, or the first
    coding: Coding = Coding.AUTO
    unless: frozenset[str] = frozenset()  #: such texts are none, lower case


@dataclass(frozen=True, slots=True)
class Identity:
    """Who made it and what it is."""

    vendor: tuple[Source, ...] = ()
    model: tuple[Source, ...] = ()
    version: tuple[Source, ...] = ()
    serial: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class InterfaceTable:
    """Where the interfaces are told (IF-MIB RFC 2863), by ``Interfaces``' and COUNTERS' names."""

    columns: Mapping[str, Oid]  #: name, descr, alias, type, speed, high_speed, admin, oper, …
    counters: Mapping[str, tuple[Oid | None, Oid | None]]  #: Counter64 and Counter32 columns
    discontinuity: Oid | None = None


@dataclass(frozen=True, slots=True)
class NeighbourTable:
    """Where neighbours are told (LLDP-MIB)."""

    local: Mapping[str, Oid]  #: of our ports: id, descr; INDEX port number
    remote: Mapping[str, Oid]  #: chassis_subtype, chassis, port_subtype, port, port_descr, …


@dataclass(frozen=True, slots=True)
class Quirks:
    """What an agent needs to be asked gently, or in another way."""

    max_varbinds: int | None = None
    bulk: bool = True
    in_order: bool = True
    interval_s: float | None = None
    presence_s: float | None = None  #: ask whether it is there no more often than this
    counters_64: bool = True  #: False: its Counter64 columns lie


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a family of devices; what it extends is already in it."""

    id: ProfileId
    about: Mapping[str, str] = field(default_factory=dict)  #: what it is for, by language
    match: tuple[Match, ...] = ()  #: any of them; none at all = a profile for others to extend
    always: bool = False  #: for every target
    without: frozenset[ProfileId] = frozenset()  #: these do not apply where this one does
    identity: Identity = field(default_factory=Identity)
    groups: tuple[Group, ...] = ()
    alarms: tuple[AlarmTable, ...] = ()
    interfaces: InterfaceTable | None = None
    neighbours: NeighbourTable | None = None
    quirks: Quirks = field(default_factory=Quirks)


@dataclass(frozen=True, slots=True)
class Profiles:
    """All profiles by id, the abstract ones too, in the order of their files' names."""

    by_id: Mapping[ProfileId, Profile]
    probes: tuple[Oid, ...] = ()  #: the scalars that some ``match`` asks every agent for

    def __contains__(self, profile: str) -> bool:
        return profile in self.by_id
