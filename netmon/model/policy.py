"""How things are judged and how often they are asked: the constants with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Literal

from netmon.model.accounting import STANDARD, AccountingMethod
from netmon.model.alert import AlertPolicy
from netmon.model.clock import ServiceLevel
from netmon.model.condition import ConditionId, Severity
from netmon.model.hours import NO_CALENDAR, Calendar, Hours
from netmon.model.name import Name
from netmon.model.secret import Secret
from netmon.model.telling import Quiet, Telling, Tongue


def _s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Intervals:
    """Periods of the lanes."""

    presence: timedelta = timedelta(
        seconds=5
    )  #: one varbind: cheap, so that a dead node is seen in seconds
    status: timedelta = timedelta(seconds=30)
    counters: timedelta = timedelta(seconds=60)
    names: timedelta = timedelta(
        hours=1
    )  #: identity and names, or sooner when ifTableLastChange moves
    dead: timedelta = timedelta(
        seconds=60
    )  #: the longest pause between presence questions to a dead target


@unique
class Presence(StrEnum):
    """How presence is asked."""

    AUTO = "auto"  #: SNMP, and ICMP where the privilege is there
    SNMP = "snmp"  #: SNMP alone: silence is ``node_down``


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer is waited for."""

    timeout: timedelta = timedelta(seconds=1.5)  #: NAV's, for a LAN
    retries: int = 2
    presence: timedelta = timedelta(
        milliseconds=800
    )  #: of the one-varbind question, which is asked again and not retried


@dataclass(frozen=True, slots=True)
class Quorum:
    """So many of the last ``of`` looks must agree; the others are tolerated."""

    count: int = 1
    of: int = 1

    @property
    def spare(self) -> int:
        """Return how many looks may say otherwise."""
        return self.of - self.count


@dataclass(frozen=True, slots=True)
class HoldDown:
    """How long a verdict must last, and how often it must be given, before it is believed."""

    raise_after: timedelta = timedelta(0)
    clear_after: timedelta = timedelta(0)
    raise_quorum: Quorum = Quorum()
    clear_quorum: Quorum = Quorum()


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold with hysteresis: raised beyond ``raise_at``, cleared again beyond ``clear_at``.

    Values are in the metric's base unit. ``above`` says on which side the bad is.
    """

    raise_at: float
    clear_at: float
    above: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """How one condition is judged, whatever the check."""

    severity: Severity
    hold: HoldDown
    limit: Limit | None = None
    ticket: bool = True  #: whether a root fault of this condition opens a ticket
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Webhook:
    """Somewhere to tell of faults and tickets: JSON, alerts to an Alertmanager, people's groups."""

    id: str
    url: str = field(repr=False)
    kind: Literal["json", "alertmanager", "apprise"] = "json"
    secret: Secret | None = None  #: signs what is posted (Standard Webhooks)
    token: Secret | None = None  #: sent as ``Authorization: Bearer``
    login: tuple[str, Secret] | None = None  #: a user and a password, for Basic
    ca: str = ""  #: PEM of whoever signed its certificate; empty = those the machine trusts
    lang: Tongue = "zh"  #: of people who are told as a group
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The one mapping ``policies:`` of the inventory, complete with defaults."""

    timezone: str = "Asia/Shanghai"
    district: str = ""  #: shown in titles; empty = none
    intervals: Intervals = field(default_factory=Intervals)
    presence: Presence = Presence.AUTO
    patience: Patience = field(default_factory=Patience)
    rules: Mapping[ConditionId, Rule] = field(default_factory=lambda: MappingProxyType({}))
    #: A room's rise is critical where it is so near to its limit
    hot_within: timedelta = timedelta(minutes=15)
    ticket_severity: Severity = Severity.MAJOR  #: a root fault at or above this opens a ticket
    reopen_within: timedelta = timedelta(hours=24)
    remind: timedelta = timedelta(minutes=15)  #: before the end of planned work; 0 = never
    retention: timedelta = timedelta(days=400)  #: of closed faults, tickets and events
    #: Of intervals, planned work and amendments: yearly figures are compared over five years, and
    #: a disputed bill needs what it was made of
    history: timedelta = timedelta(days=5 * 366)
    accounting: AccountingMethod = STANDARD
    hours: Mapping[str, Hours] = field(default_factory=lambda: MappingProxyType({}))  #: by name
    calendar: Calendar = NO_CALENDAR  #: the statutory one
    targets: Mapping[str, ServiceLevel] = field(
        default_factory=lambda: MappingProxyType({})
    )  #: what is promised, by kind of line and by priority
    warn_at: float = 0.8  #: people are told when so much of a promised time is spent, ratio
    runbooks: Mapping[ConditionId, Name] = field(
        default_factory=lambda: MappingProxyType({})
    )  #: what to do first, by condition: texts or URLs in place of netmon's own
    webhooks: tuple[Webhook, ...] = ()
    alerts: AlertPolicy = field(default_factory=AlertPolicy)  #: of other tools
    external_url: str = ""  #: where people reach netmon's API; empty = nobody is given links
    telling: Telling = field(default_factory=Telling)
    syslog_relays: tuple[str, ...] = ()  #: addresses that forward others' messages: who by HOSTNAME

    def rule(self, condition: ConditionId) -> Rule:
        """Return the rule of a condition; the built-in default where the file says nothing."""
        return self.rules.get(condition) or DEFAULT_RULES[condition]


_C = ConditionId
_CRIT, _MAJ, _MIN, _WARN = Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING


def _rule(
    severity: Severity, raise_s: float, clear_s: float, limit: tuple[float, float] | None = None
) -> Rule:
    hold = HoldDown(_s(raise_s), _s(clear_s))
    if limit is None:
        return Rule(severity, hold)
    return Rule(severity, hold, Limit(*limit, above=limit[0] >= limit[1]))


#: Defaults by condition: severity, hold-down before raising and before clearing (seconds), limit.
#: Temperatures and humidity are GB 50174-2017 appendix A (cold aisle 18–27 °C, at most 60 %).
DEFAULT_RULES: Mapping[ConditionId, Rule] = MappingProxyType(
    {
        _C.NODE_DOWN: _rule(_CRIT, 2.5, 10),
        _C.AGENT_SILENT: _rule(_MIN, 60, 30),
        _C.NODE_REBOOTED: _rule(_WARN, 0, 600),
        _C.INTERFACE_DOWN: _rule(_MIN, 10, 30),
        _C.INTERFACE_ERRORS: _rule(_WARN, 120, 300, (0.001, 0.0005)),
        _C.LINE_DOWN: _rule(_MAJ, 2.5, 15),
        _C.LINE_DEGRADED: _rule(_MIN, 60, 120, (0.05, 0.01)),
        _C.LINE_SATURATED: _rule(_WARN, 180, 180, (0.9, 0.8)),
        _C.LINE_FLAPPING: _rule(_MAJ, 0, 60),
        _C.TEMPERATURE_HIGH: _rule(_MAJ, 60, 120, (27.0, 26.0)),
        _C.TEMPERATURE_LOW: _rule(_MIN, 120, 120, (10.0, 12.0)),
        _C.HUMIDITY_HIGH: _rule(_MIN, 120, 120, (0.60, 0.57)),
        _C.HUMIDITY_LOW: _rule(_WARN, 300, 300, (0.20, 0.25)),
        _C.DEW_POINT_HIGH: _rule(_MIN, 120, 300, (15.0, 14.0)),
        _C.TEMPERATURE_RISING: _rule(_MAJ, 120, 300, (5.0, 3.0)),
        _C.UPS_ON_BATTERY: _rule(_CRIT, 5, 30),
        _C.UPS_ON_BYPASS: _rule(_MAJ, 30, 60),
        _C.BATTERY_LOW: _rule(_CRIT, 5, 60, (0.3, 0.4)),
        _C.BATTERY_REPLACE: _rule(_MIN, 300, 300),
        _C.UPS_OVERLOAD: _rule(_MAJ, 30, 120, (0.9, 0.8)),
        _C.MAINS_FAILED: _rule(_CRIT, 5, 30),
        _C.WATER_LEAK: _rule(_CRIT, 3, 60),
        _C.SMOKE: _rule(_CRIT, 0, 60),
        _C.DOOR_OPEN: _rule(_WARN, 120, 10),
        _C.FAN_FAILED: _rule(_MAJ, 30, 60),
        _C.POWER_SUPPLY_FAILED: _rule(_MAJ, 30, 60),
        _C.COOLING_FAILED: _rule(_CRIT, 30, 60),
        _C.HARDWARE_STATE: _rule(_MIN, 30, 60),
        _C.OPTICAL_POWER_LOW: _rule(_MIN, 120, 300, (-20.0, -18.0)),
        _C.CPU_HIGH: _rule(_MIN, 300, 120, (0.9, 0.8)),
        _C.MEMORY_HIGH: _rule(_MIN, 300, 300, (0.95, 0.9)),
        _C.STORAGE_FULL: _rule(_MIN, 60, 300, (0.9, 0.88)),
        _C.SERVICE_DOWN: _rule(_CRIT, 15, 30),
        _C.CERTIFICATE_EXPIRING: _rule(_WARN, 0, 0, (14 * 86400.0, 21 * 86400.0)),
        _C.DNS_WRONG: _rule(_MAJ, 30, 60),
        _C.LEDGER_MISMATCH: _rule(_WARN, 0, 0),
        _C.NO_DATA: _rule(_WARN, 300, 0),
        _C.AUTHENTICATION_FAILURES: _rule(_WARN, 0, 600),
        _C.DEVICE_REPORTED: _rule(_MIN, 0, 0),
        _C.EXTERNAL_ALERT: _rule(_MAJ, 0, 0),
        _C.NETMON_STORE: _rule(_CRIT, 0, 0),
        _C.NETMON_CONFIG: _rule(_MIN, 0, 0),
        _C.NETMON_OVERRUN: _rule(_WARN, 60, 120),
        _C.NETMON_ISOLATED: _rule(_CRIT, 2.5, 10),
        _C.NETMON_STORM: _rule(_WARN, 0, 60),
        _C.NETMON_DELIVERY: _rule(_MAJ, 0, 0),
    }
)

#: Climates a machine room may be held to: limits by condition, in the metric's base unit.
ENVIRONMENTS: Mapping[str, Mapping[ConditionId, Limit]] = MappingProxyType(
    {
        # GB 50174-2017 appendix A, cold aisle: 18-27 °C, dew point at most 15 °C, at most 60 %.
        "gb50174": MappingProxyType(
            {
                _C.TEMPERATURE_HIGH: Limit(27.0, 26.0),
                _C.TEMPERATURE_LOW: Limit(18.0, 18.5, above=False),
                _C.HUMIDITY_HIGH: Limit(0.60, 0.57),
                _C.DEW_POINT_HIGH: Limit(15.0, 14.0),
            }
        ),
        # What vendors and operators ask for, stricter than the standard: 20-25 °C, 40-60 %.
        "practice": MappingProxyType(
            {
                _C.TEMPERATURE_HIGH: Limit(25.0, 24.5),
                _C.TEMPERATURE_LOW: Limit(20.0, 20.5, above=False),
                _C.HUMIDITY_HIGH: Limit(0.60, 0.57),
                _C.HUMIDITY_LOW: Limit(0.40, 0.43, above=False),
                _C.DEW_POINT_HIGH: Limit(15.0, 14.0),
            }
        ),
    }
)
