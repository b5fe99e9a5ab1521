"""Say which faults are chapters of one story, though none explains the other: one ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from netmon.core.draft import Draft
from netmon.model.condition import ConditionId
from netmon.model.fault import Fault
from netmon.model.inventory import LineId, PortEnd, SiteId, TargetId
from netmon.model.ticket import Origin, Ticket, TicketId, TicketState

#: What follows within this time is the same story.
_NEXT_CHAPTER: Final = timedelta(minutes=15)
#: What begins so soon after each other in one place has one cause.
_AT_ONCE: Final = timedelta(minutes=1)
#: Every line may end on the root, or be one carrier's: then so little apart is one cause.
_WITHIN_SECONDS: Final = timedelta(seconds=5)

#: Of a line, and of the lines of its group, which carry one service.
_OUT: Final = frozenset(
    {ConditionId.LINE_DOWN, ConditionId.LINE_DEGRADED, ConditionId.LINE_FLAPPING}
)
#: Conditions of one target that are chapters of one story: they share a ticket.
_FAMILIES: Final = (
    frozenset(
        {
            ConditionId.MAINS_FAILED,
            ConditionId.UPS_ON_BATTERY,
            ConditionId.UPS_ON_BYPASS,
            ConditionId.BATTERY_LOW,
        }
    ),
    _OUT,
)
#: Conditions of one room's air, whichever of its devices tells them, and what keeps it cool.
_CLIMATE: Final = frozenset(
    {
        ConditionId.COOLING_FAILED,
        ConditionId.TEMPERATURE_HIGH,
        ConditionId.TEMPERATURE_LOW,
        ConditionId.TEMPERATURE_RISING,
        ConditionId.HUMIDITY_HIGH,
        ConditionId.HUMIDITY_LOW,
        ConditionId.DEW_POINT_HIGH,
    }
)
#: Without mains nothing cools: the heat that follows in the same room is the same story.
_ON_BATTERY: Final = frozenset({ConditionId.MAINS_FAILED, ConditionId.UPS_ON_BATTERY})
_HEAT: Final = frozenset(
    {
        ConditionId.COOLING_FAILED,
        ConditionId.TEMPERATURE_HIGH,
        ConditionId.TEMPERATURE_RISING,
    }
)
#: What a place that loses its power shows, on whichever of its machines.
_DARK: Final = frozenset(
    {ConditionId.NODE_DOWN, ConditionId.POWER_SUPPLY_FAILED, *_ON_BATTERY, ConditionId.BATTERY_LOW}
)
#: And in the end, when the battery is empty.
_AFTER_BATTERY: Final = frozenset({ConditionId.NODE_DOWN, ConditionId.POWER_SUPPLY_FAILED})


#: What another tool notices of an object that is down is the same matter.
_GONE: Final = frozenset(
    {
        ConditionId.NODE_DOWN,
        ConditionId.AGENT_SILENT,
        ConditionId.INTERFACE_DOWN,
        ConditionId.LINE_DOWN,
        ConditionId.SERVICE_DOWN,
    }
)


def kin_of(draft: Draft, fault: Fault) -> TicketId | None:
    """Return the ticket of an open fault that is an earlier chapter of the same story."""
    for other in draft.open_faults():
        if other.id == fault.id or other.ticket is None:
            continue
        same = _is_same_story(draft, fault, other.subject, other.condition)
        if same or _is_at_once(draft, fault, other):
            return TicketId(other.ticket)
        if _is_alert_of(fault, other) or _is_alert_of(other, fault):
            return TicketId(other.ticket)
    return None


def _is_alert_of(alert: Fault, other: Fault) -> bool:
    """Say whether another tool tells that an object is in trouble which netmon saw go down."""
    told = alert.condition is ConditionId.EXTERNAL_ALERT
    return told and other.condition in _GONE and alert.about == other.subject


def key_of(fault: Fault) -> str:
    """Return by what a ticket knows a fault that returns."""
    return f"{fault.subject} {fault.condition}"


def told_before(draft: Draft, fault: Fault) -> Ticket | None:
    """Return the ticket at work that a person opened about the same object, or whose it is."""
    for ticket in draft.tickets():
        at_work = ticket.state not in (TicketState.RESTORED, TicketState.CLOSED)
        if ticket.origin is Origin.MANUAL and at_work and not ticket.faults:
            if fault.about in (ticket.subject, *(f"line:{line}" for line in ticket.lines)):
                return ticket
            if ticket.subject == _tenant_of(draft, fault.about):
                return ticket
    return None


def returning(draft: Draft, fault: Fault) -> Ticket | None:
    """Return the latest ticket of the same story, if it ended a short while ago.

    The same condition re-opens it within the policy's window; another chapter follows soon.
    """
    key = key_of(fault)
    for ticket in draft.tickets():
        if ticket.merged_into is not None:
            continue
        led = (ticket.subject, ticket.condition) == (fault.subject, fault.condition)
        same = led or key in ticket.keys
        if not same and not _is_same_story(draft, fault, ticket.subject, ticket.condition):
            continue
        window = draft.inventory.policy.reopen_within if same else _NEXT_CHAPTER
        ended = ticket.closed_at or ticket.cleared_at or ticket.restored_at
        at_work = ticket.state not in (TicketState.RESTORED, TicketState.CLOSED)
        if at_work or ended is None or draft.now - ended <= window:
            return ticket
    return None


def _is_same_story(draft: Draft, fault: Fault, subject: str, condition: str) -> bool:
    """Say whether a fault is another chapter of the story of a subject and a condition."""
    both = {condition, fault.condition.value}
    if subject == fault.subject and any(both <= family for family in _FAMILIES):
        return True
    if both <= _OUT:
        return _group_of(draft, subject) == _group_of(draft, fault.subject) is not None
    if not _is_one_room(both):
        return False
    where = site_of(draft, fault.subject)
    return where is not None and where == site_of(draft, subject)


def _is_at_once(draft: Draft, fault: Fault, other: Fault) -> bool:
    """Say whether two faults began together, where one thing that breaks shows in many ways.

    A place without power, or a node all of whose lines go at once: its card, or their duct; or
    lines of one carrier all over the district: its own equipment.
    """
    apart = abs(fault.began_at - other.began_at)
    if apart > _AT_ONCE:
        return False
    both = {fault.condition, other.condition}
    if both <= _DARK:
        where = site_of(draft, fault.subject)
        return where is not None and where == site_of(draft, other.subject)
    if both <= _OUT or (both & _OUT and ConditionId.NODE_DOWN in both):
        if apart <= _WITHIN_SECONDS and _is_one_carriers(draft, fault.subject, other.subject):
            return True
        shared = _nodes_of(draft, fault.subject) & _nodes_of(draft, other.subject)
        return apart <= _WITHIN_SECONDS if shared == {draft.topology.root} else bool(shared)
    return False


def _nodes_of(draft: Draft, subject: str) -> frozenset[str]:
    """Return the nodes of ours that a line ends on, or the node itself."""
    kind, _, name = subject.partition(":")
    if kind == "node":
        return frozenset({name})
    line = draft.inventory.lines.get(LineId(name)) if kind == "line" else None
    ends = () if line is None else (line.a, line.z)
    return frozenset(end.node for end in ends if isinstance(end, PortEnd))


def _is_one_carriers(draft: Draft, one: str, other: str) -> bool:
    lines = [draft.inventory.lines.get(LineId(ref.partition(":")[2])) for ref in (one, other)]
    carriers = {line.provider if line is not None else None for line in lines}
    return len(carriers) == 1 and None not in carriers


def _group_of(draft: Draft, subject: str) -> str | None:
    line = draft.inventory.lines.get(LineId(subject.partition(":")[2]))
    return line.group[0] if line is not None and line.group is not None else None


def _tenant_of(draft: Draft, subject: str) -> str | None:
    line = draft.inventory.lines.get(LineId(subject.partition(":")[2]))
    return None if line is None or line.tenant is None else f"tenant:{line.tenant}"


def _is_one_room(conditions: set[str]) -> bool:
    """Say whether two conditions in one room are one matter: its air, or the power it hangs on."""
    if conditions <= _CLIMATE:
        return True
    return bool(conditions & _ON_BATTERY) and bool(conditions & (_HEAT | _AFTER_BATTERY))


def site_of(draft: Draft, subject: str) -> SiteId | None:
    """Return where a target stands."""
    target = draft.inventory.targets.get(TargetId(subject.partition(":")[2]))
    return None if target is None else target.site
