"""Turn believed verdicts into faults, and root faults into tickets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from netmon.core import correlate, tickets
from netmon.core.confirm import confirm, is_raised
from netmon.core.draft import Draft
from netmon.core.maintenance import maintenance_of
from netmon.model.condition import ConditionId, Held, Key, Phase, Severity, Verdict
from netmon.model.event import EventKind
from netmon.model.fault import Fault, FaultId
from netmon.model.judgement import Judgement
from netmon.model.policy import Rule
from netmon.model.ticket import Priority, Ticket, TicketId, TicketState

#: Severity → priority of a ticket that hurts nobody's line; one more urgent when it does.
_PRIORITY: Final = {
    Severity.CRITICAL: (Priority.P2, Priority.P1),
    Severity.MAJOR: (Priority.P3, Priority.P2),
    Severity.MINOR: (Priority.P4, Priority.P3),
    Severity.WARNING: (Priority.P4, Priority.P4),
}


def settle(draft: Draft, judgement: Judgement) -> float | None:
    """Hold one verdict, and raise or clear what it makes believed.

    Returns:
        After how many seconds another look would confirm a suspicion that began with this one;
        None where none began.
    """
    key = judgement.key
    rule = draft.inventory.policy.rule(key.condition)
    before = draft.held(key)
    if not rule.enabled or (before is None and judgement.verdict is Verdict.NO_DATA):
        return None
    held = before or Held(Phase.UNKNOWN, draft.now)
    after = confirm(held, judgement.verdict, rule.hold, draft.now)
    if is_raised(after) and not is_raised(before):
        if correlate.is_explained(draft, key):
            after = _kept_pending(held, draft.now)
        else:
            _raise(draft, judgement, rule, after)
    elif is_raised(before) and not is_raised(after):
        clear(draft, key, held.since)
    elif after.phase is Phase.RAISED:
        _worsen(draft, judgement)
    if after is not before:
        draft.put_held(key, after)
    begun = after.phase is Phase.PENDING and held.phase is not Phase.PENDING
    return rule.hold.raise_after.total_seconds() if begun else None


def _kept_pending(held: Held, now: datetime) -> Held:
    if held.phase is Phase.PENDING:
        return held
    return Held(Phase.PENDING, now, now)


def _raise(draft: Draft, judgement: Judgement, rule: Rule, held: Held) -> None:
    fault = Fault(
        id=draft.next_fault(),
        subject=judgement.key.subject,
        condition=judgement.key.condition,
        severity=judgement.severity or rule.severity,
        raised_at=draft.now,
        began_at=held.first_bad or draft.now,
        suppressed_by=maintenance_of(draft.inventory, judgement.key.subject, draft.now),
        params=judgement.params,
    )
    draft.put_fault(fault)
    explained = _explain(draft, fault)
    if fault.suppressed_by is None:
        fault = _ticketed(draft, fault, rule, explained)
        draft.put_fault(fault)
    draft.happened(EventKind.FAULT_RAISED, fault.subject, event_data(fault))


def _explain(draft: Draft, root: Fault) -> list[Fault]:
    """Put open faults that a new one explains under it, and return them."""
    explained = []
    for key in sorted(correlate.consequences(draft, root.key), key=str):
        fault = draft.open_fault(key)
        if fault is None or fault.id == root.id or fault.root is not None:
            continue
        under = replace(fault, root=root.id, suppressed_by=f"fault:{root.id}")
        draft.put_fault(under)
        draft.happened(EventKind.FAULT_CHANGED, under.subject, event_data(under))
        explained.append(under)
    return explained


def _worsen(draft: Draft, judgement: Judgement) -> None:
    """Follow a severity that rose; evidence stays that of the moment it was raised."""
    fault = draft.open_fault(judgement.key)
    severity = judgement.severity
    if fault is None or severity is None or severity.rank >= fault.severity.rank:
        return
    worse = replace(fault, severity=severity, params=judgement.params)
    rule = draft.inventory.policy.rule(fault.condition)
    if worse.ticket is None and worse.suppressed_by is None and worse.root is None:
        worse = _ticketed(draft, worse, rule, [])
    draft.put_fault(worse)
    draft.happened(EventKind.FAULT_CHANGED, worse.subject, event_data(worse))


def clear(draft: Draft, key: Key, ended_at: datetime) -> None:
    """Close the open fault of a key, and restore its ticket if it was the last."""
    fault = draft.open_fault(key)
    if fault is None:
        return
    closed = replace(fault, cleared_at=draft.now, ended_at=ended_at)
    draft.put_fault(closed)
    draft.happened(EventKind.FAULT_CLEARED, closed.subject, event_data(closed))
    if closed.ticket is None:
        return
    ticket = draft.ticket(TicketId(closed.ticket))
    if ticket is None or any(_is_open(draft, other) for other in ticket.faults):
        return
    after, entry = tickets.move(ticket, tickets.Machine.CLEARED, draft.now, _says(closed))
    draft.put_ticket(after, entry)
    draft.happened(EventKind.TICKET_CHANGED, f"ticket:{after.id}", ticket_data(after))


def _is_open(draft: Draft, fault_id: FaultId) -> bool:
    fault = draft.fault(fault_id)
    return fault is not None and fault.is_open


def _ticketed(draft: Draft, fault: Fault, rule: Rule, explained: list[Fault]) -> Fault:
    """Give a root fault its ticket: that of what it explains, an earlier one, or a new one."""
    policy = draft.inventory.policy
    for child in explained:
        if child.ticket is not None:
            return _joined(draft, fault, TicketId(child.ticket), tickets.Machine.JOINED)
    if not rule.ticket or fault.severity.rank > policy.ticket_severity.rank:
        return fault
    earlier = _returning(draft, fault)
    if earlier is not None:
        return _joined(draft, fault, earlier.id, tickets.Machine.REOPENED)
    lines, tenants = correlate.impact(draft, fault.subject)
    plain, urgent = _PRIORITY[fault.severity]
    ticket = Ticket(
        id=draft.next_ticket(),
        state=TicketState.OPEN,
        priority=urgent if lines else plain,
        opened_at=draft.now,
        faults=(fault.id,),
        subject=fault.subject,
        condition=fault.condition.value,
        lines=lines,
        tenants=tenants,
    )
    ticket, entry = tickets.opened(ticket, draft.now, _says(fault))
    draft.put_ticket(ticket, entry)
    draft.happened(EventKind.TICKET_OPENED, f"ticket:{ticket.id}", ticket_data(ticket))
    return replace(fault, ticket=ticket.id)


def _returning(draft: Draft, fault: Fault) -> Ticket | None:
    """Return the latest ticket of the same key, if it ended within the re-open window."""
    window = draft.inventory.policy.reopen_within
    for ticket in draft.tickets():
        if (ticket.subject, ticket.condition) != (fault.subject, fault.condition.value):
            continue
        ended = ticket.closed_at or ticket.restored_at
        return ticket if ended is None or draft.now - ended <= window else None
    return None


def _joined(draft: Draft, fault: Fault, ticket_id: TicketId, by: tickets.Machine) -> Fault:
    ticket = draft.ticket(ticket_id)
    if ticket is None:
        return fault
    lines, tenants = correlate.impact(draft, fault.subject)
    ticket = replace(
        ticket,
        faults=(*ticket.faults, fault.id),
        lines=tuple(dict.fromkeys((*ticket.lines, *lines))),
        tenants=tuple(dict.fromkeys((*ticket.tenants, *tenants))),
    )
    after, entry = tickets.move(ticket, by, draft.now, _says(fault))
    draft.put_ticket(after, entry)
    draft.happened(EventKind.TICKET_CHANGED, f"ticket:{after.id}", ticket_data(after))
    return replace(fault, ticket=after.id)


def end_of_maintenance(draft: Draft, fault: Fault) -> None:
    """Let a fault that outlived its maintenance be heard: nothing is lost with a window."""
    rule = draft.inventory.policy.rule(fault.condition)
    heard = _ticketed(draft, replace(fault, suppressed_by=None), rule, [])
    draft.put_fault(heard)
    draft.happened(EventKind.FAULT_CHANGED, heard.subject, event_data(heard))


def _says(fault: Fault) -> str:
    return f"fault {fault.id}: {fault.condition} {fault.subject}"


def event_data(fault: Fault) -> dict[str, object]:
    """Return a fault as the event stream tells it; texts are rendered by the faces."""
    return {
        "fault": fault.id,
        "condition": fault.condition.value,
        "severity": fault.severity.value,
        "raised_at": fault.raised_at.isoformat(),
        "began_at": fault.began_at.isoformat(),
        "cleared_at": fault.cleared_at.isoformat() if fault.cleared_at else None,
        "root": fault.root,
        "suppressed_by": fault.suppressed_by,
        "ticket": fault.ticket,
        "params": dict(fault.params),
    }


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


def self_judgement(condition: ConditionId, problem: str | None) -> Judgement:
    """Return a judgement on netmon itself: bad while there is a problem."""
    return Judgement(
        Key("netmon:self", condition),
        Verdict.BAD if problem else Verdict.GOOD,
        params={"problem": problem},
    )
