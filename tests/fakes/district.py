"""A small district in memory: every kind of object, and a present in which things go wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from netmon.model.condition import ConditionId, Severity
from netmon.model.event import Event, EventKind
from netmon.model.fault import Fault, FaultId
from netmon.model.inventory import (
    Inventory,
    Line,
    LineId,
    LineKind,
    Name,
    PortEnd,
    Provider,
    ProviderId,
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
from netmon.model.oid import Oid
from netmon.model.policy import Policy
from netmon.model.reading import (
    Facts,
    Interfaces,
    Lane,
    Reading,
    Sensor,
    StateSeverity,
    System,
    Told,
)
from netmon.model.ticket import JournalEntry, Priority, Ticket, TicketId, TicketState
from netmon.model.totals import Totals
from netmon.model.wire import Credential, Silence, Version
from netmon.model.world import LineNow, LineState, TargetNow, TargetState, World

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CREDENTIAL = Credential("lan", Version.V2C)
PORTS = ("GE0/0/1", "GE0/0/2", 'odd "port"\\', "NULL0")


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def inventory() -> Inventory:
    sites = [
        Site(SiteId("room"), Name("区机房", "District machine room"), SiteKind.MACHINE_ROOM),
        Site(SiteId("archive"), Name("区档案馆", "District Archive"), SiteKind.DEPARTMENT),
        Site(SiteId("hill"), Name("山前村", "Shanqian Village"), SiteKind.VILLAGE),
        Site(SiteId("city"), Name("市政务外网", "City extranet"), SiteKind.UPSTREAM),
    ]
    tenants = [
        Tenant(TenantId("archive"), Name("区档案馆", "District Archive"), TenantKind.DEPARTMENT),
        Tenant(TenantId("hill"), Name("山前村", "Shanqian Village"), TenantKind.VILLAGE),
    ]
    targets = [
        _target("core-1", "node", Name("核心一", "Core 1"), Role.CORE),
        _target("agg-1", "node", Name("东区汇聚", "East aggregation"), Role.AGGREGATION),
        _target("agg-2", "node", Name("西区汇聚", "West aggregation"), Role.AGGREGATION),
        _target("ups-1", "device", Name("一号UPS", "UPS 1"), Role.UPS),
        _target("env-1", "device", Name("温湿度", "Room climate"), Role.ENVIRONMENT),
    ]
    lines = [
        _line("LN-0001", Name("区档案馆专线", "District Archive line"), "archive", "GE0/0/1"),
        _line("LN-0002", Name("山前村专线", "Shanqian Village line"), "hill", "GE0/0/2"),
        Line(
            LineId("UP-1"),
            Name("市级上联一", "City uplink 1"),
            LineKind.UPLINK,
            10_000_000_000,
            PortEnd(TargetId("core-1"), "GE0/0/1"),
            SiteEnd(SiteId("city")),
            provider=ProviderId("telco"),
        ),
    ]
    return Inventory(
        sites={s.id: s for s in sites},
        tenants={t.id: t for t in tenants},
        providers={
            ProviderId("telco"): Provider(ProviderId("telco"), Name("示范电信", "Example Telecom"))
        },
        credentials={"lan": CREDENTIAL},
        targets={t.id: t for t in targets},
        lines={line.id: line for line in lines},
        services={},
        policy=Policy(district="示例区"),
        maintenance={},
        people={},
        rotas={},
        monitor=TargetId("core-1"),
        digest="abc123",
    )


def _target(ident: str, kind: str, name: Name, role: Role) -> Target:
    return Target(TargetId(ident), kind, name, SiteId("room"), role, "127.0.0.1", CREDENTIAL)  # type: ignore[arg-type]


def _line(ident: str, name: Name, tenant: str, port: str) -> Line:
    return Line(
        LineId(ident),
        name,
        LineKind.ACCESS,
        100_000_000,
        PortEnd(TargetId("agg-1"), port),
        SiteEnd(SiteId(tenant), "192.0.2.1"),
        tenant=TenantId(tenant),
        provider=ProviderId("telco"),
        circuit_id=f"CT-{ident}",
    )


def node_now(now: datetime = NOW, **changes: object) -> TargetNow:
    """A node that answers on all lanes."""
    interfaces = Interfaces(
        names=PORTS,
        index=(1, 2, 3, 4),
        descr=PORTS,
        alias=("LN-0001", "LN-0002", "", ""),
        type=(6, 6, 6, 1),
        speed_bps=(1_000_000_000, 1_000_000_000, None, 0),
        admin=("up", "up", "down", "up"),
        oper=("up", "down", "down", "unknown"),
    )
    totals = Totals(
        PORTS,
        {
            "in_octets": [12_345_678_901, 20, 0, None],
            "out_octets": [1, 2, 3, None],
            "in_ucast": [7, None, None, None],
        },
        discontinuities=1,
    )
    cpu = Sensor("cpu_ratio", "Board 0", Oid.parse("1.3.6.1.4.1.1.1"), role="cpu")
    facts = Facts(
        system=System("Example switch", Oid.parse("1.3.6.1.4.1.99999"), "sw", vendor="Example"),
        interfaces=interfaces,
        counters=Told((Reading(cpu, 0.25),)),
        uptime_ticks=8_640_050,
    )
    return _alive(facts, ("system", "if-mib"), totals, now, changes)


def _alive(
    facts: Facts,
    profiles: tuple[str, ...],
    totals: Totals | None,
    now: datetime,
    changes: dict[str, object],
) -> TargetNow:
    values: dict[str, object] = {
        "state": TargetState.UP,
        "since": ago(hours=3),
        "last_reply_at": now,
        "facts": facts,
        "profiles": profiles,
        "totals": totals,
        "polled_at": dict.fromkeys(Lane, now),
        "duration_s": {Lane.PRESENCE: 0.002, Lane.COUNTERS: 0.031},
        "booted_at": ago(days=1),
    }
    return TargetNow(**(values | changes))  # type: ignore[arg-type]


def ups_now(now: datetime = NOW) -> TargetNow:
    source = Sensor("state", "Output source", Oid.parse("1.3.6.1.2.1.33.1.4.1.0"))
    charge = Sensor("charge_ratio", "Battery", Oid.parse("1.3.6.1.2.1.33.1.2.4.0"))
    runtime = Sensor("runtime_seconds", "Battery", Oid.parse("1.3.6.1.2.1.33.1.2.3.0"))
    facts = Facts(
        status=Told((Reading(source, 5, "battery", StateSeverity.MAJOR),)),
        counters=Told((Reading(charge, 0.87), Reading(runtime, 2460.0))),
    )
    return _alive(facts, ("ups-mib",), None, now, {})


def climate_now(now: datetime = NOW) -> TargetNow:
    inlet = Sensor(
        "temperature_celsius", "冷通道 A", Oid.parse("1.3.6.1.4.1.99999.1"), role="inlet"
    )
    humid = Sensor("humidity_ratio", "冷通道 A", Oid.parse("1.3.6.1.4.1.99999.2"))
    facts = Facts(counters=Told((Reading(inlet, 28.4), Reading(humid, 0.46))))
    return _alive(facts, ("sensors",), None, now, {})


def world(now: datetime = NOW) -> World:
    """A present in which a line is down, a node is silent and the UPS runs on battery."""
    silent = Told(silence=Silence.TIMEOUT)
    return World(
        inventory(),
        targets={
            TargetId("core-1"): node_now(now),
            TargetId("agg-1"): node_now(now),
            TargetId("agg-2"): TargetNow(
                TargetState.DOWN,
                ago(minutes=12),
                ago(minutes=12),
                misses=3,
                facts=Facts(presence=silent, status=silent, counters=silent, uptime_ticks=99),
            ),
            TargetId("ups-1"): ups_now(now),
            TargetId("env-1"): climate_now(now),
        },
        lines={
            LineId("LN-0001"): LineNow(
                LineState.UP, ago(hours=3), 4e6, 9.3e7, 0.04, 0.93, 0.0021, 0.0, 0.0003
            ),
            LineId("LN-0002"): LineNow(LineState.DOWN, ago(minutes=31)),
            LineId("UP-1"): LineNow(LineState.UNKNOWN),
        },
        faults={fault.id: fault for fault in faults()},
        tickets={ticket.id: ticket for ticket in tickets()},
        raised={("line_down", "major"): 3, ("ups_on_battery", "critical"): 1},
        last_event=3,
        started_at=ago(hours=3),
    )


def faults() -> list[Fault]:
    return [
        Fault(
            FaultId(1),
            "line:LN-0002",
            ConditionId.LINE_DOWN,
            Severity.MAJOR,
            ago(minutes=30),
            ago(minutes=31),
            params={"interface": "GE0/0/2", "node": "agg-1", "oper": "down"},
            ticket=1,
        ),
        Fault(
            FaultId(2),
            "device:ups-1",
            ConditionId.UPS_ON_BATTERY,
            Severity.CRITICAL,
            ago(minutes=5),
            ago(minutes=5, seconds=8),
            ticket=2,
        ),
        Fault(
            FaultId(3),
            "device:env-1",
            ConditionId.TEMPERATURE_HIGH,
            Severity.MAJOR,
            ago(minutes=2),
            ago(minutes=3),
            root=FaultId(2),
            suppressed_by="fault:2",
            params={"sensor": "冷通道 A", "value": 28.4, "limit": 27.0},
        ),
    ]


def tickets() -> list[Ticket]:
    return [
        Ticket(
            TicketId(1),
            TicketState.ACKNOWLEDGED,
            Priority.P3,
            ago(minutes=30),
            (FaultId(1),),
            "line:LN-0002",
            "line_down",
            lines=("LN-0002",),
            tenants=("hill",),
            assignee="li",
            acknowledged_at=ago(minutes=25),
            journal_seq=2,
        ),
        Ticket(
            TicketId(2),
            TicketState.OPEN,
            Priority.P1,
            ago(minutes=5),
            (FaultId(2),),
            "device:ups-1",
            "ups_on_battery",
            journal_seq=1,
        ),
    ]


def journal() -> list[JournalEntry]:
    return [
        JournalEntry(TicketId(1), 1, ago(minutes=30), "netmon", "opened"),
        JournalEntry(
            TicketId(1),
            2,
            ago(minutes=25),
            "li",
            "ack",
            "calling the carrier",
            {"state": "open"},
            {"state": "acknowledged"},
        ),
        JournalEntry(TicketId(2), 1, ago(minutes=5), "netmon", "opened"),
    ]


def events() -> list[Event]:
    return [
        Event(1, ago(minutes=30), EventKind.FAULT_RAISED, "line:LN-0002", {"fault": 1}),
        Event(2, ago(minutes=30), EventKind.TICKET_OPENED, "ticket:1", {"ticket": 1}),
        Event(3, ago(minutes=5), EventKind.FAULT_RAISED, "device:ups-1", {"fault": 2}),
    ]
