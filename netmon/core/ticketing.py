"""Give root faults their tickets: a new one, an earlier one, or that of what they explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from netmon.core import correlate, tickets
from netmon.core.draft import Draft
from netmon.model.condition import ConditionId, Severity
from netmon.model.event import EventKind
from netmon.model.fault import Fault, FaultId
from netmon.model.inventory import LineId, TargetId
from netmon.model.policy import Rule
from netmon.model.ticket import Priority, Ticket, TicketId, TicketState

#: Severity → priority of a ticket that hurts nobody's line; one more urgent when it does.
_PRIORITY: Final = {
    Severity.CRITICAL: (Priority.P2, Priority.P1),
    Severity.MAJOR: (Priority.P3, Priority.P2),
    Severity.MINOR: (Priority.P4, Priority.P3),
    Severity.WARNING: (Priority.P4, Priority.P4),
}


#: What follows within this time is the same story.
_NEXT_CHAPTER: Final = timedelta(minutes=15)

#: Of a line, and of the lines of its group, which carry one service.
_OUT: Final = frozenset(
    {ConditionId.LINE_DOWN, ConditionId.LINE_DEGRADED, ConditionId.LINE_FLAPPING}
)
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
_MILDER: Final = frozenset({ConditionId.LINE_DEGRADED.value, ConditionId.LINE_FLAPPING.value})
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


def ticketed(
    draft: Draft,
    fault: Fault,
    rule: Rule,
    explained: list[Fault],
    why: tickets.Why = tickets.NO_REASON,
    at_least: Severity | None = None,
) -> Fault:
    """Give a root fault its ticket: that of what it explains, an earlier one, or a new one.

    Args:
        draft: the step.
        fault: it has none yet.
        rule: of its condition.
        explained: what follows from it.
        why: for the journal.
        at_least: the mildest severity that opens one; None = as the policy says.
    """
    policy = draft.inventory.policy
    for child in explained:
        if child.ticket is not None:
            return joined(draft, fault, TicketId(child.ticket), tickets.Machine.JOINED)
    if not rule.ticket or fault.severity.rank > (at_least or policy.ticket_severity).rank:
        return fault
    kin = _kin(draft, fault)
    if kin is not None:
        return joined(draft, fault, kin, tickets.Machine.JOINED, why)
    earlier = _returning(draft, fault)
    if earlier is not None:
        return joined(draft, fault, earlier.id, tickets.Machine.REOPENED, why)
    lines, tenants = correlate.impact(draft, fault.about)
    ticket = Ticket(
        id=draft.next_ticket(),
        state=TicketState.OPEN,
        priority=_priority(fault, lines),
        opened_at=draft.now,
        faults=(fault.id,),
        subject=fault.subject,
        condition=fault.condition.value,
        lines=lines,
        tenants=tenants,
    )
    ticket, entry = tickets.opened(ticket, draft.now, _says(fault), why)
    draft.put_ticket(ticket, entry)
    draft.happened(EventKind.TICKET_OPENED, f"ticket:{ticket.id}", ticket_data(ticket))
    return replace(fault, ticket=ticket.id)


def _priority(fault: Fault, lines: Sequence[str]) -> Priority:
    plain, urgent = _PRIORITY[fault.severity]
    return urgent if lines else plain


def _is_same_story(draft: Draft, fault: Fault, subject: str, condition: str) -> bool:
    """Say whether a fault is another chapter of the story of a subject and a condition."""
    both = {condition, fault.condition.value}
    if subject == fault.subject and any(both <= family for family in _FAMILIES):
        return True
    if both <= _OUT:
        return _group_of(draft, subject) == _group_of(draft, fault.subject) is not None
    if not _is_one_room(both):
        return False
    where = _site_of(draft, fault.subject)
    return where is not None and where == _site_of(draft, subject)


def _group_of(draft: Draft, subject: str) -> str | None:
    line = draft.inventory.lines.get(LineId(subject.partition(":")[2]))
    return line.group[0] if line is not None and line.group is not None else None


def _is_one_room(conditions: set[str]) -> bool:
    """Say whether two conditions in one room are one matter: its air, or the power it hangs on."""
    if conditions <= _CLIMATE:
        return True
    return bool(conditions & _ON_BATTERY) and bool(conditions & _HEAT)


def _site_of(draft: Draft, subject: str) -> str | None:
    target = draft.inventory.targets.get(TargetId(subject.partition(":")[2]))
    return None if target is None else target.site


def _kin(draft: Draft, fault: Fault) -> TicketId | None:
    """Return the ticket of an open fault that is an earlier chapter of the same story."""
    for other in draft.open_faults():
        if other.id == fault.id or other.ticket is None:
            continue
        same = _is_same_story(draft, fault, other.subject, other.condition)
        if same or _is_alert_of(fault, other) or _is_alert_of(other, fault):
            return TicketId(other.ticket)
    return None


def _is_alert_of(alert: Fault, other: Fault) -> bool:
    """Say whether another tool tells that an object is in trouble which netmon saw go down."""
    told = alert.condition is ConditionId.EXTERNAL_ALERT
    return told and other.condition in _GONE and alert.about == other.subject


def _returning(draft: Draft, fault: Fault) -> Ticket | None:
    """Return the latest ticket of the same story, if it ended a short while ago.

    The same condition re-opens it within the policy's window; another chapter follows soon.
    """
    for ticket in draft.tickets():
        same = (ticket.subject, ticket.condition) == (fault.subject, fault.condition)
        if not same and not _is_same_story(draft, fault, ticket.subject, ticket.condition):
            continue
        window = draft.inventory.policy.reopen_within if same else _NEXT_CHAPTER
        ended = ticket.closed_at or ticket.cleared_at or ticket.restored_at
        at_work = ticket.state not in (TicketState.RESTORED, TicketState.CLOSED)
        if at_work or ended is None or draft.now - ended <= window:
            return ticket
    return None


def joined(
    draft: Draft,
    fault: Fault,
    ticket_id: TicketId,
    by: tickets.Machine,
    why: tickets.Why = tickets.NO_REASON,
) -> Fault:
    """Put a fault into a ticket; a root that comes after what it explains names it from then on."""
    ticket = draft.ticket(ticket_id)
    if ticket is None:
        return fault
    lines, tenants = correlate.impact(draft, fault.about)
    known = tuple(dict.fromkeys((*ticket.lines, *lines)))
    leads = any(
        (found := draft.fault(other)) is not None and found.root == fault.id
        for other in ticket.faults
    )
    # What only served badly is out now: nobody reads on under "degraded".
    worse = fault.condition is ConditionId.LINE_DOWN and ticket.condition in _MILDER
    ticket = replace(
        ticket,
        faults=(*ticket.faults, fault.id),
        lines=known,
        tenants=tuple(dict.fromkeys((*ticket.tenants, *tenants))),
        priority=min(ticket.priority, _priority(fault, known)),
        subject=fault.subject if leads or worse else ticket.subject,
        condition=fault.condition.value if leads or worse else ticket.condition,
    )
    _moved(draft, ticket, by, fault, why)
    return replace(fault, ticket=ticket.id)


def raise_priority(draft: Draft, fault: Fault) -> None:
    """Make the ticket of a fault that has become worse more urgent."""
    ticket = draft.ticket(TicketId(fault.ticket or 0))
    if ticket is None or _priority(fault, ticket.lines) >= ticket.priority:
        return
    urgent = replace(ticket, priority=_priority(fault, ticket.lines))
    _moved(draft, urgent, tickets.Machine.JOINED, fault)


def restored(draft: Draft, closed: Fault) -> None:
    """Restore the ticket of a fault that cleared, if it was the last."""
    ticket = None if closed.ticket is None else draft.ticket(TicketId(closed.ticket))
    if ticket is None or any(is_open(draft, other) for other in ticket.faults):
        return
    why = {"ended_by": closed.ended_by.value} if closed.ended_by else tickets.NO_REASON
    _moved(draft, ticket, tickets.Machine.CLEARED, closed, why)


def _moved(
    draft: Draft,
    ticket: Ticket,
    by: tickets.Machine,
    fault: Fault,
    why: tickets.Why = tickets.NO_REASON,
) -> None:
    after, entry = tickets.move(ticket, by, draft.now, _says(fault), why)
    draft.put_ticket(after, entry)
    draft.happened(EventKind.TICKET_CHANGED, f"ticket:{after.id}", ticket_data(after))


def is_open(draft: Draft, fault_id: FaultId) -> bool:
    """Say whether a fault is open."""
    fault = draft.fault(fault_id)
    return fault is not None and fault.is_open


def _says(fault: Fault) -> str:
    return f"fault {fault.id}: {fault.condition} {fault.subject}"


def ticket_data(ticket: Ticket) -> dict[str, object]:
    """Return a ticket as the event stream tells it."""
    return {
        "ticket": ticket.id,
        "state": ticket.state.value,
        "priority": ticket.priority.value,
        "subject": ticket.subject,
        "condition": ticket.condition,
        "assignee": ticket.assignee,
        "lines": list(ticket.lines),
        "tenants": list(ticket.tenants),
    }
