"""Give root faults their tickets: a new one, an earlier one, or that of what they explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from netmon.core import alert_words, clocks, correlate, stories, tickets
from netmon.core.draft import Draft
from netmon.core.ticket_evidence import evidence_of
from netmon.model.condition import ConditionId, Severity
from netmon.model.event import EventKind
from netmon.model.fault import Fault, FaultId
from netmon.model.policy import Rule
from netmon.model.ticket import JournalEntry, Origin, Priority, Ticket, TicketId, TicketState

#: Severity → priority of a ticket that hurts nobody's line; one more urgent when it does.
_PRIORITY: Final = {
    Severity.CRITICAL: (Priority.P2, Priority.P1),
    Severity.MAJOR: (Priority.P3, Priority.P2),
    Severity.MINOR: (Priority.P4, Priority.P3),
    Severity.WARNING: (Priority.P4, Priority.P4),
}


_MILDER: Final = frozenset({ConditionId.LINE_DEGRADED.value, ConditionId.LINE_FLAPPING.value})
#: A ticket remembers so many of its faults' keys.
_REMEMBERED: Final = 500


def ticketed(
    draft: Draft,
    fault: Fault,
    rule: Rule,
    explained: list[Fault],
    why: tickets.Why = tickets.NO_REASON,
    at_least: Severity | None = None,
    origin: Origin = Origin.MONITORING,
) -> Fault:
    """Give a root fault its ticket: that of what it explains, an earlier one, or a new one.

    The one door by which faults get tickets.

    Args:
        draft: the step.
        fault: it has none yet.
        rule: of its condition.
        explained: what follows from it.
        why: for the journal.
        at_least: the mildest severity that opens one; None = as the policy says.
        origin: who found it.
    """
    policy = draft.inventory.policy
    for child in explained:
        if child.ticket is not None:
            return joined(draft, fault, TicketId(child.ticket), tickets.Machine.JOINED)
    if not rule.ticket or fault.severity.rank > (at_least or policy.ticket_severity).rank:
        return fault
    kin = stories.kin_of(draft, fault)
    if kin is not None:
        return joined(draft, fault, kin, tickets.Machine.JOINED, why)
    told = stories.told_before(draft, fault)
    if told is not None:
        return joined(draft, fault, told.id, tickets.Machine.JOINED, why)
    earlier = stories.returning(draft, fault)
    if earlier is not None:
        return joined(draft, fault, earlier.id, tickets.Machine.REOPENED, why)
    return _opened(draft, fault, why, origin)


def _opened(draft: Draft, fault: Fault, why: tickets.Why, origin: Origin) -> Fault:
    lines, tenants = hurt_by(draft, fault)
    ticket = Ticket(
        id=draft.next_ticket(),
        state=TicketState.OPEN,
        priority=priority_of(fault, lines),
        opened_at=draft.now,
        faults=(fault.id,),
        subject=fault.subject,
        condition=fault.condition.value,
        lines=lines,
        tenants=tenants,
        origin=origin,
        keys=(stories.key_of(fault),),
        evidence=evidence_of(draft, fault.about, fault),
    )
    ticket = clocks.promised(ticket, draft.inventory, draft.now)
    ticket, entry = tickets.opened(ticket, draft.now, says(fault), {"fault": str(fault.id), **why})
    draft.put_ticket(ticket, entry)
    draft.happened(EventKind.TICKET_OPENED, f"ticket:{ticket.id}", ticket_data(ticket))
    return replace(fault, ticket=ticket.id)


def hurt_by(draft: Draft, fault: Fault) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines that are out by a fault, and their tenants.

    What another tool says of a node takes its lines out only where it says that the node is down: a
    full disk does not.
    """
    is_alert = fault.condition is ConditionId.EXTERNAL_ALERT
    if is_alert and fault.about.startswith("node:") and not alert_words.says_down(fault.params):
        return (), ()
    return correlate.impact(draft, fault.about)


def priority_of(fault: Fault, lines: Sequence[str]) -> Priority:
    """Return how urgent a fault is that takes some lines out."""
    plain, urgent = _PRIORITY[fault.severity]
    return urgent if lines else plain


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
    lines, tenants = hurt_by(draft, fault)
    known = tuple(dict.fromkeys((*ticket.lines, *lines)))
    leads = not ticket.condition or _explains_one(draft, fault, ticket)
    # What only served badly is out now: nobody reads on under "degraded".
    worse = fault.condition is ConditionId.LINE_DOWN and ticket.condition in _MILDER
    keys = dict.fromkeys((*ticket.keys, stories.key_of(fault)))
    after = replace(
        ticket,
        faults=(*ticket.faults, fault.id),
        lines=known,
        tenants=tuple(dict.fromkeys((*ticket.tenants, *tenants))),
        subject=fault.subject if leads or worse else ticket.subject,
        condition=fault.condition.value if leads or worse else ticket.condition,
        keys=tuple(keys)[:_REMEMBERED],
    )
    is_alert = fault.condition is ConditionId.EXTERNAL_ALERT
    after = assessed(after, priority_of(fault, lines if is_alert else known))
    _moved(draft, ticket, by, fault, {"fault": str(fault.id), **why}, after)
    return replace(fault, ticket=ticket.id)


def _explains_one(draft: Draft, fault: Fault, ticket: Ticket) -> bool:
    if fault.condition is ConditionId.EXTERNAL_ALERT:
        return False  # it explains nothing; they come by the thousand
    return any(
        (found := draft.fault(other)) is not None and found.root == fault.id
        for other in ticket.faults
    )


def assessed(ticket: Ticket, priority: Priority) -> Ticket:
    """Return a ticket with what the machine makes of its urgency.

    It only rises; and what a person said of it stays until it is worse than it was then.
    """
    before = ticket.assessed or ticket.priority
    if priority >= before:
        return ticket
    return replace(ticket, priority=min(ticket.priority, priority), assessed=priority)


def raise_priority(draft: Draft, fault: Fault) -> None:
    """Make the ticket of a fault that has become worse more urgent."""
    ticket = draft.ticket(TicketId(fault.ticket or 0))
    if ticket is None:
        return
    urgent = assessed(ticket, priority_of(fault, ticket.lines))
    if urgent is not ticket:
        _moved(draft, ticket, tickets.Machine.JOINED, fault, tickets.NO_REASON, urgent)


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
    known: Ticket | None = None,
) -> None:
    if known is not None and (known.lines, known.priority) != (ticket.lines, ticket.priority):
        known = clocks.promised(known, draft.inventory, draft.now)
    after, entry = tickets.move(ticket, by, draft.now, says(fault), why, known=known)
    put(draft, after, entry)


def put(draft: Draft, after: Ticket, entry: JournalEntry, **more: str) -> None:
    """Keep a changed ticket with its journal's line, and tell of it."""
    draft.put_ticket(after, entry)
    data = {**ticket_data(after), **more}
    draft.happened(EventKind.TICKET_CHANGED, f"ticket:{after.id}", data)


def is_open(draft: Draft, fault_id: FaultId) -> bool:
    """Say whether a fault is open."""
    fault = draft.fault(fault_id)
    return fault is not None and fault.is_open


def says(fault: Fault) -> str:
    """Return which fault it is, for a journal."""
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
        "title": ticket.title,
        "origin": ticket.origin.value,
    }
