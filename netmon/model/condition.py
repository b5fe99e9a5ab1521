"""The machine's axis: what can be wrong, how bad it is, and what is held of it between polls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique


@unique
class Severity(StrEnum):
    """How bad (ITU-T X.733 perceived severity; RFC 8632)."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    WARNING = "warning"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return _RANK[self]


_RANK = {s: i for i, s in enumerate(Severity)}


@unique
class ConditionId(StrEnum):
    """What can be wrong."""

    NODE_DOWN = "node_down"
    AGENT_SILENT = "agent_silent"
    NODE_REBOOTED = "node_rebooted"
    INTERFACE_DOWN = "interface_down"
    INTERFACE_ERRORS = "interface_errors"
    LINE_DOWN = "line_down"
    LINE_DEGRADED = "line_degraded"
    LINE_SATURATED = "line_saturated"
    LINE_FLAPPING = "line_flapping"
    TEMPERATURE_HIGH = "temperature_high"
    TEMPERATURE_LOW = "temperature_low"
    HUMIDITY_HIGH = "humidity_high"
    HUMIDITY_LOW = "humidity_low"
    DEW_POINT_HIGH = "dew_point_high"
    TEMPERATURE_RISING = "temperature_rising"
    UPS_ON_BATTERY = "ups_on_battery"
    UPS_ON_BYPASS = "ups_on_bypass"
    BATTERY_LOW = "battery_low"
    BATTERY_REPLACE = "battery_replace"
    UPS_OVERLOAD = "ups_overload"
    MAINS_FAILED = "mains_failed"
    WATER_LEAK = "water_leak"
    SMOKE = "smoke"
    DOOR_OPEN = "door_open"
    FAN_FAILED = "fan_failed"
    POWER_SUPPLY_FAILED = "power_supply_failed"
    COOLING_FAILED = "cooling_failed"
    HARDWARE_STATE = "hardware_state"
    OPTICAL_POWER_LOW = "optical_power_low"
    CPU_HIGH = "cpu_high"
    MEMORY_HIGH = "memory_high"
    STORAGE_FULL = "storage_full"
    SERVICE_DOWN = "service_down"
    CERTIFICATE_EXPIRING = "certificate_expiring"
    DNS_WRONG = "dns_wrong"
    LEDGER_MISMATCH = "ledger_mismatch"
    NO_DATA = "no_data"
    AUTHENTICATION_FAILURES = "authentication_failures"  #: somebody tries passwords on an agent
    DEVICE_REPORTED = "device_reported"  #: what a rule makes of a message, without a better name
    EXTERNAL_ALERT = "external_alert"  #: another tool's, told by an Alertmanager
    NETMON_STORE = "netmon_store"  #: netmon cannot write its database
    NETMON_CONFIG = "netmon_config"  #: a reload was refused; the old inventory stays
    NETMON_OVERRUN = "netmon_overrun"  #: polls are late
    NETMON_ISOLATED = "netmon_isolated"  #: nothing at all answers: netmon itself is cut off
    NETMON_STORM = "netmon_storm"  #: more notifications come in than netmon takes
    NETMON_DELIVERY = "netmon_delivery"  #: somebody who is to be told is not reached


@unique
class Verdict(StrEnum):
    """What one poll says of one condition. Silence is neither good nor bad."""

    GOOD = "good"
    BAD = "bad"
    NO_DATA = "no_data"


@unique
class Phase(StrEnum):
    """Where a condition stands in its hold-down."""

    UNKNOWN = "unknown"
    CLEAR = "clear"
    PENDING = "pending"
    RAISED = "raised"
    CLEARING = "clearing"


@dataclass(frozen=True, slots=True)
class Key:
    """What a condition is about: at most one open fault per key.

    A device with eight hot sensors has one ``temperature_high``; its evidence names the worst.
    """

    subject: str  #: an object ref
    condition: ConditionId


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of one condition between polls."""

    phase: Phase
    since: datetime  #: entered this phase
    first_bad: datetime | None = None  #: the poll that dates the fault, hold-down notwithstanding
    looks: int = 1  #: the last looks, for a quorum: in binary after a leading 1, bad is 1
