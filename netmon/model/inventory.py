"""The inventory: what stands where, who owns it, how it is reached and how it is judged.

Frozen, cross-checked before it is built (``netmon.config``): every reference exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, Literal, NewType

from netmon.model.name import Name as Name
from netmon.model.policy import Policy
from netmon.model.roster import EscalationRule, Rota
from netmon.model.rule import EventRule, RuleId
from netmon.model.telling import Channel, Quiet, Tongue
from netmon.model.wire import Credential

SiteId = NewType("SiteId", str)
TenantId = NewType("TenantId", str)
ProviderId = NewType("ProviderId", str)
TargetId = NewType("TargetId", str)  #: a node's or a device's id: unique across both lists
LineId = NewType("LineId", str)
ServiceId = NewType("ServiceId", str)

#: ``node:core-1``, ``device:ups-1``, ``line:LN-0001``, ``interface:core-1/GE0/0/1``, ``site:…``
Ref = NewType("Ref", str)

_EMPTY: Final[Mapping[str, str]] = MappingProxyType({})
_NO_RULES: Final[Mapping[RuleId, EventRule]] = MappingProxyType({})
_NO_ESCALATIONS: Final[Mapping[str, EscalationRule]] = MappingProxyType({})


@unique
class SiteKind(StrEnum):
    """What a site is."""

    MACHINE_ROOM = "machine-room"
    DEPARTMENT = "department"
    STREET = "street"
    TOWNSHIP = "township"
    VILLAGE = "village"
    CARRIER = "carrier"
    UPSTREAM = "upstream"


@unique
class TenantKind(StrEnum):
    """What kind of organisation a tenant is."""

    DEPARTMENT = "department"
    STREET = "street"
    TOWNSHIP = "township"
    VILLAGE = "village"
    VERTICAL = "vertical"
    OTHER = "other"


@unique
class Role(StrEnum):
    """What a node or a device does."""

    CORE = "core"
    AGGREGATION = "aggregation"
    ACCESS = "access"
    ROUTER = "router"
    FIREWALL = "firewall"
    GAP = "gap"
    SERVER = "server"
    UPS = "ups"
    COOLING = "cooling"
    ENVIRONMENT = "environment"
    LEAK = "leak"
    PDU = "pdu"
    STORAGE = "storage"
    DOOR = "door"
    OTHER = "other"


@unique
class LineKind(StrEnum):
    """What a line is for."""

    ACCESS = "access"
    UPLINK = "uplink"
    EGRESS = "egress"
    BACKBONE = "backbone"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Site:
    """A place."""

    id: SiteId
    name: Name
    kind: SiteKind
    parent: SiteId | None = None
    address: str | None = None
    location: tuple[float, float] | None = None  #: latitude, longitude in degrees


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call. Personal data: masked in exports."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organisation that lines serve (NetBox: tenant)."""

    id: TenantId
    name: Name
    kind: TenantKind
    site: SiteId | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """A carrier (NetBox: provider)."""

    id: ProviderId
    name: Name
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Anything polled: a node (network element) or a device (machine-room equipment)."""

    id: TargetId
    kind: Literal["node", "device"]
    name: Name
    site: SiteId
    role: Role
    address: str  #: an IPv4 or IPv6 literal
    credential: Credential
    port: int = 161
    profile: str = "auto"
    interval: timedelta | None = None  #: the counters lane's period; None = the policy's
    presence: timedelta | None = None  #: the presence lane's period; None = the policy's
    ports: Literal["lines", "all", "none"] | tuple[str, ...] = "lines"
    labels: Mapping[str, str] = field(default_factory=lambda: _EMPTY)

    @property
    def ref(self) -> Ref:
        """The object ref, ``node:…`` or ``device:…``."""
        return Ref(f"{self.kind}:{self.id}")


@dataclass(frozen=True, slots=True)
class PortEnd:
    """A line's end on a node's interface, which is named and never numbered."""

    node: TargetId
    interface: str  #: ifName (or ifDescr where an agent has no ifName)


@dataclass(frozen=True, slots=True)
class SiteEnd:
    """A line's end at a site without a polled node."""

    site: SiteId
    address: str | None = None  #: the far end's address, asked by ICMP


@dataclass(frozen=True, slots=True)
class Sla:
    """What was promised for a line."""

    availability_ratio: float | None = None
    response: timedelta | None = None
    restore: timedelta | None = None
    hours: str | None = None  #: the policy's service hours it is meant in; None = always


@dataclass(frozen=True, slots=True)
class Line:
    """A line (NetBox: circuit) from end A, always a port of ours, to end Z."""

    id: LineId
    name: Name
    kind: LineKind
    bandwidth_bps: int
    a: PortEnd
    z: PortEnd | SiteEnd
    tenant: TenantId | None = None
    provider: ProviderId | None = None
    circuit_id: str | None = None
    group: tuple[str, Literal["primary", "backup"]] | None = None
    in_service: date | None = None  #: None = in service since ever
    ends: date | None = None
    monthly_cost: float | None = None
    sla: Sla | None = None

    @property
    def ref(self) -> Ref:
        """The object ref, ``line:…``."""
        return Ref(f"line:{self.id}")


@dataclass(frozen=True, slots=True)
class ServiceCheck:
    """One question about a service: ``type`` and its own settings, as in the file."""

    type: Literal["http", "tls", "dns", "tcp", "icmp"]
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Service:
    """Something people use, such as the portal."""

    id: ServiceId
    name: Name
    site: SiteId | None
    checks: tuple[ServiceCheck, ...]

    @property
    def ref(self) -> Ref:
        """The object ref, ``service:…``."""
        return Ref(f"service:{self.id}")


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Planned work: once (``start`` to ``end``) or repeated (``rrule`` + ``duration``)."""

    id: str
    what: tuple[Ref, ...]
    reason: str
    start: datetime | None = None
    end: datetime | None = None
    rrule: str | None = None  #: RFC 5545 §3.3.10
    duration: timedelta | None = None
    remind: timedelta | None = None  #: so long before its end; None = the policy's


@dataclass(frozen=True, slots=True)
class Person:
    """Someone on the rota."""

    id: str
    name: Name
    phone: str | None = None
    email: str | None = None
    channels: tuple[Channel, ...] = ()  #: tried in this order, until one takes the message
    lang: Tongue = "zh"
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """All of it, by id, in the order of the files."""

    sites: Mapping[SiteId, Site]
    tenants: Mapping[TenantId, Tenant]
    providers: Mapping[ProviderId, Provider]
    credentials: Mapping[str, Credential]
    targets: Mapping[TargetId, Target]  #: nodes, then devices
    lines: Mapping[LineId, Line]
    services: Mapping[ServiceId, Service]
    policy: Policy
    maintenance: Mapping[str, Maintenance]
    people: Mapping[str, Person]
    rotas: Mapping[str, Rota]
    monitor: TargetId | None  #: the node netmon is plugged in: the root of the topology
    rules: Mapping[RuleId, EventRule] = field(default_factory=lambda: _NO_RULES)
    escalations: Mapping[str, EscalationRule] = field(default_factory=lambda: _NO_ESCALATIONS)
    digest: str = ""  #: of the files' content, for ``netmon_config_info``
