"""The present in counts and the worst of it, for one screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from netmon import __version__
from netmon.api.duty import on_call_now
from netmon.api.planned import planned_now
from netmon.api.schemas import (
    Group,
    OpenTicket,
    RoomReading,
    StatusOut,
    WorstFault,
)
from netmon.api.shape import UNASKED, UNSEEN, fault_out
from netmon.api.ticket_shape import clocks_out, ticket_title
from netmon.core.checks.climate import trend_key
from netmon.core.room import fresh_trends
from netmon.locale import name_of
from netmon.locale.subjects import name
from netmon.model.condition import Severity
from netmon.model.fault import Fault
from netmon.model.inventory import Inventory, LineId, LineKind, Role, Target, TenantId
from netmon.model.reading import Reading, StateSeverity
from netmon.model.ticket import Ticket, TicketId, TicketState
from netmon.model.trend import Trend
from netmon.model.world import LineState, TargetState, World
from netmon.ports import Desk

#: So many faults and tickets go out: more do not fit a screen.
_WORST: Final = 50

#: What a machine-room screen shows of each role, in this order; every sensor of these metrics.
_ROOM: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.UPS: ("state", "charge_ratio", "runtime_seconds", "load_ratio", "temperature_celsius"),
    Role.COOLING: ("state", "temperature_celsius", "humidity_ratio"),
    Role.ENVIRONMENT: ("temperature_celsius", "humidity_ratio", "dew_point_celsius", "state"),
    Role.LEAK: ("state",),
    Role.PDU: ("power_watts", "load_ratio", "current_amperes"),
    Role.DOOR: ("state",),
}


def status_of(desk: Desk) -> StatusOut:
    """Return the screen's figures."""
    world, inventory = desk.world, desk.world.inventory
    open_ = [fault for fault in world.faults.values() if fault.is_open]
    work = [t for t in world.tickets.values() if t.state is not TicketState.CLOSED]
    target_states = [(t.role, _target_state(world, t)) for t in inventory.targets.values()]
    line_states = [
        (line.kind, world.lines.get(line.id, UNSEEN).state) for line in inventory.lines.values()
    ]
    roots = (fault.severity for fault in open_ if fault.suppressed_by is None)
    worst = min(roots, key=lambda severity: severity.rank, default=None)
    return StatusOut(
        at=desk.clock.now(),
        started_at=world.started_at,
        version=__version__,
        district=inventory.policy.district,
        timezone=inventory.policy.timezone,
        not_ready=list(desk.readiness()),
        worst=worst,
        targets=_count(TargetState, (state for _, state in target_states)),
        lines=_count(LineState, (state for _, state in line_states)),
        faults=_count(Severity, (fault.severity for fault in open_)),
        tickets=_count(TicketState, (ticket.state for ticket in work)),
        by_role=_groups(Role, TargetState, target_states),
        by_kind=_groups(LineKind, LineState, line_states),
        open_faults=[_worst_fault(f, world) for f in sorted(open_, key=_badness)[:_WORST]],
        open_tickets=[
            _open_ticket(t, inventory, desk.clock.now())
            for t in sorted(work, key=_urgency)[:_WORST]
        ],
        maintenance=list(planned_now(world, desk.clock.now())),
        on_call=list(on_call_now(inventory, desk.clock.now())),
        room=list(_room(world, desk.clock.now())),
    )


def _target_state(world: World, target: Target) -> TargetState:
    return world.targets.get(target.id, UNASKED).state


def _count(states: type[StrEnum], found: Iterable[StrEnum]) -> dict[str, int]:
    counted = Counter(found)
    return {state.value: counted[state] for state in states}


def _groups(
    kinds: type[StrEnum],
    states: type[StrEnum],
    found: list[tuple[Role, TargetState]] | list[tuple[LineKind, LineState]],
) -> list[Group]:
    groups = []
    for kind in kinds:
        of_kind = [state for which, state in found if which is kind]
        if of_kind:
            counted = _count(states, of_kind)
            groups.append(Group(kind=kind.value, total=len(of_kind), states=counted))
    return groups


def _badness(fault: Fault) -> tuple[bool, int, float]:
    """Roots before what they explain, the worst first, the oldest first."""
    return (
        fault.suppressed_by is not None,
        fault.severity.rank,
        fault.began_at.timestamp(),
    )


def _urgency(ticket: Ticket) -> tuple[str, bool, float]:
    return (
        ticket.priority.value,
        ticket.state is TicketState.RESTORED,
        ticket.opened_at.timestamp(),
    )


def _worst_fault(fault: Fault, world: World) -> WorstFault:
    ticket = None if fault.ticket is None else world.tickets.get(TicketId(fault.ticket))
    lines, tenants = _impact(fault, ticket, world.inventory)
    return WorstFault(
        **fault_out(fault, world.inventory).model_dump(),
        hurts=_names(tenants, world.inventory),
        lines=len(lines),
        assignee=ticket.assignee if ticket else None,
        ticket_state=ticket.state if ticket else None,
    )


def _impact(
    fault: Fault, ticket: Ticket | None, inventory: Inventory
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return whom a fault hurts: as its ticket says, or else its line's own tenant."""
    if ticket is not None and fault.root is None and (ticket.lines or ticket.tenants):
        return ticket.lines, ticket.tenants
    kind, _, ident = fault.subject.partition(":")
    line = inventory.lines.get(LineId(ident)) if kind == "line" else None
    if line is None:
        return (), ()
    return (ident,), (line.tenant,) if line.tenant else ()


def _names(tenants: Iterable[str], inventory: Inventory) -> list[str]:
    known = (inventory.tenants.get(TenantId(tenant)) for tenant in tenants)
    return [name_of(tenant.name) for tenant in known if tenant is not None]


def _open_ticket(ticket: Ticket, inventory: Inventory, now: datetime) -> OpenTicket:
    return OpenTicket(
        id=ticket.id,
        title=ticket_title(ticket, inventory),
        state=ticket.state,
        priority=ticket.priority,
        opened_at=ticket.opened_at,
        assignee=ticket.assignee,
        lines=len(ticket.lines),
        tenants=_names(ticket.tenants, inventory),
        clocks=clocks_out(ticket, inventory, now),
    )


def _room(world: World, now: datetime) -> Iterable[RoomReading]:
    for role, metrics in _ROOM.items():
        for target in world.inventory.targets.values():
            if target.role is role and target.kind == "device":
                yield from _values(world, target, metrics, now)


def _is_calm(reading: Reading) -> bool:
    """Say whether it says no more than that a sensor works, which its value shows."""
    return reading.sensor.role == "self_test" and reading.severity is StateSeverity.OK


def _values(
    world: World, target: Target, metrics: tuple[str, ...], now: datetime
) -> Iterable[RoomReading]:
    known = world.targets.get(target.id, UNASKED)
    trends = fresh_trends(world.inventory, target, known, now)
    readings = known.facts.readings
    for metric in metrics:
        for reading in (r for r in readings if r.sensor.metric == metric and not _is_calm(r)):
            seen = trends.get(trend_key(reading), Trend())
            left_s = seen.limit_in_s
            yield RoomReading(
                target=target.id,
                name=name(target.ref, world.inventory),
                role=target.role,
                metric=reading.sensor.metric,
                sensor=reading.sensor.name,
                value=reading.value,
                state=reading.state,
                severity=reading.severity,
                per_hour=seen.per_hour if seen.rising else None,
                limit=seen.limit if seen.rising else None,
                minutes_to_limit=None if left_s is None else round(left_s / 60, 1),
            )
